"""Checks a presigned form as S3 does: its signature, its expiry and its policy's conditions.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.xml_errors import RefusedError, denied

ALGORITHM = "AWS4-HMAC-SHA256"
LARGEST_OBJECT = 5 * 1024**3  # bytes; S3's limit for one POST
_FREE_FIELDS = {"policy", "x-amz-signature", "file", "bucket"}
"""Fields that need no condition. Fields that begin with `x-ignore-` need none either."""
_CREDENTIAL_PARTS = 5


@dataclass(frozen=True)
class Allowed:
    """The allowed size of a form's file, in bytes."""

    smallest: int
    largest: int


def check_form(
    fields: Mapping[str, str], bucket: str, keys: Mapping[str, str], now: datetime
) -> Allowed:
    """Check a form's fields, whose names are lower-case, against its policy.

    `keys` are the secret access keys by their ids. Raises `RefusedError` with S3's answer.
    """
    if "policy" not in fields:
        raise denied()
    _check_signature(fields, keys)
    policy = _decoded(fields["policy"])
    if _time(policy) <= now:
        raise denied("Invalid according to Policy: Policy expired.")
    return _check_conditions(policy["conditions"], {**fields, "bucket": bucket})


def _check_signature(fields: Mapping[str, str], keys: Mapping[str, str]) -> None:
    if fields.get("x-amz-algorithm") != ALGORITHM:
        raise RefusedError(400, "InvalidArgument", f"Only {ALGORITHM} is supported.")
    scope = fields.get("x-amz-credential", "").split("/")
    date = fields.get("x-amz-date", "")[:8]
    is_scope = len(scope) == _CREDENTIAL_PARTS and scope[3:] == ["s3", "aws4_request"]
    if not is_scope or scope[1] != date:
        raise RefusedError(400, "InvalidArgument", "The credential is malformed.")
    if scope[0] not in keys:
        raise RefusedError(403, "InvalidAccessKeyId",
                           "The AWS Access Key Id you provided does not exist in our records.",
                           AWSAccessKeyId=scope[0])  # fmt: skip
    expected = signature(fields["policy"], keys[scope[0]], scope[1:])
    if not hmac.compare_digest(expected.encode(), fields.get("x-amz-signature", "").encode()):
        raise RefusedError(403, "SignatureDoesNotMatch",
                           "The request signature we calculated does not match the signature you "
                           "provided. Check your key and signing method.")  # fmt: skip


def signature(policy: str, secret: str, scope: list[str]) -> str:
    """Return the Signature Version 4 of a policy, which is still encoded in base64."""
    key = f"AWS4{secret}".encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()


def _decoded(policy: str) -> dict[str, Any]:
    try:
        decoded = json.loads(base64.b64decode(policy, validate=True))
    except (binascii.Error, ValueError) as error:
        raise _invalid("Invalid JSON.") from error
    if not isinstance(decoded, dict) or not isinstance(decoded.get("conditions"), list):
        raise _invalid("no conditions.")
    return decoded


def _time(policy: dict[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(policy["expiration"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError) as error:
        raise _invalid("the expiration is not a time.") from error


def _invalid(why: str) -> RefusedError:
    return RefusedError(400, "InvalidPolicyDocument", f"Invalid Policy: {why}")


def _check_conditions(conditions: list[Any], fields: Mapping[str, str]) -> Allowed:
    allowed = Allowed(0, LARGEST_OBJECT)
    covered = set(_FREE_FIELDS)
    for condition in conditions:
        match condition:
            case [str(kind), int(smallest), int(largest)] if kind == "content-length-range":
                allowed = Allowed(smallest, largest)
            case [("eq" | "starts-with") as kind, str(name), str(value)] if name[:1] == "$":
                covered.add(_check(kind, name[1:], value, fields, condition))
            case dict() if len(condition) == 1:
                ((name, value),) = condition.items()
                covered.add(_check("eq", name, str(value), fields, condition))
            case _:
                raise _invalid(f"Invalid Condition: {json.dumps(condition)}")
    extra = {name for name in fields if not name.startswith("x-ignore-")} - covered
    if extra:
        names = ", ".join(sorted(extra))
        raise denied(f"Invalid according to Policy: Extra input fields: {names}")
    return allowed


def _check(kind: str, name: str, value: str, fields: Mapping[str, str], condition: object) -> str:
    """Check one condition. Returns the field that it covers."""
    name = name.lower()
    actual = fields.get(name)
    if actual is None or not (actual == value if kind == "eq" else actual.startswith(value)):
        failed = f"Policy Condition failed: {json.dumps(condition)}"
        raise denied(f"Invalid according to Policy: {failed}")
    return name
