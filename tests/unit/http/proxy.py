"""Sends a request to a Chalice app as API Gateway would, without a server."""

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

REQUEST_ID = "request-1"


@dataclass(frozen=True)
class Answer:
    """What the function hands back. `headers` has lower-case names."""

    status: int
    headers: dict[str, str]
    body: str

    @cached_property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


def proxy_event(
    method: str,
    path: str,
    *,
    route: str | None = None,
    viewer: str | None = "ada",
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: Any = None,
    binary: bytes | None = None,
    parameters: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The event of a request. A `body` that is no text is sent as JSON, `binary` as API Gateway
    passes a binary type on; `parameters` are the path's."""
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    if binary is not None:
        text = base64.b64encode(binary).decode()
    claims = {"sub": viewer, "cognito:username": viewer, "token_use": "id", "auth_time": "1"}
    return {
        "httpMethod": method,
        "headers": {"host": "api.test", "content-type": "application/json", **(headers or {})},
        "multiValueQueryStringParameters": query and {k: [v] for k, v in query.items()},
        "pathParameters": parameters or {},
        "stageVariables": {},
        "body": text,
        "isBase64Encoded": binary is not None,
        "requestContext": {
            "requestId": REQUEST_ID,
            "httpMethod": method,
            "resourcePath": route or path,
            "path": f"/api{path}",
            **({"authorizer": {"claims": claims}} if viewer else {}),
        },
    }


def call(
    app: Any,
    method: str,
    path: str,
    *,
    route: str | None = None,
    viewer: str | None = "ada",
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: Any = None,
    binary: bytes | None = None,
    **parameters: str,
) -> Answer:
    """Send a request: see `proxy_event`."""
    event = proxy_event(
        method, path, route=route, viewer=viewer, query=query, headers=headers, body=body,
        binary=binary, parameters=parameters,
    )  # fmt: skip
    given = app(event, None)
    named = {**given.get("headers", {})}
    named.update({name: values[-1] for name, values in given["multiValueHeaders"].items()})
    lowered = {name.lower(): value for name, value in named.items()}
    return Answer(given["statusCode"], lowered, given["body"])
