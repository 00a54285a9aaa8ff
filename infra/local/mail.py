"""Prints the mails that the product sends, because the local stack delivers none."""

import json
from typing import Any

import boto3
from moto.sesv2.responses import SESV2Response

_moto_send_email = SESV2Response.send_email


def complete_mail(sender: str) -> None:
    """Let this sender send mail, and print every mail of this process."""
    domain = sender.rpartition("@")[2].rstrip(">")
    boto3.client("sesv2").create_email_identity(EmailIdentity=domain)
    setattr(SESV2Response, send_email.__name__, send_email)


def send_email(request: Any) -> Any:
    """Answer SendEmail and print the mail on one line."""
    given = json.loads(request.body)
    addresses = ", ".join(given["Destination"]["ToAddresses"])
    print(f"mail to {addresses}: {given['Content']['Simple']['Body']['Text']['Data']}", flush=True)
    return _moto_send_email(request)
