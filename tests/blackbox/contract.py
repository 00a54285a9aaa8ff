"""Checks every answer against the service's own description, and every error against RFC 9457."""

import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from requests import Response

from tests import seen

LEAKS = ("Traceback", 'File "', "botocore", "boto3", "moto", "pynamodb", "/site-packages")
"""Texts that would tell a caller how the service is made."""
PROBLEM_TEXTS = ("type", "title", "detail", "error")


class Contract:
    """The service's description of itself."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._validator = cache(self._make_validator)
        self._templates = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", template) + "/?"), template)
            for template in sorted(document["paths"], key=lambda path: path.count("{"))
        ]

    def template_of(self, path: str) -> str | None:
        """Return the described path that matches a path without query."""
        fits = (template for pattern, template in self._templates if pattern.fullmatch(path))
        return next(fits, None)

    def validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        """Return a validator of a schema of the description, with references followed."""
        whole = {**schema, "components": self.document["components"]}
        return Draft202012Validator(whole)

    def check(self, method: str, path: str, answer: Response) -> None:
        """Fail unless the description allows this answer of the API."""
        told = f"{method} {path[:200]} answered {answer.status_code}: {answer.text[:1000]}"
        seen.note(method, path, answer.status_code)
        assert answer.headers.get("X-Request-Id"), f"no X-Request-Id; {told}"
        if answer.status_code >= 400:
            check_problem(answer, has_body=method != "HEAD")
            return
        if method == "OPTIONS":
            return
        if answer.status_code == 304:
            assert "If-None-Match" in answer.request.headers, told
            assert answer.content == b"", told
            return
        template = self.template_of(path)
        assert template, f"a path that the description lacks; {told}"
        self._check_success(template, method.lower(), answer, told)

    def _check_success(self, template: str, method: str, answer: Response, told: str) -> None:
        operation = self.document["paths"][template].get("get" if method == "head" else method)
        assert operation, f"a method that the description lacks; {told}"
        described = operation["responses"].get(str(answer.status_code))
        assert described, f"a status that the description lacks; {told}"
        content = described.get("content")
        if content is None or method == "head":
            assert answer.content == b"", told
            return
        content_type = answer.headers["Content-Type"].partition(";")[0]
        assert content_type in content, told
        if content_type == "application/json":
            validator = self._validator(template, method, str(answer.status_code))
            faults = [error.message for error in validator.iter_errors(answer.json())]
            assert not faults, f"{faults}; {told}"

    def _make_validator(self, template: str, method: str, status: str) -> Draft202012Validator:
        responses = self.document["paths"][template][method]["responses"]
        return self.validator(responses[status]["content"]["application/json"]["schema"])


def check_problem(answer: Response, *, has_body: bool = True) -> None:
    """Fail unless an answer is a problem document that tells a caller what is wrong."""
    told = f"{answer.request.method} {answer.request.path_url[:200]}: {answer.text[:1000]}"
    assert 400 <= answer.status_code < 500, f"{answer.status_code}; {told}"
    assert answer.headers["Content-Type"].startswith("application/problem+json"), told
    if answer.status_code == 405:
        assert answer.headers.get("Allow"), f"405 without Allow; {told}"
    if answer.status_code == 429:
        assert answer.headers.get("Retry-After", "").isdecimal(), f"429; {told}"
    if not has_body:
        return
    problem = answer.json()
    assert problem["status"] == answer.status_code, told
    for name in PROBLEM_TEXTS:
        assert isinstance(problem[name], str), told
        assert problem[name].strip(), told
    assert problem["error"] == problem["detail"], told
    for error in problem.get("errors") or ():
        assert isinstance(error["field"], str), told
        assert error["message"], told
    assert not [leak for leak in LEAKS if leak in answer.text], told
