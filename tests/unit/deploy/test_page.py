"""A deploy tells the stack of its page, and the functions and the operator where it is."""

import json
from io import BytesIO

import pytest
from botocore.exceptions import ClientError

from infra.deploy import page
from infra.deploy.context import Context
from infra.deploy.page import page_parameters, put_page
from infra.deploy.stage import Stage, WrongStageError
from infra.deploy.stage_file import read_stage
from infra.deploy.steps import NONE, _page, state_parameters

PAGE = "https://page.example"
OUTPUTS = {
    "PageUrl": PAGE, "PageBucket": "page", "ReleasesBucket": "releases",
    "MediaBaseUrl": "https://media.example",
}  # fmt: skip
RELEASED = {
    "chalice": {
        "resources": [
            {"name": "api", "rest_api_url": "https://a.example/api/", "resource_type": "rest_api"}
        ]
    }
}


class Deployment(Context):
    """A stage with these outputs, and a record of its last release."""

    record = None

    @property
    def outputs(self):
        return OUTPUTS

    def client(self, service):
        assert service == "s3"
        return self

    def get_object(self, **_):
        if self.record is None:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": ""}}, "GetObject")
        return {"Body": BytesIO(json.dumps(self.record).encode())}


def deployment(record=None, **stage):
    made = Deployment(Stage(name="dev", **stage))
    made.record = record
    return made


def test_the_api_is_named_once_it_is_released():
    assert page_parameters(deployment())["ApiOrigin"] == ""
    assert page_parameters(deployment(RELEASED))["ApiOrigin"] == "https://a.example"


def test_a_cdn_of_ones_own_is_named_for_the_pages_policy():
    assert page_parameters(deployment())["MediaOrigin"] == ""
    own = deployment(media_base_url="https://cdn.example/media")
    assert page_parameters(own)["MediaOrigin"] == "https://cdn.example"


def test_the_first_state_has_no_page_and_a_stage_may_never_have_one():
    assert "Page" not in state_parameters(deployment(), None)
    keys = {"media_public_key_a": "key", "media_public_key_b": "", "media_slot": "A"}
    assert state_parameters(deployment(), keys)["Page"] == "true"
    without = deployment(parameters={"Page": "false"})
    assert state_parameters(without, keys)["Page"] == "false"


def test_a_stage_without_a_page_puts_none(monkeypatch):
    monkeypatch.setattr(Deployment, "outputs", {"ReleasesBucket": "releases"})
    assert _page(deployment(RELEASED)) == NONE


@pytest.mark.parametrize(
    ("settings", "origins"),
    [
        ({}, PAGE),
        ({"ALLOWED_ORIGINS": "https://b.example"}, f"https://b.example,{PAGE}"),
        ({"ALLOWED_ORIGINS": "*"}, "*"),
    ],
)
def test_the_functions_let_the_page_call_them(settings, origins):
    assert deployment(settings=settings).environment()["ALLOWED_ORIGINS"] == origins


def test_the_pages_files_are_told_of_the_api_and_the_media(monkeypatch):
    told = []

    class Bucket:
        def __init__(self, s3, name):
            assert name == "page"

        def release(self, config, now):
            told.append(json.loads(config))
            return 3

    monkeypatch.setattr(page, "PageBucket", Bucket)
    assert put_page(deployment(), "https://a.example/api/") == f"put 3 files, {PAGE}"
    [config] = told
    assert config["api"] == "https://a.example/api"
    assert config["media"] == "https://media.example"


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ("ApiOrigin: https://a.example", "the deploy fills in ApiOrigin"),
        ("MediaOrigin: https://a.example", "the deploy fills in MediaOrigin"),
        ("Page: maybe", "must be one of true, false"),
        ("PageDomain: photos.example", "PageDomain and PageCertificateArn must be set together"),
        ("PageDomain: https://photos.example", "must be"),
    ],
)
def test_a_page_that_cannot_be_is_refused_at_once(tmp_path, parameters, problem):
    stages = tmp_path / "stages.yaml"
    stages.write_text(f"dev: {{parameters: {{{parameters}}}}}")
    with pytest.raises(WrongStageError, match=problem):
        read_stage("dev", stages)
