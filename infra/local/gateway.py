"""Stands in for API Gateway: checks an HTTP request and turns it into a proxy event.

Unlike `chalice local` it verifies tokens and serves requests in parallel.
"""

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from chalice.app import Chalice, CognitoUserPoolAuthorizer
from chalice.local import LambdaContext, LocalChalice

from functions.errors import BadGateway, MethodNotAllowed, NotFound, Problem, TooLarge
from functions.http.answers import cors_headers, problem
from functions.http.edge import SECURITY_HEADERS
from infra.gateway_responses import TOO_LARGE
from infra.local.invoke import context_for
from infra.local.routing import Match, Router, query_of
from infra.local.tokens import TokenCheck

API_FUNCTION = "fanlight-local-api"
GATEWAY_LIMIT = 10 * 1024 * 1024  # bytes of a request's body; API Gateway
HEAD_LIMIT = 10_240  # bytes of the request line and all header values; API Gateway
LAMBDA_LIMIT = 6 * 1024 * 1024  # bytes of an event or an answer, as JSON; Lambda
SURELY_SMALL = LAMBDA_LIMIT // 8  # fits into an event even if each byte is escaped to six
SOURCE_IP = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. A header can be repeated."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header with a name, whose case does not matter."""
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next(found, None)


class _ThreadedApp(LocalChalice):
    """A Chalice app with one request and context per thread. A Lambda process has one of each."""

    _contexts = threading.local()

    @property
    def lambda_context(self) -> LambdaContext:
        context: LambdaContext = self._contexts.current
        return context

    @lambda_context.setter
    def lambda_context(self, context: LambdaContext) -> None:
        self._contexts.current = context


def make_threaded(app: Chalice) -> None:
    """Let an app serve several requests at once. Without this they share `current_request`."""
    if not isinstance(app, _ThreadedApp):
        app.__class__ = type("LocalApp", (_ThreadedApp, type(app)), {})


class Gateway:
    """The HTTP API of an app. `call` may be used from many threads."""

    def __init__(self, app: Chalice, tokens: TokenCheck) -> None:
        make_threaded(app)
        self._app = app
        self._tokens = tokens
        self._router = Router(app.routes)

    def call(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """Answer a request. `target` is the percent-encoded path with its query."""
        headers = {name.lower(): value for name, value in headers.items()}
        request_id = str(uuid4())
        try:
            if len(body) > GATEWAY_LIMIT or _head_size(method, target, headers) > HEAD_LIMIT:
                raise TooLarge(TOO_LARGE)
            path, query = query_of(target)
            match = self._match(method, path)
            event = self._event(
                method=method,
                path=path,
                match=match,
                query=query,
                headers=headers,
                body=body,
                request_id=request_id,
            )
            self._authorize(event, method, match.route, headers)
            return _handed_on(self._app(event, context_for(API_FUNCTION)))
        except Problem as error:
            return refusal(error, request_id, headers.get("origin"))

    def _match(self, method: str, path: str) -> Match:
        match = self._router.match(path)
        if match is None:
            raise NotFound("This path does not exist.")
        methods = self._app.routes[match.route]
        if method not in methods:
            allow = ", ".join(sorted(methods))
            raise MethodNotAllowed(f"{method} is not allowed here.", headers={"Allow": allow})
        return match

    def _event(
        self,
        *,
        method: str,
        path: str,
        match: Match,
        query: dict[str, list[str]] | None,
        headers: Mapping[str, str],
        body: bytes,
        request_id: str,
    ) -> dict[str, Any]:
        event: dict[str, Any] = {
            "resource": match.route,
            "path": path,
            "httpMethod": method,
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "multiValueQueryStringParameters": query,
            "queryStringParameters": query and {name: all_[-1] for name, all_ in query.items()},
            "pathParameters": match.parameters,
            "stageVariables": {},
            "requestContext": {
                "requestId": request_id,
                "httpMethod": method,
                "resourcePath": match.route,
                "path": path,
                "stage": "api",
                "identity": {"sourceIp": SOURCE_IP, "userAgent": headers.get("user-agent")},
            },
            **self._body(headers, body),
        }
        if len(body) > SURELY_SMALL and len(json.dumps(event)) > LAMBDA_LIMIT:
            raise TooLarge(TOO_LARGE)
        return event

    def _body(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        content_type = headers.get("content-type", "").split(";")[0].strip().lower()
        if body and content_type in self._app.api.binary_types:
            return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        text = body.decode("utf-8", errors="replace") if body else None
        return {"body": text, "isBase64Encoded": False}

    def _authorize(
        self, event: dict[str, Any], method: str, route: str, headers: Mapping[str, str]
    ) -> None:
        authorizer = self._app.routes[route][method].authorizer
        if authorizer is None:
            return
        if not isinstance(authorizer, CognitoUserPoolAuthorizer):
            raise NotImplementedError(f"the local stack lacks the authorizer of {route}")
        claims = self._tokens.claims(headers.get("authorization"))
        event["requestContext"]["authorizer"] = {"claims": claims}


def _head_size(method: str, target: str, headers: Mapping[str, str]) -> int:
    return len(method) + len(target) + sum(len(value.encode()) for value in headers.values())


def _handed_on(response: dict[str, Any]) -> Answer:
    """Convert a function's answer to HTTP, as API Gateway does."""
    headers = [(name, str(value)) for name, value in (response.get("headers") or {}).items()]
    for name, values in (response.get("multiValueHeaders") or {}).items():
        headers += [(name, str(value)) for value in values]
    text = response.get("body") or ""
    if len(text) > LAMBDA_LIMIT:
        raise BadGateway("The answer is larger than Lambda's limit.")
    if text and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    body = base64.b64decode(text) if response.get("isBase64Encoded") else text.encode()
    return Answer(int(response["statusCode"]), headers, body)


def refusal(error: Problem, request_id: str, origin: str | None) -> Answer:
    """Return the problem document of a request that the gateway itself refuses."""
    answer = _handed_on(problem(error).to_dict([]))
    more = {**SECURITY_HEADERS, "X-Request-Id": request_id, **cors_headers(origin)}
    return Answer(answer.status, [*answer.headers, *more.items()], answer.body)
