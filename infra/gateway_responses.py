"""The answers that API Gateway gives without calling the function, as problem documents.

They are added to Chalice's description of the API: by `make deploy` when Chalice sends it, by
`make package` in the template.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from functions.errors import (
    FAILED,
    BadGateway,
    Forbidden,
    GatewayTimeout,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedType,
)
from functions.http.answers import EXPOSED_HEADERS, PROBLEM, ProblemDocument
from functions.media.domain import LARGER_UPLOADS

ANSWERS = "x-amazon-apigateway-gateway-responses"
"""The key of the gateway responses in an API's description."""
RETRY_AFTER_SECONDS = 1
FLOOD_ENDS_SECONDS = 300
"""The time in which WAF counts the requests of an address (`WebAclRate`)."""
TOO_LARGE = f"A request carries 10 MB, and 10 KB of headers. {LARGER_UPLOADS}"


@dataclass(frozen=True)
class GatewayResponse:
    """One answer of API Gateway itself."""

    kind: str
    """API Gateway's name of the answer, such as THROTTLED."""
    status: str
    """Empty if API Gateway chooses the status."""
    headers: dict[str, str]
    """Mapping expressions by header. A constant is written in single quotes."""
    body: str

    @property
    def templates(self) -> dict[str, str]:
        """The body by content type."""
        return {"application/json": self.body}


def answers_by_kind() -> dict[str, dict[str, Any]]:
    """Return all answers in the form of an API's description."""
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
    """Return all answers of the gateway."""
    failed = Problem(FAILED)
    broken = BadGateway(FAILED)
    late = GatewayTimeout("The request took too long. Try again.")
    unknown = NotFound("This path does not exist.")
    token = Unauthorized("Send a valid token in the header Authorization: Bearer <id_token>.")
    busy = TooManyRequests("Too many requests. Try again.", retry_after=RETRY_AFTER_SECONDS)
    flood = TooManyRequests("Too many requests.", retry_after=FLOOD_ENDS_SECONDS)
    return [
        _response("DEFAULT_4XX", None, Invalid("The request cannot be understood.")),
        _response("DEFAULT_5XX", None, failed),
        _response("UNAUTHORIZED", 401, token),
        _response("EXPIRED_TOKEN", 401, token),
        # API Gateway's name for a path that does not exist.
        _response("MISSING_AUTHENTICATION_TOKEN", 404, unknown),
        # It takes some malformed Authorization headers for AWS signatures.
        _response("INVALID_SIGNATURE", 401, token),
        _response("ACCESS_DENIED", 403, Forbidden("You may not do this.")),
        _response("REQUEST_TOO_LARGE", 413, TooLarge(TOO_LARGE)),
        _response("UNSUPPORTED_MEDIA_TYPE", 415, UnsupportedType("This type is not supported.")),
        _response("THROTTLED", 429, busy),
        _response("QUOTA_EXCEEDED", 429, busy),
        _response("WAF_FILTERED", 429, flood),
        _response("INTEGRATION_FAILURE", 502, broken),
        _response("INTEGRATION_TIMEOUT", 504, late),
    ]


def _response(kind: str, status: int | None, problem: Problem) -> GatewayResponse:
    document = ProblemDocument(
        problem.type, problem.title, status or problem.status, problem.detail, problem.detail
    )
    headers = {
        "Content-Type": PROBLEM,
        # The answer holds nothing private and the API uses no cookies, so any page may read it.
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        "Cache-Control": "no-store",
        **problem.headers,
    }
    quoted = {name: f"'{value}'" for name, value in headers.items()}
    quoted["X-Request-Id"] = "context.requestId"
    body = msgspec.json.encode(document).decode()
    return GatewayResponse(kind, str(status) if status else "", quoted, body)
