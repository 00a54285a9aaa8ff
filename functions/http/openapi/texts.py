"""The words and examples of the document. The code does not need them; `about` supplies them."""

from typing import Any

import msgspec


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a path or query, wherever it is used."""

    description: str
    example: Any


class Texts(msgspec.Struct, frozen=True):
    """Everything in the document that does not come from the routes' declarations."""

    summary: str
    description: str
    tags: dict[str, str]
    """The tags in reading order, each with its text."""
    operations: dict[str, str]
    """Operations by name."""
    parameters: dict[str, Parameter]
    """Parameters by name."""
    examples: dict[str, Any]
    """An example of each schema, by the schema's name."""
    links: dict[str, dict[str, Any]]
    """The links of operations, by the name of the operation and of the link."""
