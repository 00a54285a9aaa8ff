"""The base of a stage: settings, clock, ids, tables, buckets and the user pool.

Tests replace this layer. Every table of the product is an attribute here, which is how the
erasure's scans find them all.
"""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from functions.aws.digests import keyed_digest
from functions.aws.sending import send
from functions.aws.tables import read_together
from functions.clock import new_code, new_ulid, utc_now
from functions.config import Settings, settings
from functions.http.cursors import Cursors, stage_cursors

if TYPE_CHECKING:
    from functions.accounts.storage import SessionTable, UserTable
    from functions.accounts.storage_cognito import CognitoPool
    from functions.accounts.storage_names import NameTable
    from functions.affinity.storage import AffinityTable
    from functions.aws.mail import Mailer
    from functions.counters.ports import RecordStream
    from functions.counters.storage import CountedRows, CountsTable
    from functions.exports.storage import ExportTable
    from functions.exports.storage_s3 import ArchiveBucket, FoundRows
    from functions.feed.storage import TimelineTable
    from functions.http.limits import Limiter
    from functions.media.storage import MediaTable
    from functions.media.storage_s3 import MediaBucket, UploadsBucket
    from functions.media.urls import Signer
    from functions.passes.storage import PassTable
    from functions.posts.storage import PostTable
    from functions.reactions.storage import CommentTable, LikeTable
    from functions.social.storage import FollowTable
    from functions.social.storage_blocks import BlockTable
    from functions.social.storage_mutes import MuteTable
    from functions.stories.storage import StoryTable, TrayTable, ViewTable


class Tables:
    """A stage's storage, and the things it cannot decide by itself: the time, new ids and
    settings."""

    now = staticmethod(utc_now)
    new_id = staticmethod(new_ulid)
    new_code = staticmethod(new_code)
    digest = staticmethod(keyed_digest)
    read = staticmethod(read_together)
    send = staticmethod(send)

    @cached_property
    def settings(self) -> Settings:
        """Return the settings of this stage."""
        return settings()

    @cached_property
    def cursors(self) -> Cursors:
        """Return the object that makes the cursors of all lists."""
        return stage_cursors()

    def signer(self) -> "tuple[str, Signer]":
        """Return the id of the key that signs media URLs, and the function that signs."""
        from functions.aws.signing_keys import signing_keys
        from functions.media.urls import signer_of

        keys = signing_keys()
        return keys.media_key_id, signer_of(keys.media_private_key)

    @cached_property
    def half_life(self) -> timedelta:
        """Return the time in which closeness halves."""
        return timedelta(hours=self.settings.affinity_half_life_hours)

    @cached_property
    def timelines_kept(self) -> timedelta:
        """Return the age at which an entry leaves a home timeline."""
        return timedelta(days=self.settings.timeline_days)

    @cached_property
    def users(self) -> "UserTable":
        from functions.accounts.storage import UserTable

        return UserTable()

    @cached_property
    def names(self) -> "NameTable":
        from functions.accounts.storage_names import NameTable

        return NameTable()

    @cached_property
    def session_ends(self) -> "SessionTable":
        from functions.accounts.storage import SessionTable

        return SessionTable()

    @cached_property
    def cognito(self) -> "CognitoPool":
        """Return the user pool under its own names; `pool` takes usernames."""
        from functions.accounts.storage_cognito import CognitoPool

        own = self.settings
        return CognitoPool(
            own.user_pool_id, own.user_pool_client_id, self.may_mail,
            auto_confirm=own.sign_up_auto_confirm,
        )  # fmt: skip

    @cached_property
    def limiter(self) -> "Limiter":
        from functions.http.limits import limiter

        return limiter()

    def may_mail(self, kind: str, address: str) -> bool:
        """Count a mail of a kind to an address. Return whether it may be sent: ask before each."""
        from functions.accounts.domain import mailbox_of
        from functions.http.limits import may_mail

        return may_mail(self.limiter, kind, mailbox_of(address))

    @cached_property
    def mailer(self) -> "Mailer":
        from functions.aws.mail import Mailer

        return Mailer(self.settings.mail_from)

    @cached_property
    def blocks(self) -> "BlockTable":
        from functions.social.storage_blocks import BlockTable

        return BlockTable()

    @cached_property
    def mutes(self) -> "MuteTable":
        from functions.social.storage_mutes import MuteTable

        return MuteTable()

    @cached_property
    def follows(self) -> "FollowTable":
        from functions.social.storage import FollowTable

        return FollowTable(self.users.count_step, self.blocks.unblocked_steps)

    @cached_property
    def closeness(self) -> "AffinityTable":
        from functions.affinity.storage import AffinityTable

        return AffinityTable(self.half_life)

    @cached_property
    def media_store(self) -> "MediaTable":
        from functions.media.storage import MediaTable

        unclaimed = timedelta(hours=self.settings.unclaimed_media_hours)
        return MediaTable(self.now, unclaimed)

    @cached_property
    def originals(self) -> "UploadsBucket":
        from functions.media.storage_s3 import UploadsBucket

        return UploadsBucket(self.settings.uploads_bucket)

    @cached_property
    def renditions(self) -> "MediaBucket":
        from functions.media.storage_s3 import MediaBucket

        return MediaBucket(self.settings.media_bucket, self.settings.uploads_bucket)

    @cached_property
    def post_store(self) -> "PostTable":
        from functions.posts.storage import PostTable

        return PostTable()

    @cached_property
    def counts(self) -> "CountsTable":
        from functions.counters.storage import CountsTable

        return CountsTable(self.now)

    @cached_property
    def counted_rows(self) -> "CountedRows":
        from functions.counters.storage import CountedRows

        return CountedRows()

    @cached_property
    def counted_streams(self) -> "dict[str, RecordStream]":
        from functions.counters.domain import COMMENTS, LIKES, VIEWS
        from functions.counters.storage_streams import TableStream

        own = self.settings
        arns = {
            LIKES: own.likes_stream_arn,
            COMMENTS: own.comments_stream_arn,
            VIEWS: own.story_views_stream_arn,
        }
        return {kind.field: TableStream(kind, arn) for kind, arn in arns.items()}

    @cached_property
    def likes(self) -> "LikeTable":
        from functions.reactions.storage import LikeTable

        return LikeTable()

    @cached_property
    def comments(self) -> "CommentTable":
        from functions.reactions.storage import CommentTable

        return CommentTable()

    @cached_property
    def story_store(self) -> "StoryTable":
        from functions.stories.storage import StoryTable

        return StoryTable(self.now)

    @cached_property
    def views(self) -> "ViewTable":
        from functions.stories.storage import ViewTable

        return ViewTable()

    @cached_property
    def tray_entries(self) -> "TrayTable":
        from functions.stories.storage import TrayTable

        return TrayTable(self.now)

    @cached_property
    def timelines(self) -> "TimelineTable":
        from functions.feed.storage import TimelineTable

        return TimelineTable(self.timelines_kept, self.now)

    @cached_property
    def export_store(self) -> "ExportTable":
        from functions.exports.storage import ExportTable

        return ExportTable(self.now)

    @cached_property
    def archives(self) -> "ArchiveBucket":
        from functions.exports.storage_s3 import ArchiveBucket

        return ArchiveBucket(self.settings.media_bucket)

    @cached_property
    def found_rows(self) -> "FoundRows":
        from functions.exports.storage_s3 import FoundRows

        return FoundRows(self.settings.media_bucket, self.new_id)

    @cached_property
    def pass_store(self) -> "PassTable":
        from functions.passes.storage import PassTable

        return PassTable(self.now)
