"""A wrong stage is refused before anything is touched."""

import pytest

from infra.deploy.stage import WrongStageError
from infra.deploy.stage_file import read_stage


@pytest.fixture
def read(tmp_path):
    def read(text, name="prod"):
        path = tmp_path / "stages.yaml"
        path.write_text(text)
        return read_stage(name, path)

    return read


def test_a_stage_is_read_with_its_defaults(read):
    stage = read("prod: {settings: {TIMELINE_DAYS: '7'}}")
    assert stage.prefix == "fanlight-prod"
    assert stage.settings == {"TIMELINE_DAYS": "7"}
    assert (stage.architecture, stage.log_retention_days) == ("x86_64", 30)


def test_an_empty_section_is_a_stage(read):
    assert read("prod:").name == "prod"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dev: {}", "STAGE=prod is not in stages.yaml, which has dev"),
        ("prod: {colour: red}", "colour"),
        ("prod: {architecture: mips}", "architecture"),
        ("prod: {log_retention_days: 0}", "log_retention_days"),
        ("prod: {settings: {TIMELINES: '7'}}", "setting TIMELINES does not exist"),
        ("prod: {settings: {TIMELINE_DAYS: soon}}", "a setting of prod is wrong"),
        ("prod: {settings: {USER_POOL_ID: mine}}", "the deploy fills in USER_POOL_ID"),
        ("prod: {settings: {STAGE: mine}}", "the deploy fills in STAGE"),
        ("prod: {parameters: {Colour: red}}", "no parameter Colour"),
        ("prod: {parameters: {MediaDomain: m.example.com}}", "MediaCertificateArn must be set"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(read, text, told):
    with pytest.raises(WrongStageError, match=told) as raised:
        read(text)
    assert "\n" not in str(raised.value).partition(" - ")[0]
