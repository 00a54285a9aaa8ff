"""However deep a body is nested, it is refused as input and never fails the service."""

import msgspec
import pytest

from functions.errors import Invalid
from functions.http.inputs import json_of


class Body(msgspec.Struct, forbid_unknown_fields=True):
    text: str


@pytest.mark.parametrize("depth", [900, 1500, 3000, 20_000])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}")])
def test_a_body_nested_too_deeply_is_refused(depth, opens, closes):
    nested = opens * depth + ("" if opens == "[" else "1") + closes * depth
    for body in (nested, f'{{"text": "x", "more": {nested}}}'):
        with pytest.raises(Invalid):
            json_of(body.encode(), Body)
