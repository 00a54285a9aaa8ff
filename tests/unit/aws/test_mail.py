"""The refusals of SES."""

import pytest
from botocore.exceptions import ClientError

from functions.aws import mail
from functions.aws.errors import Contended, Undeliverable


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("MessageRejected", Undeliverable),
        ("BadRequestException", Undeliverable),
        ("TooManyRequestsException", Contended),
        ("AccountSuspendedException", ClientError),
    ],
)
def test_a_refusal_of_ses_is_told_by_its_kind(monkeypatch, code, error):
    class Ses:
        def send_email(self, **_):
            raise ClientError({"Error": {"Code": code}}, "SendEmail")

    monkeypatch.setattr(mail, "client", lambda _: Ses())
    with pytest.raises(error):
        mail.Mailer("a@example.com").mail("b@example.com", "Hello", "there")
