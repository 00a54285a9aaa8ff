"""The form endpoint accepts what the form's policy allows, and refuses the rest as S3 does."""

import base64
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import IO, Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from infra.local.gateway import Answer
from infra.local.post_policy import check_form, signature
from infra.local.provision import Stage
from infra.local.uploads import Uploads
from infra.local.wire import ACCESS_KEYS
from infra.local.xml_errors import RefusedError

ORIGIN = "http://localhost:3000"
BOUNDARY = "frontier"
LIMIT = 1000


@pytest.fixture(scope="module")
def bucket() -> str:
    """Make a bucket with the CORS rules of an uploads bucket."""
    name = f"forms-{uuid4().hex}"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    rule = {"AllowedOrigins": [ORIGIN], "AllowedMethods": ["POST"], "AllowedHeaders": ["x-*"],
            "MaxAgeSeconds": 60}  # fmt: skip
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
    return name


@pytest.fixture(scope="module")
def uploads(bucket: str, stage: Stage) -> Uploads:
    return Uploads(bucket, stage.base_url, ACCESS_KEYS)


def presigned(bucket: str, key: str, seconds: int = 60) -> dict[str, str]:
    """Make a form's fields, as the product asks for them."""
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    fields = {"Content-Type": "image/png", "x-amz-meta-who": "me"}
    conditions: list[Any] = [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", 1, LIMIT])
    form = s3.generate_presigned_post(bucket, key, fields, conditions, seconds)
    given: dict[str, str] = form["fields"]
    return given


def form_of(fields: dict[str, str], file: bytes | None) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
        for n, v in fields.items()
    ]
    if file is not None:
        head = 'Content-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        parts += [f"--{BOUNDARY}\r\n{head}".encode(), file, b"\r\n"]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def send(
    uploads: Uploads, bucket: str, fields: dict[str, str], file: bytes | None = b"x" * 10
) -> Answer:
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    return uploads.call("POST", f"/{bucket}", headers, BytesIO(form_of(fields, file)))


def code(answer: Answer) -> tuple[int, str]:
    text = answer.body.decode()
    return answer.status, text.partition("<Code>")[2].partition("</Code>")[0]


def exists(bucket: str, key: str) -> bool:
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=key)
    return bool(listed["KeyCount"])


def test_a_good_form_becomes_an_object_with_its_type_and_metadata(
    uploads: Uploads, bucket: str
) -> None:
    answer = send(uploads, bucket, presigned(bucket, "good/one"), b"\x89PNG\r\n--frontie")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("etag")
    found = boto3.client("s3").get_object(Bucket=bucket, Key="good/one")
    assert found["Body"].read() == b"\x89PNG\r\n--frontie"
    assert found["ContentType"] == "image/png"
    assert found["Metadata"] == {"who": "me"}


def test_a_form_without_a_field_named_file_is_refused(uploads: Uploads, bucket: str) -> None:
    no_file = (400, "InvalidArgument")
    assert code(send(uploads, bucket, presigned(bucket, "none"), None)) == no_file
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    body = form_of(presigned(bucket, "none"), b"x").replace(b'name="file"', b'name="photo"')
    answer = uploads.call("POST", f"/{bucket}", headers, BytesIO(body))
    assert code(answer) == no_file
    assert not exists(bucket, "none")


