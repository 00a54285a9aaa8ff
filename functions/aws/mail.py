"""Mail through SES, from the address of the stage."""

from typing import Any

from botocore.exceptions import ClientError

from functions.aws.clients import client
from functions.aws.errors import Contended, Undeliverable

REJECTED = frozenset({"MessageRejected", "BadRequestException"})
BUSY = frozenset({"TooManyRequestsException", "LimitExceededException"})


class Mailer:
    """Send mail. `sender` is empty on a stage that has no identity of SES."""

    def __init__(self, sender: str) -> None:
        self.sender = sender

    def mail(self, address: str, subject: str, text: str) -> None:
        try:
            client("sesv2").send_email(
                FromEmailAddress=self.sender,
                Destination={"ToAddresses": [address]},
                Content={"Simple": {"Subject": _utf8(subject), "Body": {"Text": _utf8(text)}}},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in REJECTED:
                raise Undeliverable from error
            if code in BUSY:
                raise Contended(code) from error
            raise


def _utf8(text: str) -> dict[str, Any]:
    return {"Data": text, "Charset": "UTF-8"}
