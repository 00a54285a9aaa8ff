"""The layer of people: accounts, the pictures of profiles, the social graph and closeness."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from functions.stage.tables import Tables

if TYPE_CHECKING:
    from functions.accounts.emails import Emails
    from functions.accounts.joining import Joining
    from functions.accounts.named_pool import NamedPool
    from functions.accounts.passwords import Passwords
    from functions.accounts.renaming import Renaming
    from functions.accounts.service import Accounts
    from functions.affinity.post_authors import PostAuthors
    from functions.affinity.service import Affinity
    from functions.media.urls import MediaUrls
    from functions.social.boundaries import Boundaries
    from functions.social.granting import Granting
    from functions.social.service import Social


class WithPeople(Tables):
    """A stage's people."""

    @cached_property
    def pool(self) -> "NamedPool":
        from functions.accounts.named_pool import NamedPool

        return NamedPool(self.cognito, self.names)

    @cached_property
    def accounts(self) -> "Accounts":
        from functions.accounts.service import Accounts

        return Accounts(
            self.users, self.session_ends, self.pool, self.joining, self.renaming, self.reserved,
            self.now,
        )  # fmt: skip

    @cached_property
    def emails(self) -> "Emails":
        from functions.accounts.emails import Emails

        return Emails(
            self.accounts, self.pool, self.mailer, self.may_mail, self.digest, self.now,
            self.new_code,
        )  # fmt: skip

    @cached_property
    def passwords(self) -> "Passwords":
        from functions.accounts.passwords import Passwords

        return Passwords(self.accounts, self.session_ends, self.pool, self.now, self.new_id)

    @cached_property
    def joining(self) -> "Joining":
        from functions.accounts.claims import Claims
        from functions.accounts.joining import Joining

        claims = Claims(self.names, self.cognito, self.now, self.new_id)
        return Joining(
            self.names, claims, self.users, self.cognito, self.reserved, self.now, self.new_id,
            confirms_at_once=self.settings.sign_up_auto_confirm,
        )  # fmt: skip

    @cached_property
    def renaming(self) -> "Renaming":
        from functions.accounts.renaming import Renaming

        held_for = timedelta(days=self.settings.username_held_days)
        return Renaming(
            self.names, self.users, self.joining, self.reserved, held_for, self.now, self.new_id
        )

    @cached_property
    def reserved(self) -> frozenset[str]:
        from functions.accounts.reserved import reserved_with

        return reserved_with(self.settings.more_reserved)

    @cached_property
    def media_urls(self) -> "MediaUrls":
        from functions.media.urls import MediaUrls

        own = self.settings
        shown = timedelta(seconds=own.story_ttl_seconds)
        return MediaUrls(own.media_base_url, own.media_url_seconds, shown, self.signer, self.now)

    @cached_property
    def social(self) -> "Social":
        from functions.social.service import Social

        return Social(
            self.follows, self.blocks, self.mutes, self.accounts, self.media_urls, self.read,
            self.cursors, self.now, self.new_id,
        )  # fmt: skip

    @cached_property
    def boundaries(self) -> "Boundaries":
        from functions.social.boundaries import Boundaries

        return Boundaries(self.social, self.cursors, self.now)

    @cached_property
    def granting(self) -> "Granting":
        from functions.social.granting import Granting

        return Granting(self.social, self.send)

    @cached_property
    def affinity(self) -> "Affinity":
        from functions.affinity.service import Affinity

        return Affinity(self.closeness, self.users, self.half_life, self.now)

    @cached_property
    def post_authors(self) -> "PostAuthors":
        from functions.affinity.post_authors import PostAuthors

        return PostAuthors(self.post_store)
