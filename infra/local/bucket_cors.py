"""Applies a bucket's CORS rules as S3 does."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from infra.local.gateway import Answer
from infra.local.xml_errors import RefusedError

Headers = list[tuple[str, str]]


class BucketCors:
    """The rules of one bucket, as GetBucketCors returns them."""

    def __init__(self, rules: Sequence[Mapping[str, Any]]) -> None:
        self._rules = rules

    def headers(self, origin: str | None, method: str) -> Headers:
        """Return the headers that let a web page of `origin` read an answer."""
        rule = self._rule(origin, method)
        if origin is None or rule is None:
            return []
        allowed = "*" if "*" in rule["AllowedOrigins"] else origin
        exposed = ", ".join(rule.get("ExposeHeaders", ()))
        return [
            ("Access-Control-Allow-Origin", allowed),
            ("Access-Control-Allow-Methods", ", ".join(rule["AllowedMethods"])),
            *([("Access-Control-Expose-Headers", exposed)] if exposed else []),
            ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"),
        ]

    def preflight(self, headers: Mapping[str, str]) -> Answer:
        """Answer a browser's preflight request. Raises `RefusedError` if no rule allows it."""
        origin = headers.get("origin")
        method = headers.get("access-control-request-method", "")
        asked = headers.get("access-control-request-headers", "")
        rule = self._rule(origin, method)
        if rule is None or not _allows(rule, asked):
            raise RefusedError(403, "AccessForbidden", "CORSResponse: This CORS request is not "
                               "allowed.")  # fmt: skip
        more = [("Access-Control-Max-Age", str(rule.get("MaxAgeSeconds", 0)))]
        if asked:
            more.append(("Access-Control-Allow-Headers", asked))
        return Answer(200, [*self.headers(origin, method), *more], b"")

    def _rule(self, origin: str | None, method: str) -> Mapping[str, Any] | None:
        for rule in self._rules if origin else ():
            fits = any(fnmatchcase(str(origin), allowed) for allowed in rule["AllowedOrigins"])
            if fits and method in rule["AllowedMethods"]:
                return rule
        return None


def _allows(rule: Mapping[str, Any], asked: str) -> bool:
    patterns = [pattern.lower() for pattern in rule.get("AllowedHeaders", ())]
    names = [name.strip().lower() for name in asked.split(",") if name.strip()]
    return all(any(fnmatchcase(name, pattern) for pattern in patterns) for name in names)
