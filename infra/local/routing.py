"""Finds the route of a request, as API Gateway does."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True)
class Match:
    """A route and its decoded path parameters."""

    route: str
    parameters: dict[str, str]


class Router:
    """The routes of an app. A literal path part takes precedence over a parameter."""

    def __init__(self, routes: Iterable[str]) -> None:
        # Sorting puts parameters last: "{" is greater than any first character of a path part.
        self._routes = [(route, route.split("/")) for route in sorted(routes)]

    def match(self, path: str) -> Match | None:
        """Return the route of a path without query. One trailing slash is ignored."""
        parts = path.split("/")
        if len(parts) > 2 and parts[-1] == "":  # noqa: PLR2004 (the root is ["", ""])
            parts.pop()
        for route, names in self._routes:
            found = _parameters(names, parts)
            if found is not None:
                return Match(route, found)
        return None


def _parameters(names: list[str], parts: list[str]) -> dict[str, str] | None:
    if len(names) != len(parts):
        return None
    found: dict[str, str] = {}
    for name, part in zip(names, parts, strict=True):
        if name.startswith("{") and part:
            found[name[1:-1]] = unquote(part)
        elif name != unquote(part):
            return None
    return found


def query_of(target: str) -> tuple[str, dict[str, list[str]] | None]:
    """Split a request target into the path and the query parameters, None if there are none."""
    path, _, query = target.partition("#")[0].partition("?")
    parameters: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters.setdefault(name, []).append(value)
    return path, parameters or None
