"""Finds the route of a request in a Chalice app, as API Gateway's resource tree does."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True)
class Match:
    """A route and its path parameters, decoded."""

    route: str
    parameters: dict[str, str]


class Router:
    """The routes of an app; a fixed part of a path goes before a parameter."""

    def __init__(self, routes: Iterable[str]) -> None:
        # "{" sorts behind everything that a path part may begin with.
        self._routes = [(route, route.split("/")) for route in sorted(routes)]

    def match(self, path: str) -> Match | None:
        """The route of a path without its query; one slash at the end does not matter."""
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
    """A request target's path, and its query parameters with all their values, None without any."""
    path, _, query = target.partition("#")[0].partition("?")
    parameters: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters.setdefault(name, []).append(value)
    return path, parameters or None
