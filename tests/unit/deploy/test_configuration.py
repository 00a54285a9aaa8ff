"""A wrong stage or option stops the command with one clear line before anything is touched."""

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
from infra.rotate_keys import main as rotate_keys

ROOT = Path(__file__).parents[3]
UNKNOWN = 'prod: {settings: {TIMELINE_DAY: "7"}}'
WRONG = [
    ("", "has no stages"),
    ("- prod", "has no stages"),
    ("prod: {", "is not valid YAML: while parsing a flow node"),
    ("prod: {}\ndev: {}\nprod: {}", "prod is repeated, from line 1"),
    ('prod:\n  settings:\n    RANKING: "hot"\n    RANKING: "gravity"', "RANKING is repeated"),
    ("dev: {}", "STAGE=prod is not in stages.yaml, which has dev"),
    ("prod: [settings]", "prod: must be a mapping with settings, parameters and the like"),
    ("prod: {name: dev}", "prod: must be a mapping with settings, parameters and the like"),
    ("prod: {setings: {}}", "unknown field `setings`"),
    ("prod: {settings: [TIMELINE_DAYS]}", "Expected `object`, got `array` - at `$.settings`"),
    (UNKNOWN, "the setting TIMELINE_DAY does not exist (docs/settings.md)"),
    ("prod: {settings: {TIMELINE_DAYS: 7}}", "TIMELINE_DAYS is 7; put it in quotes"),
    ("prod: {settings: {SIGN_UP_AUTO_CONFIRM: true}}", "SIGN_UP_AUTO_CONFIRM is True; put it in"),
    ("prod: {settings: {ALLOWED_ORIGINS: }}", "ALLOWED_ORIGINS is None; put it in quotes"),
    ('prod: {settings: {TIMELINE_DAYS: "seven"}}', "Expected `int`, got `str` - at `$.TIMELINE_D"),
    ('prod: {settings: {TIMELINE_DAYS: "-7"}}', "Expected `int` >= 1 - at `$.TIMELINE_DAYS`"),
    ('prod: {settings: {LIMIT_LIKE: "-1/3600"}}', "at `$.LIMIT_LIKE`"),
    ('prod: {settings: {LIMIT_LIKE: "5"}}', "at `$.LIMIT_LIKE`"),
    ('prod: {settings: {KEEP_ORIGINALS: "ever"}}', "at `$.KEEP_ORIGINALS`"),
    ('prod: {settings: {SIGN_UP_AUTO_CONFIRM: "maybe"}}', "at `$.SIGN_UP_AUTO_CONFIRM`"),
    ('prod: {settings: {PUSH_ALL_BELOW: "9", PULL_FROM: "8"}}', "must not be above PULL_FROM"),
    ('prod: {settings: {ALLOWED_ORIGINS: "a.example"}}', "ALLOWED_ORIGINS has 'a.example'"),
    ('prod: {settings: {USERS_STREAM_ARN: "arn"}}', "the deploy fills in USERS_STREAM_ARN"),
    ('prod: {parameters: {OriginalDays: "3"}}', "has no parameter OriginalDays"),
    ("prod: {parameters: {OriginalsDays: 3}}", "OriginalsDays is 3; put it in quotes"),
    ('prod: {parameters: {OriginalsDays: "three"}}', "OriginalsDays is 'three'; it must be a numb"),
    ('prod: {parameters: {OriginalsDays: "0"}}', "must be a number from 1 up"),
    ("prod: {parameters: {MediaPriceClass: All}}", "must be one of PriceClass_100, "),
    ("prod: {parameters: {Prefix: other}}", "the deploy fills in Prefix"),
    ("prod: {parameters: {MediaPublicKeyA: key}}", "the deploy fills in MediaPublicKeyA"),
    (
        "prod: {parameters: {MediaDomain: m.example.com}}",
        "MediaDomain and MediaCertificateArn must be set together",
    ),
    (
        "prod: {parameters: {MailFrom: a@example.com}}",
        "MailIdentityArn and MailFrom must be set together",
    ),
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
    ("prod: {alarm_email: operators}", "alarm_email is 'operators'; use name@example.com"),
    ("prod: {alarm_email: [a@example.com]}", "at `$.alarm_email`"),
    ('prod: {media_base_url: "cdn.example"}', "media_base_url is 'cdn.example'"),
    ('prod: {media_base_url: "https://cdn.example/"}', "media_base_url is"),
]


@pytest.fixture
def stages(tmp_path, monkeypatch):
    """Writes the file of stages that the commands of a test read. They ask for `prod`."""
    path = tmp_path / "stages.yaml"
    monkeypatch.setenv("STAGE", "prod")
    monkeypatch.setenv("TABLE", "posts")
    monkeypatch.setenv("USER_ID", "01JD")
    monkeypatch.setenv("STAGES_FILE", str(path))
    return path.write_text


@pytest.fixture(autouse=True)
def untouched(monkeypatch):
    """Fails a test that touches AWS or the build folder."""

    def touched(*_, **__):
        pytest.fail("AWS or the build folder was touched")

    monkeypatch.setattr(Context, "session", property(touched))
    monkeypatch.setattr(packaging.shutil, "rmtree", touched)
    monkeypatch.setattr(packaging, "build_layers", touched)


