"""No secret is in a log, whichever code writes the line."""

import json

import pytest

from functions.observability import REDACTED, _line, redacted

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln-bmF0_dXJl"
ENCRYPTED = "eyJjdHkiOiJKV1QiLCJlbmMiOiJB.key.iv.text.tag"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"Authorization: Bearer {TOKEN}", TOKEN),
        (f"bad token {TOKEN[:30]}", TOKEN[:30]),
        (f"refresh with {ENCRYPTED} failed", ENCRYPTED),
        ("GET https://cdn/x.webp?Policy=eyJTd&Signature=abc~def_-&Key-Pair-Id=K1", "abc~def_-"),
        ("https://s3/?X-Amz-Signature=0123abc&x=1", "0123abc"),
        ('{"policy": "eyJleHBpcmF0aW9u", "x-amz-signature": "0123abc"}', "0123abc"),
        ('{"username": "ada", "password": "correct-horse"}', "correct-horse"),
        ("Credentials(username='ada', password='correct-horse')", "correct-horse"),
        ("Invalid type for parameter Password, value: correct-horse, type: x", "correct-horse"),
        ('{"username": "ada", "password": "correct horse, battery"}', "battery"),
        ("Credentials(username='ada', PASSWORD='a,b&c d')", "b&c d"),
        ("ConfirmationCode='123456'", "123456"),
        ("refresh_token=opaque123", "opaque123"),
        ("SecretString: hush", "hush"),
        ('{"latitude": 48.8584, "longitude": 2.2945}', "48.8584"),
        ('{"latitude": 48.8584, "longitude": 2.2945}', "2.2945"),
    ],
)
def test_a_secret_is_taken_out_of_a_line_however_it_is_quoted(line, secret):
    for written in (line, _line({"exception": line})):
        assert secret not in redacted(written)
        assert REDACTED in redacted(written)


@pytest.mark.parametrize(
    "line",
    [
        "request GET /users/{user_id} 200 12 ms",
        "post made 01J9ZK, state=published, correlation_id=2f1c-11",
        "/password/forgot answered 204",
        "record failed: KeyError: 'post_id'",
    ],
)
def test_all_else_stays_as_it_is(line):
    assert redacted(line) == line


def test_a_line_is_still_json():
    fields = {"message": "x", "exception": f'body was {{"password": "p w", "t": "{TOKEN}"}}'}
    assert TOKEN not in json.loads(_line(fields))["exception"]


def test_the_products_logger_writes_such_lines(capsys, stage):
    from functions.observability import log

    formatter = log.registered_handler.formatter
    assert formatter.json_serializer is _line
