"""The one structured logger. Give what a line is about as keywords: `log.info("rendered", ...)`.

Keys are passed with each line instead of being appended to the logger, because a warm process may
serve several requests on several threads. `correlation_id` follows one upload from its request
through every worker.

No line gives a secret a place; but a traceback may quote one, out of a library's message. So
tokens, passwords, signatures and positions are taken out of every line as it is written.
"""

import json
import re
from typing import Any

from aws_lambda_powertools import Logger

REDACTED = "[redacted]"
_VALUE = r"""[^\s"'\\,;}&)]+"""
_SECRETS = [
    # A JSON Web Token, signed or encrypted, whole or cut short.
    re.compile(r"()\beyJ[\w-]{6,}(?:\.[\w-]*){0,4}"),
    # What signs a URL or a form, and is as good as a key until it ends.
    re.compile(
        rf"((?:Signature|Policy|X-Amz-(?:Credential|Security-Token))[\"'\\:= ]+){_VALUE}", re.I
    ),
    # A value behind its name, in JSON, in Python's or in a library's words.
    re.compile(
        r"((?:password|secret|refresh_?token|confirmation_?code|latitude|longitude)\w*"
        rf"[\"'\\]*(?:\s*[:=]|, value:)\s*)(?:\\*\"[^\"\\]*|\\*'[^'\\]*|{_VALUE})",
        re.I,
    ),
]


def redacted(line: str) -> str:
    """A line without what nobody may read in a log."""
    for secret in _SECRETS:
        line = secret.sub(rf"\g<1>{REDACTED}", line)
    return line


def _line(fields: dict[str, Any]) -> str:
    return redacted(json.dumps(fields, default=str, separators=(",", ":"), ensure_ascii=False))


log = Logger(service="fanlight", json_serializer=_line)