def test_a_field_named_file_needs_no_name_of_a_file(uploads: Uploads, bucket: str) -> None:
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    body = form_of(presigned(bucket, "nameless"), b"x").replace(b'; filename="a.png"', b"")
    assert uploads.call("POST", f"/{bucket}", headers, BytesIO(body)).status == 204
    assert exists(bucket, "nameless")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"key": "another"}, (403, "AccessDenied")),
        ({"Content-Type": "text/html"}, (403, "AccessDenied")),
        ({"x-amz-meta-who": None}, (403, "AccessDenied")),
        ({"acl": "public-read"}, (403, "AccessDenied")),
        ({"success_action_status": "200"}, (403, "AccessDenied")),
        ({"policy": None}, (403, "AccessDenied")),
        ({"x-amz-signature": "0" * 64}, (403, "SignatureDoesNotMatch")),
        ({"x-amz-signature": None}, (403, "SignatureDoesNotMatch")),
        ({"x-amz-signature": "\u00e9"}, (403, "SignatureDoesNotMatch")),
        ({"x-amz-credential": "mine/20260101/us-east-1/s3/aws4_request"},
         (400, "InvalidArgument")),
        ({"x-amz-algorithm": "AWS4-HMAC-SHA1"}, (400, "InvalidArgument")),
        ({"key": None}, (400, "InvalidArgument")),
    ],
)  # fmt: skip
def test_a_form_that_was_changed_is_refused_and_leaves_nothing(
    uploads: Uploads, bucket: str, changed: dict[str, str | None], expected: tuple[int, str]
) -> None:
    fields: dict[str, Any] = {**presigned(bucket, "changed"), **changed}
    fields = {name: value for name, value in fields.items() if value is not None}
    assert code(send(uploads, bucket, fields)) == expected
    assert not exists(bucket, "changed")
    assert not exists(bucket, "another")


def test_an_unknown_access_key_is_refused(uploads: Uploads, bucket: str) -> None:
    fields = presigned(bucket, "k")
    fields["x-amz-credential"] = fields["x-amz-credential"].replace("local/", "other/", 1)
    assert code(send(uploads, bucket, fields)) == (403, "InvalidAccessKeyId")


def test_a_wider_policy_with_the_old_signature_is_refused(uploads: Uploads, bucket: str) -> None:
    fields = presigned(bucket, "k")
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["conditions"][-1] = ["content-length-range", 0, 10**9]
    fields["policy"] = base64.b64encode(json.dumps(policy).encode()).decode()
    assert code(send(uploads, bucket, fields)) == (403, "SignatureDoesNotMatch")


def test_a_form_for_another_bucket_is_refused(uploads: Uploads, bucket: str) -> None:
    assert code(send(uploads, bucket, presigned("another", "k"))) == (403, "AccessDenied")


def test_an_expired_form_is_refused(uploads: Uploads, bucket: str) -> None:
    answer = send(uploads, bucket, presigned(bucket, "late", seconds=-1))
    assert code(answer) == (403, "AccessDenied")
    assert b"Policy expired" in answer.body


@pytest.mark.parametrize(("size", "accepted"), [(0, False), (1, True), (LIMIT, True)])
def test_the_size_is_held_to_the_byte(
    uploads: Uploads, bucket: str, size: int, accepted: bool
) -> None:
    answer = send(uploads, bucket, presigned(bucket, f"size/{size}"), b"x" * size)
    assert code(answer) == ((204, "") if accepted else (400, "EntityTooSmall"))


class Endless(BytesIO):
    """A form whose file never ends. It counts the bytes that were read."""

    def __init__(self, head: bytes) -> None:
        super().__init__(head)
        self.given = 0

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size) or b"x" * (size or 0)
        self.given += len(part)
        return part


def test_a_file_is_read_no_further_than_it_may_be_large(uploads: Uploads, bucket: str) -> None:
    whole = form_of(presigned(bucket, "endless"), b"")
    endless = Endless(whole[: whole.rindex(b"\r\n--")])
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = uploads.call("POST", f"/{bucket}", headers, endless)
    assert code(answer) == (400, "EntityTooLarge")
    assert endless.given < 300_000
    assert not exists(bucket, "endless")


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"{}", (412, "PreconditionFailed")),
        ("multipart/form-data", b"", (412, "PreconditionFailed")),
        (f"multipart/form-data; boundary={BOUNDARY}", b"nonsense", (400, "MalformedPOSTRequest")),
        (f"multipart/form-data; boundary={BOUNDARY}", b"", (400, "MalformedPOSTRequest")),
        (f"multipart/form-data; boundary={BOUNDARY}", form_of({"key": "k"}, None),
         (400, "InvalidArgument")),
        (f"multipart/form-data; boundary={BOUNDARY}", form_of({"key": "k" * 30_000}, b"x"),
         (400, "MaxPostPreDataLengthExceeded")),
        (f"multipart/form-data; boundary={BOUNDARY}",
         form_of({"key": "k"}, b"x")[:-20], (400, "MalformedPOSTRequest")),
    ],
)  # fmt: skip
def test_a_malformed_form_is_refused(
    uploads: Uploads, bucket: str, content_type: str, body: bytes, expected: tuple[int, str]
) -> None:
    answer = uploads.call("POST", f"/{bucket}", {"content-type": content_type}, BytesIO(body))
    assert code(answer) == expected


