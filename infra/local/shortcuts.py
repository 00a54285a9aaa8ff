"""Spares moto and botocore the work that they repeat with the same result for every request.

A query of twenty rows takes a third of the time with them, and most other requests two thirds.
"""

from functools import cache
from typing import Any

from botocore.useragent import UserAgentString
from moto.core import responses as moto_responses
from moto.core import utils
from moto.core.base_backend import BaseBackend
from moto.core.serialize import ResponseSerializer

USER_AGENT = "fanlight-local"
"""Nothing reads this header here, and botocore builds it twice for every request."""

_moto_urls = vars(BaseBackend)["urls"].fget
_moto_get_value = ResponseSerializer.get_value


def take_shortcuts() -> None:
    """Replace the functions in this process."""
    responses: Any = moto_responses
    responses.method_names_from_class = cache(utils.method_names_from_class)
    responses.camelcase_to_underscores = cache(utils.camelcase_to_underscores)
    BaseBackend.urls = property(cache(_moto_urls))  # type: ignore[assignment, method-assign]
    UserAgentString.to_string = lambda _: USER_AGENT
    ResponseSerializer.get_value = get_value  # type: ignore[assignment, method-assign]


def get_value(serializer: Any, value: Any, key: str, shape: Any) -> Any:
    """Return a member of a value that is serialized.

    moto looks for every missing member under six other names. A value of DynamoDB has one of ten
    members, and none of them has another name.
    """
    if type(value) is dict and shape.parent.name == "AttributeValue":
        return value.get(key)
    return _moto_get_value(serializer, value, key, shape)
