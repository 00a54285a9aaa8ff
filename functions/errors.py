"""Errors that a caller can act on. Each becomes one RFC 9457 problem at the HTTP edge."""

FAILED = "Something failed on our side; the request can be tried again."


class Problem(Exception):
    """A request that is refused for a reason that its sender may know.

    `detail` is a sentence for a person; `errors` names the input fields at fault, if any;
    `headers` go into the answer.
    """

    status = 500
    title = "Internal error"

    def __init__(
        self,
        detail: str,
        *,
        errors: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or {}
        self.headers = headers or {}

    @property
    def type(self) -> str:
        """Return the problem's stable name, a relative URI: `/problems/not-found`."""
        return type_of(type(self))


def type_of(kind: type[Problem]) -> str:
    """Return the stable name of a kind of problem."""
    return "/problems/" + kind.title.lower().replace(" ", "-")


class Invalid(Problem):
    """Malformed input, or input outside a documented limit."""

    status = 400
    title = "Invalid request"

    @classmethod
    def field(cls, name: str, message: str) -> "Invalid":
        """Make a problem with one input field at fault."""
        return cls.fields({name: message})

    @classmethod
    def fields(cls, errors: dict[str, str]) -> "Invalid":
        """Make a problem with several input fields at fault, each for its own reason."""
        detail = "; ".join(f"{name}: {message}" for name, message in errors.items())
        return cls(detail, errors=errors)


class Unauthorized(Problem):
    """No valid token, or wrong credentials."""

    status = 401
    title = "Unauthorized"


class Forbidden(Problem):
    """The content may be seen, but it belongs to somebody else."""

    status = 403
    title = "Forbidden"


class NotConfirmed(Problem):
    """The password is right, and the account awaits the code that was sent to its address."""

    status = 403
    title = "Not confirmed"


class NotFound(Problem):
    """Unknown, or not visible to this viewer: the two are never told apart."""

    status = 404
    title = "Not found"


class MethodNotAllowed(Problem):
    """The path is there, the method is not."""

    status = 405
    title = "Method not allowed"


class Conflict(Problem):
    """The request contradicts the present state."""

    status = 409
    title = "Conflict"


class StillRendering(Conflict):
    """The pictures are still being rendered. Ask for another filter when that has ended."""

    title = "Still rendering"


class TooLarge(Problem):
    """More bytes than the documented limit."""

    status = 413
    title = "Too large"


class UnsupportedType(Problem):
    """A content type that this route does not take."""

    status = 415
    title = "Unsupported type"


class KeyReused(Problem):
    """An Idempotency-Key was used before with another request body."""

    status = 422
    title = "Idempotency key reused"


class TooManyRequests(Problem):
    """Try again after `retry_after` seconds; nothing was lost."""

    status = 429
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class BadGateway(Problem):
    """The gateway got no answer from the function that it could hand on."""

    status = 502
    title = "Bad gateway"


class GatewayTimeout(Problem):
    """The function took longer than the gateway waits."""

    status = 504
    title = "Gateway timeout"
