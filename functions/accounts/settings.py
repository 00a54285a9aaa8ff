"""The settings of a user, as the user's row has them and as the API shows them."""

from msgspec import UNSET

from functions.accounts.domain import ActivityKind, User
from functions.accounts.schemas import ActivitySettings, Settings, SettingsChanges
from functions.http.inputs import given_fields

KINDS: tuple[ActivityKind, ...] = (
    "follow", "follow_request", "request_accepted", "like", "comment", "reply",
)  # fmt: skip


def settings_of(user: User) -> Settings:
    """Return a user's settings."""
    off = user.activity_off or frozenset()
    return Settings(ActivitySettings(**{kind: kind not in off for kind in KINDS}))


def activity_off(user: User, changes: SettingsChanges) -> frozenset[ActivityKind] | None:
    """Return the kinds that are switched off after a change; None if there are none."""
    given = {} if changes.activity is UNSET else given_fields(changes.activity)
    before = user.activity_off or frozenset()
    return frozenset(kind for kind in KINDS if not given.get(kind, kind not in before)) or None
