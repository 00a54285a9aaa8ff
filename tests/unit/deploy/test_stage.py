"""What is wrong with a stage is told before anything is touched."""

import pytest

from infra.deploy.stage import WrongStageError, read_stage


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
        ("dev: {}", "there is no stage 'prod'.*STAGE= is dev"),
        ("prod: {colour: red}", "colour"),
        ("prod: {architecture: mips}", "architecture"),
        ("prod: {log_retention_days: 0}", "log_retention_days"),
        ("prod: {settings: {TIMELINES: '7'}}", "TIMELINES is no setting"),
        ("prod: {settings: {TIMELINE_DAYS: soon}}", "a setting of prod is wrong"),
        ("prod: {settings: {USER_POOL_ID: mine}}", "USER_POOL_ID is filled in by the deploy"),
        ("prod: {settings: {STAGE: mine}}", "STAGE is filled in by the deploy"),
        ("prod: {parameters: {Colour: red}}", "Colour is no parameter"),
        ("prod: {parameters: {MediaDomain: m.example.com}}", "needs MediaCertificateArn"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(read, text, told):
    with pytest.raises(WrongStageError, match=told) as raised:
        read(text)
    assert "\n" not in str(raised.value).partition(" - ")[0]
