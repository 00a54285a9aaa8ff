"""Mail, in memory."""

from dataclasses import dataclass, field


@dataclass
class FakeMailer:
    """Keeps the mails as pairs of address and text."""

    sender: str = "Fanlight <mail@fanlight.test>"
    sent: list[tuple[str, str]] = field(default_factory=list)

    def mail(self, address: str, subject: str, text: str) -> None:
        assert subject
        self.sent.append((address, text))
