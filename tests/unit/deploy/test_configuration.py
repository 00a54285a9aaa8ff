"""What is wrong with a stage stops the command in one clear line, before anything is touched."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from functions.config import Settings
from infra.deploy import __main__ as deploying
from infra.deploy import checks
from infra.deploy.context import Context
from infra.package import __main__ as packaging

ROOT = Path(__file__).parents[3]
UNKNOWN = 'prod: {settings: {TIMELINE_DAY: "7"}}'
WRONG = [
    ("", "has no stages"),
    ("- prod", "has no stages"),
    ("prod: {", "is no YAML: while parsing a flow node"),
    ("prod: {}\ndev: {}\nprod: {}", "prod is there twice, from line 1"),
    ('prod:\n  settings:\n    RANKING: "hot"\n    RANKING: "gravity"', "RANKING is there twice"),
    ("dev: {}", "there is no stage 'prod' in stages.yaml; STAGE= is dev"),
    ("prod: [settings]", "prod: settings, parameters and the like belong here"),
    ("prod: {name: dev}", "prod: settings, parameters and the like belong here"),
    ("prod: {setings: {}}", "unknown field `setings`"),
    ("prod: {settings: [TIMELINE_DAYS]}", "Expected `object`, got `array` - at `$.settings`"),
    (UNKNOWN, "TIMELINE_DAY is no setting of a stage"),
    ("prod: {settings: {TIMELINE_DAYS: 7}}", "TIMELINE_DAYS must be text, in quotes, and is 7"),
    ("prod: {settings: {SIGN_UP_AUTO_CONFIRM: true}}", "SIGN_UP_AUTO_CONFIRM must be text"),
    ("prod: {settings: {ALLOWED_ORIGINS: }}", "ALLOWED_ORIGINS must be text"),
    ('prod: {settings: {TIMELINE_DAYS: "seven"}}', "Expected `int`, got `str` - at `$.TIMELINE_D"),
    ('prod: {settings: {TIMELINE_DAYS: "-7"}}', "Expected `int` >= 1 - at `$.TIMELINE_DAYS`"),
    ('prod: {settings: {LIMIT_LIKE: "-1/3600"}}', "at `$.LIMIT_LIKE`"),
    ('prod: {settings: {LIMIT_LIKE: "5"}}', "at `$.LIMIT_LIKE`"),
    ('prod: {settings: {KEEP_ORIGINALS: "ever"}}', "at `$.KEEP_ORIGINALS`"),
    ('prod: {settings: {SIGN_UP_AUTO_CONFIRM: "maybe"}}', "at `$.SIGN_UP_AUTO_CONFIRM`"),
    ('prod: {settings: {PUSH_ALL_BELOW: "9", PULL_FROM: "8"}}', "must not be above PULL_FROM"),
    ('prod: {settings: {ALLOWED_ORIGINS: "a.example"}}', "ALLOWED_ORIGINS has 'a.example'"),
    ('prod: {settings: {USERS_STREAM_ARN: "arn"}}', "USERS_STREAM_ARN is filled in"),
    ('prod: {parameters: {OriginalDays: "3"}}', "OriginalDays is no parameter"),
    ("prod: {parameters: {OriginalsDays: 3}}", "OriginalsDays must be text, in quotes"),
    ('prod: {parameters: {OriginalsDays: "three"}}', "OriginalsDays is 'three', and takes a numb"),
    ('prod: {parameters: {OriginalsDays: "0"}}', "takes a number from 1 on"),
    ("prod: {parameters: {MediaPriceClass: All}}", "takes one of PriceClass_100, "),
    ("prod: {parameters: {Prefix: other}}", "Prefix is filled in by the deploy"),
    ("prod: {parameters: {MediaPublicKeyA: key}}", "MediaPublicKeyA is filled in by the deploy"),
    ("prod: {parameters: {MediaDomain: m.example.com}}", "MediaDomain needs MediaCertificateArn"),
    ("prod: {parameters: {MailFrom: a@example.com}}", "MailIdentityArn needs MailFrom"),
    ("prod: {parameters: {MailIdentityArn: example.com}}", "MailIdentityArn is 'example.com'"),
    ("prod: {parameters: {MailFrom: Fanlight}}", "MailFrom is 'Fanlight'"),
    (
        'prod: {parameters: {MediaDomain: "https://m.example"}}',
        "MediaDomain is 'https://m.example'",
    ),
    (
        'prod: {parameters: {MediaCertificateArn: "arn:aws:acm:eu-west-1:123456789012:'
        'certificate/a"}}',
        "acm:us-east-1:",
    ),
    ("prod: {architecture: mips}", "Invalid enum value 'mips' - at `$.architecture`"),
    ("prod: {log_retention_days: 17}", "Invalid enum value 17 - at `$.log_retention_days`"),
    ("prod: {log_retention_days: a week}", "at `$.log_retention_days`"),
    ("prod: {throttle_rate: 0}", "Expected `int` >= 1 - at `$.throttle_rate`"),
    ("prod: {throttle_burst: -5}", "at `$.throttle_burst`"),
    ("prod: {alarm_email: operators}", "alarm_email is 'operators': say somebody@example.com"),
    ("prod: {alarm_email: [a@example.com]}", "at `$.alarm_email`"),
    ('prod: {media_base_url: "cdn.example"}', "media_base_url is 'cdn.example'"),
    ('prod: {media_base_url: "https://cdn.example/"}', "media_base_url is"),
]


@pytest.fixture
def stages(tmp_path, monkeypatch):
    """Writes the stages that the commands of the test read; `prod` is asked for."""
    path = tmp_path / "stages.yaml"
    monkeypatch.setenv("STAGE", "prod")
    monkeypatch.setenv("STAGES_FILE", str(path))
    return path.write_text


@pytest.fixture(autouse=True)
def untouched(monkeypatch):
    """Neither AWS nor the folder of what is built may be touched."""

    def touched(*_, **__):
        pytest.fail("something was touched")

    monkeypatch.setattr(Context, "session", property(touched))
    monkeypatch.setattr(packaging.shutil, "rmtree", touched)
    monkeypatch.setattr(packaging, "build_layers", touched)


def told_by(capsys, status):
    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert said.err.startswith("fanlight: ")
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_wrong_stage_stops_the_deploy(stages, capsys, text, told):
    stages(text)
    assert told in told_by(capsys, deploying.main(["deploy"]))


@pytest.mark.parametrize("command", deploying.COMMANDS)
def test_it_stops_every_command(stages, capsys, command):
    stages(UNKNOWN)
    assert "TIMELINE_DAY is no setting" in told_by(capsys, deploying.main([command]))


@pytest.mark.parametrize(("text", "told"), [WRONG[0], (UNKNOWN, "TIMELINE_DAY"), WRONG[-1]])
def test_it_stops_the_package(stages, capsys, text, told):
    stages(text)
    assert told in told_by(capsys, packaging.main())


def test_a_file_that_is_not_there_is_named(monkeypatch, capsys):
    monkeypatch.setenv("STAGES_FILE", "/nowhere/stages.yaml")
    told = told_by(capsys, deploying.main(["diff"]))
    assert told == "fanlight: /nowhere/stages.yaml cannot be read: No such file or directory\n"


def test_a_file_that_is_no_text_is_named(monkeypatch, capsys, tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("STAGES_FILE", str(path))
    told = told_by(capsys, deploying.main(["diff"]))
    assert told == "fanlight: odd.yaml is not in UTF-8\n"


@pytest.mark.parametrize("name", ["", "Prod", "prod_1", "1" * 40, "prod\n"])
def test_a_stage_that_cannot_begin_names_is_refused(stages, monkeypatch, capsys, name):
    stages(f'"{name!s}": {{}}'.replace("\n", "\\n"))
    monkeypatch.setenv("STAGE", name)
    told_by(capsys, deploying.main(["deploy"]))


def test_a_setting_that_is_missing_is_named(stages, monkeypatch, capsys):
    class More(Settings, frozen=True, kw_only=True, rename="upper"):
        first_new: str
        second_new: int

    monkeypatch.setattr(checks, "Settings", More)
    monkeypatch.setattr(checks, "SETTINGS", {*checks.SETTINGS, "FIRST_NEW", "SECOND_NEW"})
    stages("prod: {settings: {SECOND_NEW: '2'}}")
    told = told_by(capsys, deploying.main(["deploy"]))
    assert told == "fanlight: prod: FIRST_NEW is not set\n"


@pytest.mark.parametrize(
    ("command", "variables", "told"),
    [
        ("logs", {"MINUTES": "ten"}, "MINUTES= is a number, not 'ten'"),
        ("restore", {}, "TABLE= names"),
    ],
)
def test_what_is_wrong_with_a_commands_own_words_is_told_too(
    stages, monkeypatch, capsys, command, variables, told
):
    stages("prod: {}")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert told in told_by(capsys, deploying.main([command]))


@pytest.mark.parametrize("command", [["infra.deploy", "deploy"], ["infra.package"]])
def test_the_command_itself_says_one_line_and_asks_aws_for_nothing(stages, command):
    stages(UNKNOWN)
    with socket.create_server(("127.0.0.1", 0)) as aws:
        aws.settimeout(0)
        url = f"http://127.0.0.1:{aws.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT, env={**os.environ, "AWS_ENDPOINT_URL": url},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        with pytest.raises(BlockingIOError):
            aws.accept()
    told = "fanlight: TIMELINE_DAY is no setting of a stage (docs/settings.md)\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)