def refusal(capsys, main, *arguments):
    """Runs a command that is given something wrong. Returns the line that it prints."""
    try:
        status = main(*arguments)
    except SystemExit as ended:
        status = ended.code
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert said.err.startswith("fanlight: ")
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_wrong_stage_stops_the_deploy(stages, capsys, text, told):
    stages(text)
    assert told in refusal(capsys, deploying.main, ["deploy"])


@pytest.mark.parametrize("command", deploying.COMMANDS)
def test_it_stops_every_command(stages, capsys, command):
    stages(UNKNOWN)
    assert "setting TIMELINE_DAY does not" in refusal(capsys, deploying.main, [command])


@pytest.mark.parametrize(("text", "told"), [WRONG[0], (UNKNOWN, "TIMELINE_DAY"), WRONG[-1]])
def test_it_stops_the_package(stages, capsys, text, told):
    stages(text)
    assert told in refusal(capsys, packaging.main, [])


def test_a_file_that_is_not_there_is_named(monkeypatch, capsys):
    monkeypatch.setenv("STAGES_FILE", "/nowhere/stages.yaml")
    told = refusal(capsys, deploying.main, ["diff"])
    assert told == "fanlight: /nowhere/stages.yaml cannot be read: No such file or directory\n"


def test_a_file_that_is_no_text_is_named(monkeypatch, capsys, tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("STAGES_FILE", str(path))
    told = refusal(capsys, deploying.main, ["diff"])
    assert told == "fanlight: odd.yaml is not in UTF-8\n"


@pytest.mark.parametrize("name", ["", "Prod", "prod_1", "1" * 40, "prod\n"])
def test_a_stage_that_cannot_begin_names_is_refused(stages, monkeypatch, capsys, name):
    stages(f'"{name!s}": {{}}'.replace("\n", "\\n"))
    monkeypatch.setenv("STAGE", name)
    refusal(capsys, deploying.main, ["deploy"])


def test_a_setting_that_is_missing_is_named(stages, monkeypatch, capsys):
    class More(Settings, frozen=True, kw_only=True, rename="upper"):
        first_new: str
        second_new: int

    monkeypatch.setattr(checks, "Settings", More)
    monkeypatch.setattr(checks, "SETTINGS", {*checks.SETTINGS, "FIRST_NEW", "SECOND_NEW"})
    stages("prod: {settings: {SECOND_NEW: '2'}}")
    told = refusal(capsys, deploying.main, ["deploy"])
    assert told == "fanlight: prod lacks the settings FIRST_NEW\n"


@pytest.mark.parametrize(
    ("arguments", "variables", "told"),
    [
        (["logs"], {"MINUTES": "ten"}, "--minutes (MINUTES=): 'ten' is not a number from 0"),
        (["logs", "--minutes", "-1"], {}, "--minutes (MINUTES=)"),
        (["logs"], {"MINUTES": "1000000"}, "'1000000' is not a number from 0 to 999999"),
        (["restore"], {"TABLE": ""}, "are required: --table (TABLE=)"),
        (["erase"], {"USER_ID": ""}, "are required: --user-id (USER_ID=)"),
        (["deploy"], {"FORCE": "yes"}, "--force (FORCE=): 'yes' is neither 1 nor 0"),
        (["deploy", "--health=maybe"], {}, "--health (HEALTH=): 'maybe' is neither 1 nor 0"),
        (["deply"], {}, "invalid choice: 'deply'"),
        ([], {}, "are required: COMMAND"),
        (["status", "now"], {}, "unrecognized arguments: now"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(
    stages, monkeypatch, capsys, arguments, variables, told
):
    stages("prod: {}")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert told in refusal(capsys, deploying.main, arguments)


def test_the_package_and_the_rotation_check_their_options_too(stages, monkeypatch, capsys):
    stages("prod: {}")
    monkeypatch.setenv("ANY_PYTHON", "perhaps")
    assert "--any-python (ANY_PYTHON=)" in refusal(capsys, packaging.main, [])
    monkeypatch.setattr("sys.argv", ["rotate_keys", "stack", "--url-seconds", "soon"])
    told = refusal(capsys, rotate_keys)
    assert "argument --url-seconds: 'soon' is not a number" in told


@pytest.mark.parametrize(
    ("environment", "arguments", "expected"),
    [
        ({}, [], (False, True)),
        ({"FORCE": "1", "HEALTH": "0"}, [], (True, False)),
        ({"FORCE": "0", "HEALTH": ""}, [], (False, True)),
        ({}, ["--force", "--health=0"], (True, False)),
        ({"FORCE": "1"}, ["--force=0"], (False, True)),
    ],
)
def test_an_option_comes_from_the_command_line_or_its_make_variable(
    monkeypatch, environment, arguments, expected
):
    for name in ("FORCE", "HEALTH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    given = deploying.parser().parse_args(["deploy", *arguments])
    assert (given.force, given.health) == expected


def test_help_lists_every_command_with_one_line_each(capsys):
    with pytest.raises(SystemExit) as ended:
        deploying.main(["--help"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert ended.value.code == 0
    for name, command in deploying.COMMANDS.items():
        assert f"{name:<9} {command.summary}" in lines


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
    told = "fanlight: the setting TIMELINE_DAY does not exist (docs/settings.md)\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
