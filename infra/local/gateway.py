"""API Gateway's part: an HTTP request becomes a proxy event, and is refused before it where due.

Unlike `chalice local`, tokens are really checked, and requests can be served in parallel.
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

from functions.answers import cors_headers, problem
from functions.edge import SECURITY_HEADERS
from functions.errors import NotFound, Problem, TooLarge
from infra.local.invoke import context_for
from infra.local.routing import Match, Router, query_of
from infra.local.tokens import TokenCheck

API_FUNCTION = "fanlight-local-api"
TOO_LARGE = (
    "This is more than a request can carry. A picture of more than 4,500,000 bytes goes by an "
    "upload form: POST /upload with JSON."
)
GATEWAY_LIMIT = 10 * 1024 * 1024  # bytes of a request's body; API Gateway
LAMBDA_LIMIT = 6 * 1024 * 1024  # bytes of an event or an answer, as JSON; Lambda
SURELY_SMALL = LAMBDA_LIMIT // 8  # even escaped (six times its size), it fits into an event
SOURCE_IP = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. A header can be there several times."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next(found, None)


class MethodNotAllowed(Problem):
    """The path is known, but not with this method."""

    status = 405
    title = "Method not allowed"


class BadGateway(Problem):
    """The function's answer cannot be handed on."""

    status = 502
    title = "Bad gateway"


class _ThreadedApp(LocalChalice):
    """Chalice that keeps the request and its context by thread; a Lambda process has one each."""

    _contexts = threading.local()

    @property
    def lambda_context(self) -> LambdaContext:
        context: LambdaContext = self._contexts.current
        return context

    @lambda_context.setter
    def lambda_context(self, context: LambdaContext) -> None:
        self._contexts.current = context


def make_threaded(app: Chalice) -> None:
    """Let an app serve several requests at once; otherwise they would share `current_request`."""
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
        """Answer a request. `target` is the path with its query, percent-encoded."""
        headers = {name.lower(): value for name, value in headers.items()}
        request_id = str(uuid4())
        try:
            if len(body) > GATEWAY_LIMIT:
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
            return _refusal(error, request_id, headers.get("origin"))

    def _match(self, method: str, path: str) -> Match:
        match = self._router.match(path)
        if match is None:
            raise NotFound("There is no such path.")
        methods = self._app.routes[match.route]
        if method not in methods:
            allow = ", ".join(sorted(methods))
            raise MethodNotAllowed(f"{method} is not served here.", headers={"Allow": allow})
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
            raise NotImplementedError(f"the local stack does not know the authorizer of {route}")
        claims = self._tokens.claims(headers.get("authorization"))
        event["requestContext"]["authorizer"] = {"claims": claims}


def _handed_on(response: dict[str, Any]) -> Answer:
    """A function's answer, as API Gateway hands it on."""
    headers = [(name, str(value)) for name, value in (response.get("headers") or {}).items()]
    for name, values in (response.get("multiValueHeaders") or {}).items():
        headers += [(name, str(value)) for value in values]
    text = response.get("body") or ""
    if len(text) > LAMBDA_LIMIT:
        raise BadGateway("The answer is larger than a function can give.")
    if text and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    body = base64.b64decode(text) if response.get("isBase64Encoded") else text.encode()
    return Answer(int(response["statusCode"]), headers, body)


def _refusal(error: Problem, request_id: str, origin: str | None) -> Answer:
    """What the gateway itself refuses, in the words of the API."""
    answer = _handed_on(problem(error).to_dict([]))
    more = {**SECURITY_HEADERS, "X-Request-Id": request_id, **cors_headers(origin)}
    return Answer(answer.status, [*answer.headers, *more.items()], answer.body)
