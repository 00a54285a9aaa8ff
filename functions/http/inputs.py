"""Checks the caller, the query and the body of a request. Errors name the fields at fault."""

import re
from collections.abc import Mapping
from typing import Any, get_args

import msgspec
from chalice.app import Request as ChaliceRequest

from functions.errors import Invalid, TooLarge, UnsupportedType
from functions.http.answers import JSON

FORM = "multipart/form-data"
MAX_JSON_BYTES = 256 * 1024
"""Far more than any JSON body of this API needs. A larger one is refused before it is parsed."""
REPLACEMENT = "\ufffd"
"""API Gateway replaces bytes that are not UTF-8 with this, so that they arrive changed."""
_LOST = re.compile(rf"{REPLACEMENT}|\\ufffd", re.IGNORECASE)
"""U+FFFD, as it is or escaped: decoders leave it in the place of bytes that they lost."""
_INTEGER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_UTF8 = ("utf-8", "utf8", "us-ascii")


class RawBody(msgspec.Struct, frozen=True):
    """A body that is not JSON."""

    content_type: str
    data: bytes


def claims_of(request: ChaliceRequest) -> Mapping[str, str]:
    """Return the claims of the token that API Gateway has checked; empty without a token."""
    found: Mapping[str, str] = request.context.get("authorizer", {}).get("claims", {})
    return found


def viewer_of(request: ChaliceRequest) -> str:
    """Return the user id in the token; empty without one."""
    return str(claims_of(request).get("sub", ""))


def address_of(raw: ChaliceRequest) -> str:
    """Return the address of the sender as API Gateway knows it: no header can change it."""
    return str(raw.context.get("identity", {}).get("sourceIp", ""))


def request_id(raw: ChaliceRequest) -> str:
    """Return API Gateway's id of the request."""
    return str(raw.context.get("requestId", ""))


def query_of(raw: ChaliceRequest, kind: type[msgspec.Struct] | None) -> Any:
    """Return the query parameters as a struct of that kind; None if none are declared.

    Unknown parameters are ignored, because links collect parameters that do not concern the API.

    Raises:
        Invalid: it names the parameters.
    """
    if kind is None:
        return None
    numbers = {name for name, typed in kind.__annotations__.items() if int in get_args(typed)}
    given: dict[str, Any] = dict(raw.query_params or {})
    for name in numbers & given.keys():
        if _INTEGER.fullmatch(given[name]):  # msgspec would accept `1e1` as a number, too
            given[name] = int(given[name])
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        from functions.http.faults import faults_of  # few requests are refused

        raise Invalid.fields(faults_of(given, kind)) from error


def body_of(raw: ChaliceRequest, kind: Any, raw_types: tuple[str, ...], form: Any = None) -> Any:
    """Return the body as that kind, or as the kind `form` if it was sent as a form. A body whose
    content type is in `raw_types` is returned as it is. None if the route takes no body. An empty
    body counts as an empty object.

    Raises:
        Invalid: it names the fields.
        UnsupportedType: the route does not take this content type.
        TooLarge: the body is too long.
    """
    if kind is None and not raw_types and form is None:
        return None
    said = raw.headers.get("content-type", JSON)
    content_type = said.split(";")[0].strip().lower()
    if any(_matches(content_type, taken) for taken in raw_types):
        return RawBody(content_type, bytes_of(raw))
    if form is not None and content_type == FORM:
        from functions.http.forms import form_of  # few routes take a form

        return form_of(said, bytes_of(raw), form)
    if content_type != JSON:
        takes = " or ".join([*raw_types, *([FORM] if form else []), JSON])
        raise UnsupportedType(f"{content_type or 'nothing'} is not taken here; send {takes}.")
    _check_charset(said)
    return json_of(bytes_of(raw), kind)


def json_of(data: bytes, kind: Any) -> Any:
    """Return JSON as a struct of that kind.

    Raises:
        Invalid: it names the fields.
        TooLarge: the text is longer than `MAX_JSON_BYTES`.
    """
    if len(data) > MAX_JSON_BYTES:
        raise TooLarge(f"A JSON body may have {MAX_JSON_BYTES:,} bytes.")
    text = data.decode(errors="replace")
    try:
        decoded = msgspec.json.decode(text or "{}", type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        from functions.http.faults import faults_of_json

        raise Invalid.fields(faults_of_json(text, kind)) from error
    if _LOST.search(text):
        from functions.http.faults import lost_bytes

        if lost := lost_bytes(text):
            raise Invalid.fields(lost)
    return decoded


def _check_charset(content_type: str) -> None:
    """Refuse a declared charset other than UTF-8, which JSON always has (RFC 8259, 8.1). Do not
    guess.
    """
    charset = re.search(r';\s*charset\s*=\s*"?([^\s;"]+)', content_type, re.IGNORECASE)
    if charset and charset[1].lower() not in _UTF8:
        raise UnsupportedType(f"The charset {charset[1]} is not taken; send JSON in UTF-8.")


def given_fields(changes: msgspec.Struct) -> dict[str, Any]:
    """Return the fields that a PATCH body contains, null included.

    A field that may be left out is declared as `... | UnsetType = UNSET`.
    """
    fields = ((name, getattr(changes, name)) for name in changes.__struct_fields__)
    return {name: value for name, value in fields if value is not msgspec.UNSET}


def bytes_of(raw: ChaliceRequest) -> bytes:
    """Return the bytes of the body."""
    body = raw.raw_body
    return body if isinstance(body, bytes) else body.encode()


def _matches(content_type: str, taken: str) -> bool:
    kind, _, subtype = taken.partition("/")
    return content_type == taken or (subtype == "*" and content_type.startswith(kind + "/"))
