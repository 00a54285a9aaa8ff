"""What API Gateway itself answers, without asking the function: in the API's own words.

Both ways to deploy put it into Chalice's description of the API: `make deploy` as it is sent,
`make package` in the template.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from functions.answers import PROBLEM, ProblemDocument
from functions.errors import (
    FAILED,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedType,
)

ANSWERS = "x-amazon-apigateway-gateway-responses"
"""Where an API's description has them."""
RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True)
class GatewayResponse:
    """One of API Gateway's own answers."""

    kind: str
    """API Gateway's name for it."""
    status: str
    headers: dict[str, str]
    """As mapping expressions: a constant stands in single quotes."""
    body: str

    @property
    def templates(self) -> dict[str, str]:
        """The body by content type."""
        return {"application/json": self.body}


def answers_by_kind() -> dict[str, dict[str, Any]]:
    """All answers as an API's description has them."""
    return {answer.kind: _described(answer) for answer in gateway_responses()}


def _described(answer: GatewayResponse) -> dict[str, Any]:
    status = {"statusCode": answer.status} if answer.status else {}
    parameters = {f"gatewayresponse.header.{n}": value for n, value in answer.headers.items()}
    return {
        **status,
        "responseParameters": parameters,
        "responseTemplates": answer.templates,
    }


def gateway_responses() -> list[GatewayResponse]:
    """All answers of the gateway itself."""
    failed = Problem(FAILED)
    late = Problem("The request took too long; it can be tried again.")
    unknown = NotFound("There is no such path.")
    token = Unauthorized("A valid token is asked for: Authorization: Bearer.")
    busy = TooManyRequests("Too many requests at once; try again.", retry_after=RETRY_AFTER_SECONDS)
    return [
        _response("DEFAULT_4XX", None, Invalid("The request cannot be understood.")),
        _response("DEFAULT_5XX", None, failed),
        _response("UNAUTHORIZED", 401, token),
        _response("EXPIRED_TOKEN", 401, token),
        # A path that is not there, and a header that only looks like a signature.
        _response("MISSING_AUTHENTICATION_TOKEN", 404, unknown),
        _response("INVALID_SIGNATURE", 401, token),
        _response("ACCESS_DENIED", 403, Forbidden("This is not for you.")),
        _response("REQUEST_TOO_LARGE", 413, TooLarge("The request is larger than 10 MB.")),
        _response("UNSUPPORTED_MEDIA_TYPE", 415, UnsupportedType("This type is not taken.")),
        _response("THROTTLED", 429, busy),
        _response("QUOTA_EXCEEDED", 429, busy),
        _response("INTEGRATION_FAILURE", 502, failed),
        _response("INTEGRATION_TIMEOUT", 504, late),
    ]


def _response(kind: str, status: int | None, problem: Problem) -> GatewayResponse:
    document = ProblemDocument(
        problem.type, problem.title, status or problem.status, problem.detail, problem.detail
    )
    headers = {
        "Content-Type": PROBLEM,
        # It tells nothing, and no cookie is ever asked for: any page may read it.
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "no-store",
        **problem.headers,
    }
    quoted = {name: f"'{value}'" for name, value in headers.items()}
    quoted["X-Request-Id"] = "context.requestId"
    body = msgspec.json.encode(document).decode()
    return GatewayResponse(kind, str(status) if status else "", quoted, body)
