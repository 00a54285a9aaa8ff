"""The CDN opens signed URLs, reveals nothing else, and serves as a cache should."""

import base64
import json
import time
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1
from hypothesis import given
from hypothesis import strategies as st

from infra.local.cdn import Cdn
from infra.local.gateway import Answer
from infra.local.signed_urls import SignedUrls, _matches

BASE = "http://127.0.0.1:8000/cdn"
BODY = bytes(range(100))
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
SOON = int(time.time()) + 86_400  # a slow run imports this long before it is used


@pytest.fixture(scope="module")
def cdn() -> Cdn:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="cdn-tests")
    s3.put_object(Bucket="cdn-tests", Key="a/one.webp", Body=BODY, ContentType="image/webp")
    s3.put_object(Bucket="cdn-tests", Key="a/\u00e9 +.webp", Body=b"x", CacheControl="no-store")
    return Cdn("cdn-tests", BASE, SignedUrls({"local": PUBLIC.decode()}))


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode().translate(str.maketrans("+=/", "-_~"))


def custom(resource: str, key: Any = KEY, key_id: str = "local", **conditions: Any) -> str:
    """Return a query with a custom policy."""
    condition = {"DateLessThan": {"AWS:EpochTime": SOON}, **conditions}
    policy = json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]}).encode()
    sealed = key.sign(policy, PKCS1v15(), SHA1())  # noqa: S303 (CloudFront's algorithm)
    return urlencode({"Policy": packed(policy), "Signature": packed(sealed), "Key-Pair-Id": key_id})


def canned(url: str, expires: int = SOON) -> str:
    """Return a query with a canned policy."""
    policy = (
        f'{{"Statement":[{{"Resource":"{url}","Condition":{{"DateLessThan":'
        f'{{"AWS:EpochTime":{expires}}}}}}}]}}'
    )
    sealed = KEY.sign(policy.encode(), PKCS1v15(), SHA1())  # noqa: S303
    return urlencode({"Expires": expires, "Signature": packed(sealed), "Key-Pair-Id": "local"})


GOOD = custom(f"{BASE}/a/*")