def test_a_file_that_breaks_off_leaves_nothing(uploads: Uploads, bucket: str) -> None:
    body: IO[bytes] = BytesIO(form_of(presigned(bucket, "broken"), b"x" * 100)[:-60])
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    assert uploads.call("POST", f"/{bucket}", headers, body).status == 400
    assert not exists(bucket, "broken")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"{", b"\xff", b'{"conditions": []}'])
def test_a_signed_policy_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        check_form(signed(content), "b", ACCESS_KEYS, datetime.now(UTC))
    assert refused.value.code == "InvalidPolicyDocument"


def signed(policy: bytes, **more: str) -> dict[str, str]:
    """Return fields with any policy and a valid signature."""
    packed = base64.b64encode(policy).decode()
    scope = ["20261122", "us-east-1", "s3", "aws4_request"]
    return {
        "policy": packed,
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": "/".join(["local", *scope]),
        "x-amz-date": "20261122T000000Z",
        "x-amz-signature": signature(packed, "local", scope),
        **more,
    }


def policy_of(*conditions: Any) -> bytes:
    expiration = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    own = [["starts-with", f"$x-amz-{name}", ""] for name in ("algorithm", "credential", "date")]
    return json.dumps({"expiration": expiration, "conditions": [*own, *conditions]}).encode()


@given(st.text(max_size=5), st.text(max_size=5))
def test_starts_with_admits_exactly_what_starts_with_it(prefix: str, key: str) -> None:
    fields = signed(policy_of(["starts-with", "$key", prefix]), key=key)
    try:
        check_form(fields, "b", ACCESS_KEYS, datetime.now(UTC))
        admitted = True
    except RefusedError:
        admitted = False
    assert admitted == key.startswith(prefix)


@pytest.mark.parametrize("condition", [["ne", "$key", "k"], ["eq", "key", "k"], [], "key", 1,
                                       {"key": "k", "acl": "x"}])  # fmt: skip
def test_a_condition_without_sense_is_refused(condition: Any) -> None:
    with pytest.raises(RefusedError, match="Invalid Condition"):
        check_form(signed(policy_of(condition), key="k"), "b", ACCESS_KEYS, datetime.now(UTC))


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("GET", "", (405, "MethodNotAllowed")), ("GET", "/key", (403, "AccessDenied")),
     ("PUT", "/key", (403, "AccessDenied"))],
)  # fmt: skip
def test_nothing_but_forms_is_taken(
    uploads: Uploads, bucket: str, method: str, path: str, expected: tuple[int, str]
) -> None:
    answer = uploads.call(method, f"/{bucket}{path}", {}, BytesIO())
    assert code(answer) == expected


ASK = {"origin": ORIGIN, "access-control-request-method": "POST"}


def test_a_page_of_an_allowed_origin_may_send_forms(uploads: Uploads, bucket: str) -> None:
    asked = {**ASK, "access-control-request-headers": "x-one, X-Two"}
    answer = uploads.call("OPTIONS", f"/{bucket}", asked, BytesIO())
    assert answer.status == 200
    assert answer.header("access-control-allow-origin") == ORIGIN
    assert answer.header("access-control-allow-methods") == "POST"
    assert answer.header("access-control-allow-headers") == "x-one, X-Two"
    assert answer.header("access-control-max-age") == "60"


@pytest.mark.parametrize(
    "changed",
    [{"origin": "https://evil.example"}, {"access-control-request-method": "PUT"},
     {"access-control-request-headers": "cookie"}],
)  # fmt: skip
def test_another_page_may_not(uploads: Uploads, bucket: str, changed: dict[str, str]) -> None:
    answer = uploads.call("OPTIONS", f"/{bucket}", {**ASK, **changed}, BytesIO())
    assert code(answer) == (403, "AccessForbidden")
    assert answer.header("access-control-allow-origin") is None
