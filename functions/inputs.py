"""What a request says, checked: who calls, its query, its body. Errors name the field at fault."""

import re
from collections.abc import Mapping
from typing import Any, get_args

import msgspec
from chalice.app import Request as ChaliceRequest

from functions.errors import Invalid, TooLarge, UnsupportedType

MAX_JSON_BYTES = 256 * 1024
"""No JSON body of this API comes near it; what is larger is refused before it is parsed."""
_INTEGER = re.compile(r"-?[0-9]{1,9}", re.ASCII)


class RawBody(msgspec.Struct, frozen=True):
    """A body that is not JSON."""

    content_type: str
    data: bytes


def claims_of(request: ChaliceRequest) -> Mapping[str, str]:
    """What the token says that API Gateway has checked; empty without one."""
    found: Mapping[str, str] = request.context.get("authorizer", {}).get("claims", {})
    return found


def viewer_of(request: ChaliceRequest) -> str:
    """The user id in the token; empty without one."""
    return str(claims_of(request).get("sub", ""))


def address_of(raw: ChaliceRequest) -> str:
    """Where the request comes from, as API Gateway knows it: no header that its sender writes."""
    return str(raw.context.get("identity", {}).get("sourceIp", ""))


def request_id(raw: ChaliceRequest) -> str:
    """API Gateway's id of the request."""
    return str(raw.context.get("requestId", ""))


def query_of(raw: ChaliceRequest, kind: type[msgspec.Struct] | None) -> Any:
    """The query parameters as a struct of that kind; None where none are declared.

    Raises:
        Invalid: naming the parameter.
    """
    if kind is None:
        return None
    numbers = {name for name, typed in kind.__annotations__.items() if int in get_args(typed)}
    given: dict[str, Any] = dict(raw.query_params or {})
    for name in numbers & given.keys():
        if _INTEGER.fullmatch(given[name]):  # msgspec would take `1e1` for a number too
            given[name] = int(given[name])
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise invalid(error) from error


def body_of(raw: ChaliceRequest, kind: Any, raw_types: tuple[str, ...]) -> Any:
    """The body, decoded as that kind or, where its content type is among `raw_types`, as it is;
    None where neither is declared. No body at all is an empty object.

    Raises:
        Invalid: naming the field. UnsupportedType, TooLarge: as they say.
    """
    if kind is None and not raw_types:
        return None
    content_type = raw.headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if any(_matches(content_type, taken) for taken in raw_types):
        return RawBody(content_type, bytes_of(raw))
    if content_type != "application/json":
        taken = " or ".join([*raw_types, "application/json"])
        raise UnsupportedType(f"{content_type or 'nothing'} is not taken here; send {taken}.")
    data = bytes_of(raw)
    if len(data) > MAX_JSON_BYTES:
        raise TooLarge(f"A JSON body may have {MAX_JSON_BYTES} bytes.")
    try:
        # As text, so that what is no UTF-8 is refused also where msgspec would not look at it.
        return msgspec.json.decode(data.decode() or "{}", type=kind)
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid.field("body", f"is not JSON: {error}") from error


def bytes_of(raw: ChaliceRequest) -> bytes:
    """The body's bytes."""
    body = raw.raw_body
    return body if isinstance(body, bytes) else body.encode()


def _matches(content_type: str, taken: str) -> bool:
    kind, _, subtype = taken.partition("/")
    return content_type == taken or (subtype == "*" and content_type.startswith(kind + "/"))


_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"field `(?P<name>[^`]+)`")


def invalid(error: msgspec.ValidationError) -> Invalid:
    """msgspec's message as the field at fault and what is wrong with it."""
    told = _AT.match(str(error))
    what, where = (told["what"], told["where"] or "") if told else (str(error), "")
    named = _NAMED.search(what)
    name = ".".join(filter(None, [where, named["name"] if named else ""]))
    return Invalid.field(name or "body", what)