def get(cdn: Cdn, query: str = GOOD, path: str = "/a/one.webp", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return cdn.call("GET", path, query, named)


def test_a_custom_policy_opens_what_its_wildcard_covers(cdn: Cdn) -> None:
    answer = get(cdn)
    assert (answer.status, answer.body) == (200, BODY)
    assert answer.header("content-type") == "image/webp"
    assert answer.header("cache-control") == "public, max-age=31536000, immutable"


def test_a_canned_policy_opens_its_one_url(cdn: Cdn) -> None:
    query = canned(f"{BASE}/a/one.webp")
    assert get(cdn, query).status == 200
    assert get(cdn, query, "/a/%C3%A9%20%2B.webp").status == 403
    assert get(cdn, canned(f"{BASE}/a/one.webp", expires=1)).status == 403


def test_a_key_is_decoded_and_its_own_cache_control_kept(cdn: Cdn) -> None:
    answer = get(cdn, GOOD, "/a/%C3%A9%20%2B.webp")
    assert (answer.status, answer.header("cache-control")) == (200, "no-store")


def without(query: str, name: str) -> str:
    return "&".join(part for part in query.split("&") if not part.startswith(name))


TAMPERED = packed(json.dumps({"Statement": [{"Resource": "*", "Condition": {
    "DateLessThan": {"AWS:EpochTime": SOON}}}]}).encode())  # fmt: skip
REFUSED = {
    "nothing": "",
    "no policy": without(GOOD, "Policy"),
    "no signature": without(GOOD, "Signature"),
    "no key": without(GOOD, "Key-Pair-Id"),
    "an unknown key": custom(f"{BASE}/a/*", key_id="other"),
    "a foreign key": custom(f"{BASE}/a/*", key=ANOTHER_KEY),
    "another author": custom(f"{BASE}/b/*"),
    "another host": custom("https://cdn.example/a/*"),
    "a prefix only": custom(f"{BASE}/a/"),
    "expired": custom(f"{BASE}/a/*", DateLessThan={"AWS:EpochTime": 1}),
    "not yet": custom(f"{BASE}/a/*", DateGreaterThan={"AWS:EpochTime": SOON}),
    "for one address": custom(f"{BASE}/a/*", IpAddress={"AWS:SourceIp": "10.0.0.1/32"}),
    "another policy": GOOD.replace(GOOD.partition("Policy=")[2].partition("&")[0], TAMPERED),
    "no base64": GOOD.replace("Signature=", "Signature=!!"),
    "no number": canned(f"{BASE}/a/one.webp").replace("Expires=", "Expires=x"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_anything_else_is_one_and_the_same_403(cdn: Cdn, why: str) -> None:
    answer, missing = get(cdn, REFUSED[why]), get(cdn, GOOD, "/a/missing.webp")
    assert answer.status == 403
    ids = [(header[0], "" if header[0] == "x-amz-request-id" else header[1])
           for header in answer.headers]  # fmt: skip
    assert ids == [(n, "" if n == "x-amz-request-id" else v) for n, v in missing.headers]
    assert strip_id(answer.body) == strip_id(missing.body)


def strip_id(body: bytes) -> bytes:
    return body.partition(b"<RequestId>")[0]


def test_a_second_policy_of_the_caller_does_not_count(cdn: Cdn) -> None:
    assert get(cdn, f"{GOOD}&Policy={TAMPERED}").status == 403


def test_head_tells_of_the_object_without_it(cdn: Cdn) -> None:
    answer = cdn.call("HEAD", "/a/one.webp", GOOD, {})
    assert answer == get(cdn)  # the server leaves out the body and sends its length


def test_other_methods_are_refused(cdn: Cdn) -> None:
    assert cdn.call("PUT", "/a/one.webp", GOOD, {}).status == 403
    assert cdn.call("OPTIONS", "/a/one.webp", "", {}).status == 200


def test_who_has_it_already_is_not_sent_it_again(cdn: Cdn) -> None:
    tag = get(cdn).header("etag") or ""
    for known in (tag, f'"x", W/{tag}', "*"):
        answer = get(cdn, if_none_match=known)
        assert (answer.status, answer.body) == (304, b"")
    assert get(cdn, if_none_match='"x"').status == 200


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-9", 206, BODY[:10], "bytes 0-9/100"),
        ("bytes=90-", 206, BODY[90:], "bytes 90-99/100"),
        ("bytes=90-500", 206, BODY[90:], "bytes 90-99/100"),
        ("bytes=-5", 206, BODY[-5:], "bytes 95-99/100"),
        ("bytes=-500", 206, BODY, "bytes 0-99/100"),
        (f"bytes=0-{'9' * 5000}", 206, BODY, "bytes 0-99/100"),
        (f"bytes={'9' * 5000}-", 416, b"", "bytes */100"),
        (f"bytes=-{'9' * 5000}", 206, BODY, "bytes 0-99/100"),
        (f"bytes={'0' * 5000}5-6", 206, BODY[5:7], "bytes 5-6/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=5-2", 416, b"", "bytes */100"),
        ("bytes=-0", 416, b"", "bytes */100"),
        ("bytes=0-1,3-4", 200, BODY, None),
        ("bytes=-", 200, BODY, None),
        ("lines=1-2", 200, BODY, None),
    ],
)
def test_a_range_is_served(
    cdn: Cdn, asked: str, status: int, part: bytes, told: str | None
) -> None:
    answer = get(cdn, range=asked)
    assert (answer.status, answer.body) == (status, part)
    assert answer.header("content-range") == told


def test_a_range_of_what_has_changed_since_is_all_of_it(cdn: Cdn) -> None:
    tag = get(cdn).header("etag") or ""
    assert get(cdn, range="bytes=0-9", if_range=tag).status == 206
    for other in ('"x"', f"W/{tag}", "Sat, 28 Nov 2026 00:00:00 GMT", ""):
        answer = get(cdn, range="bytes=0-9", if_range=other)
        assert (answer.status, answer.body) == (200, BODY)


def test_who_asks_for_another_version_is_refused(cdn: Cdn) -> None:
    tag = get(cdn).header("etag") or ""
    for known in (tag, f'"x", {tag}', "*"):
        assert get(cdn, if_match=known).status == 200
    for other in ('"x"', f"W/{tag}", ""):
        assert get(cdn, if_match=other).status == 412


def test_pages_of_an_allowed_origin_may_read_it(cdn: Cdn) -> None:
    origin = "http://localhost:3000"
    assert get(cdn, origin=origin).header("access-control-allow-origin") == origin
    assert get(cdn, origin="https://evil.example").header("access-control-allow-origin") is None


@given(st.text(), st.text())
def test_a_star_stands_for_anything_and_nothing_else_does(before: str, after: str) -> None:
    literal = before.replace("*", "").replace("?", "")
    assert _matches(f"{literal}*", literal + after)
    assert _matches(literal, literal)
    assert not _matches(literal, literal + "x")
    assert _matches(f"{literal}?", literal + "x")
    assert not _matches(f"{literal}?", literal)
