"""The XML errors of S3 and CloudFront."""

from uuid import uuid4
from xml.sax.saxutils import escape

from infra.local.gateway import Answer


class RefusedError(Exception):
    """S3 or CloudFront refuses a request."""

    def __init__(self, status: int, code: str, message: str, **details: object) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def answer(self) -> Answer:
        """Return the refusal as an HTTP answer."""
        parts = {"Code": self.code, "Message": self.message, **self.details}
        request_id = uuid4().hex[:16].upper()
        parts["RequestId"] = request_id
        inner = "".join(f"<{name}>{escape(str(v))}</{name}>" for name, v in parts.items())
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
        headers = [("Content-Type", "application/xml"), ("x-amz-request-id", request_id)]
        return Answer(self.status, headers, body.encode())


def denied(message: str = "Access Denied") -> RefusedError:
    """Return a 403 that gives no details."""
    return RefusedError(403, "AccessDenied", message)
