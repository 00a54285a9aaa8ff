"""The settings of a stage, read from the environment once: typed, frozen, loud when wrong.

Nothing else in the product reads the environment. A missing or malformed variable raises
`msgspec.ValidationError` with its name when the first function of the process asks.
"""

import os
import re
from functools import cache
from typing import Annotated, Literal

import msgspec

Positive = Annotated[int, msgspec.Meta(ge=1)]
Rate = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,8}/[1-9][0-9]{0,5}(?!\n)$")]
"""A number of uses in a number of seconds: `200/3600`."""
_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^/\s]+")
"""An origin as a browser names it: a scheme, a host and perhaps a port, without a path."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="upper"):
    """One stage's settings. A variable's name is the field's name in capitals."""

    stage: str
    """The stage's name, such as `dev` or `prod`."""
    resource_prefix: str
    """Begins the name of every table, queue and bucket: the template's parameter `Prefix`."""
    user_pool_id: str
    user_pool_arn: str
    user_pool_client_id: str
    sign_up_auto_confirm: bool = False
    """Confirm a sign-up at once, without a code sent by e-mail."""
    reserved_usernames: str = ""
    """Usernames that nobody can take besides those of `functions/accounts/reserved.py`, separated
    by commas."""
    username_held_days: Positive = 30
    """How long nobody can take a username after its account has left it."""
    mail_from: str = ""
    """The sender of mails that the service sends itself, such as codes for a new e-mail address.
    Without one no such mail is sent."""
    uploads_bucket: str
    media_bucket: str
    media_base_url: str
    """Where CloudFront serves the media bucket, without a trailing slash."""
    media_url_seconds: Positive = 86_400
    """Length of the window within which every viewer is given the same signed media URL."""
    signing_secret_id: str
    """The Secrets Manager secret with the cursor key and the media key pair."""
    users_stream_arn: str
    posts_stream_arn: str
    media_stream_arn: str
    follows_stream_arn: str
    likes_stream_arn: str
    comments_stream_arn: str
    stories_stream_arn: str
    story_views_stream_arn: str
    exports_stream_arn: str
    names_stream_arn: str
    allowed_origins: str = ""
    """Origins that browsers may call from, separated by commas; `*` admits all."""
    timeline_days: Positive = 30
    """Age in days at which an entry leaves a home timeline."""
    push_all_below: Positive = 1000
    """Followers below which a post is pushed to every one of them."""
    pull_from: Positive = 100_000
    """Followers from which on an author's posts are not pushed. Readers pull them instead."""
    active_days: Positive = 30
    """How many days after the last request a follower counts as active. Between the two limits
    above, a post is pushed to active followers only."""
    ranking: Literal["gravity", "hot"] = "gravity"
    """The formula of `?order=ranked`, see `functions/feed/ranking.py`."""
    ranking_gravity: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 12.0
    """The weight of recency in the formula `gravity`."""
    chunk_followers: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 500
    """Followers in one delivery message; they are read by the thousand."""
    keep_originals: Literal["never", "days", "always"] = "always"
    """Whether the uploaded originals stay, privately: until their post is published, for the
    template's `OriginalsDays`, or for good."""
    unclaimed_media_hours: Positive = 24
    """Hours after which media that no post has taken are swept, once they are rendered or have
    failed."""
    limit_request: Rate = "3000/300"
    """Requests of one user, in so many seconds; without a token ten times as many from one
    address."""
    limit_mail: Rate = "5/3600"
    """Mails of one kind, such as codes for a lost password, to one address."""
    limit_sign_up: Rate = "20/3600"
    """Sign-ups from one address, in so many seconds."""
    limit_login: Rate = "10/300"
    """Tries at one account from one address: passwords and codes."""
    limit_follow: Rate = "200/3600"
    """Follows of one user, in so many seconds. The next four settings are the same for their
    actions."""
    limit_like: Rate = "1000/3600"
    limit_comment: Rate = "200/3600"
    limit_upload: Rate = "300/3600"
    """A picture that a filter renders again counts as an upload."""
    limit_rebuild: Rate = "5/3600"
    limit_story: Rate = "200/86400"
    """Stories of one user, deleted ones too, in so many seconds."""
    limit_export: Rate = "10/86400"
    """Requests of one user for an export, in so many seconds."""
    story_ttl_seconds: Annotated[int, msgspec.Meta(ge=1, le=172_800)] = 86_400
    """How long a story is shown, to the second. At most two days: the template's lifecycle rule
    takes the pictures of stories after three."""
    affinity_half_life_hours: Positive = 168
    """The time in hours after which an interaction counts half for how close an author is to a
    user."""

    def __post_init__(self) -> None:
        if self.push_all_below > self.pull_from:
            raise ValueError("PUSH_ALL_BELOW must not be above PULL_FROM")
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"ALLOWED_ORIGINS has {origin!r}: write it like https://a.example")

    def table(self, entity: str) -> str:
        """Return the full name of an entity's table."""
        return f"{self.resource_prefix}-{entity}"

    def queue(self, name: str) -> str:
        """Return the full name of a queue."""
        return f"{self.resource_prefix}-{name}"

    @property
    def origins(self) -> frozenset[str]:
        """Return the allowed origins as a set."""
        return _listed(self.allowed_origins)

    @property
    def more_reserved(self) -> frozenset[str]:
        """Return the stage's own reserved usernames as a set, in small letters."""
        return _listed(self.reserved_usernames.lower())


def _listed(text: str) -> frozenset[str]:
    """Return the parts of a text between commas, without the spaces around them."""
    return frozenset(filter(None, (part.strip() for part in text.split(","))))


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return msgspec.convert(dict(os.environ), Settings, strict=False)
