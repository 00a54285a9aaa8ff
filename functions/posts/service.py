"""Publish, read, edit and delete."""

from collections.abc import Mapping, Sequence

import msgspec

from functions.accounts.service import Accounts
from functions.backoff import attempts
from functions.clock import Clock, NewId
from functions.cursors import Cursors
from functions.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests
from functions.log import log
from functions.media.domain import Media
from functions.media.filters import FILTERS
from functions.media.service import MediaService, claimable
from functions.pages import Page
from functions.posts.domain import Post, PostRef, pictures_of, prospect
from functions.posts.hydration import Hydration
from functions.posts.schemas import NewPost, PostChanges, PostView
from functions.posts.store import PostStore
from functions.social.service import Social
from functions.tables import ConditionFailed, Step
from functions.text import checked_text

ERASED_AT_ONCE = 250
NO_SUCH_POST = "There is no such post."
ATTEMPTS = 5
"""Tries at a write that pictures settling at the same moment stand in the way of."""


class Posts:
    """Posts, as their authors make them and viewers see them."""

    def __init__(
        self,
        store: PostStore,
        media: MediaService,
        accounts: Accounts,
        social: Social,
        hydration: Hydration,
        cursors: Cursors,
        now: Clock,
        new_id: NewId,
        *,
        keeps_originals: bool,
    ) -> None:
        self.store = store
        self._media = media
        self._accounts = accounts
        self._social = social
        self._hydration = hydration
        self._cursors = cursors
        self._now = now
        self._new_id = new_id
        self._keeps_originals = keeps_originals

    def create(self, post_id: str, author_id: str, new: NewPost) -> PostView:
        """Make a post: published at once when its pictures are ready, else when the last one is.

        One transaction writes the post and its claim on the media; all the rest follows from the
        table's stream. A second try with the same post_id finds the post done.

        Raises:
            Invalid: the text or the list of media. NotFound: media that is not there, or another's.
            Conflict: media that has failed, is a story's, or belongs to another post.
        """
        check_texts(new.caption, new.location, new.filter)
        if len(set(new.media_ids)) < len(new.media_ids):
            raise Invalid.field("media_ids", "names a picture twice")
        for _ in attempts(ATTEMPTS):
            made = self._create(post_id, author_id, new) or self._own_earlier(post_id, author_id)
            if made is not None:
                return self.view(author_id, made)
        raise TooManyRequests("The pictures are changing; try again.", retry_after=1)

    def _create(self, post_id: str, author_id: str, new: NewPost) -> Post | None:
        """The post, written; None where it is there already, or its media have just changed."""
        found = self._media_of(new.media_ids)
        media = [claimable(one, author_id, "post", post_id, self._given_up) for one in found]
        post = self._new(post_id, author_id, new, media)
        claims = [self._media.store.claiming(one, post_id, new.filter) for one in media]
        counts = self._counts(post) if post.published else []
        try:
            self.store.create(post, [*claims, *counts])
        except ConditionFailed:
            if counts:
                self._accounts.get(author_id)  # NotFound where the author has left meanwhile
            return None
        log.info("post made", post_id=post_id, state=post.state, correlation_id=post.correlation_id)
        return post

    def _own_earlier(self, post_id: str, author_id: str) -> Post | None:
        """The post that a first try of the same request has made."""
        found = self.store.get(post_id)
        return found if found is not None and found.author_id == author_id else None

    def _media_of(self, media_ids: Sequence[str]) -> list[Media | None]:
        found = self._media.store.read(media_ids)
        return [found.get(media_id) for media_id in media_ids]

    def _given_up(self, post_id: str) -> bool:
        """Whether a post has failed: another picture of it did, and this one is free again."""
        post = self.store.get(post_id)
        return post is not None and post.state == "failed"

    def _new(self, post_id: str, author_id: str, new: NewPost, media: Sequence[Media]) -> Post:
        ready = prospect(media) == "publish" and all(one.filter == new.filter for one in media)
        return Post(
            post_id=post_id,
            author_id=author_id,
            state="published" if ready else "processing",
            caption=new.caption,
            location=new.location,
            filter=new.filter,
            media_ids=new.media_ids,
            pictures=pictures_of(media) if ready else [],
            created_at=self._now(),
            published_id=self._new_id() if ready else None,
            correlation_id=media[0].correlation_id,
        )

    def complete(self, post_id: str) -> None:
        """Publish a post whose media are all ready, or show them anew; give it up if one failed.

        The post's making and its media's settling both come here, with strong reads, so whichever
        is last takes the step; and the step is a conditional write, so it is taken once.
        """
        post = self.store.get(post_id)
        if post is None or post.state not in ("processing", "published"):
            log.info("nothing to complete", post_id=post_id)
            return
        media = self._media_of(post.media_ids)
        match prospect(media):
            case "publish" if post.published:
                self._show_anew(post, media)
            case "publish":
                self._publish(post, media)
            case "fail" if not post.published:
                self._log("given up", post, self.store.fail(post_id))

    def _publish(self, post: Post, media: Sequence[Media | None]) -> None:
        made = self._made(post, media, self._new_id())
        try:
            done = self.store.publish(post, made, self._counts(post))
        except ConditionFailed:
            if self._accounts.users.get(post.author_id) is not None:
                raise
            done = False  # the author has left; the post goes, too
        self._log("published", post, done)

    def _show_anew(self, post: Post, media: Sequence[Media | None]) -> None:
        made = self._made(post, media, post.published_id)
        if made != post:
            self._log("shown anew", post, self.store.switch(post, made))
        if not self._keeps_originals:
            for one in filter(None, media):
                self._media.drop_original(one)

    def _made(self, post: Post, media: Sequence[Media | None], published_id: str | None) -> Post:
        """The post with what was rendered. Its filter is the pictures': an original that has gone
        meanwhile leaves them as they were."""
        pictures = pictures_of(media)
        return msgspec.structs.replace(
            post,
            state="published",
            pictures=pictures,
            filter=pictures[0].filter,
            published_id=published_id,
        )

    def _log(self, what: str, post: Post, done: bool) -> None:
        log.info(
            f"post {what}", post_id=post.post_id, first=done, correlation_id=post.correlation_id
        )

    def _counts(self, post: Post) -> list[Step]:
        return [self._counting(post.author_id, 1)]

    def _counting(self, author_id: str, change: int) -> Step:
        return self._accounts.users.counting(author_id, post_count=change)

    def see(self, viewer_id: str, post_id: str) -> Post:
        """A post that this viewer may see.

        Raises:
            NotFound: there is none, it is deleted, or it is not for this viewer.
        """
        post = self.store.get(post_id)
        if post is None or post.state == "deleted":
            raise NotFound(NO_SUCH_POST)
        self._social.check_shown(viewer_id, post, NO_SUCH_POST)
        return post

    def read(self, viewer_id: str, post_id: str) -> PostView:
        """A post as this viewer sees it."""
        return self.view(viewer_id, self.see(viewer_id, post_id))

    def view(self, viewer_id: str, post: Post) -> PostView:
        """A post that this viewer may see, with its counts."""
        media = [] if post.published else [m for m in self._media_of(post.media_ids) if m]
        return self._hydration.one(viewer_id, post, media)

    def edit(self, viewer_id: str, post_id: str, changes: PostChanges) -> PostView:
        """Set what `changes` has. A new filter is rendered anew, and shown when it is. What stands
        there already is no edit.

        Raises:
            NotFound: the viewer does not see it. Forbidden: it is another's. Invalid: the text.
            Conflict: a new filter, and the original was not kept.
        """
        given = {
            name: value
            for name in changes.__struct_fields__
            if isinstance(value := getattr(changes, name), str | None)
        }
        check_texts(given.get("caption"), given.get("location"), given.get("filter"))
        for _ in attempts(ATTEMPTS):
            post = self._own(viewer_id, post_id)
            new = {name: value for name, value in given.items() if value != getattr(post, name)}
            steps = self._refiltering(post, new)
            if not new or self.store.edit(post, new, self._now(), steps):
                return self.read(viewer_id, post_id)
        raise TooManyRequests("This post is changing; try again.", retry_after=1)

    def _refiltering(self, post: Post, given: Mapping[str, str | None]) -> list[Step]:
        """The steps that ask for another filter of a post's media, if one is given."""
        if "filter" not in given:
            return []
        if post.state == "failed":
            raise Conflict("This post has failed; there is nothing to render.")
        media = [one for one in self._media_of(post.media_ids) if one is not None]
        if not all(self._media.can_refilter(one) for one in media):
            raise Conflict("The original was not kept, so no other filter can be rendered.")
        return [self._media.store.filtering(one, given["filter"]) for one in media]

    def delete(self, viewer_id: str, post_id: str) -> None:
        """Take a post back; only its tombstone stays, until all that trails has passed it.

        Raises:
            NotFound: the viewer does not see it. Forbidden: it is another's.
        """
        while True:
            post = self._own(viewer_id, post_id)
            counts = [self._counting(viewer_id, -1)] if post.published else []
            if self.store.delete(post, self._now(), counts):
                log.info("post deleted", post_id=post_id, correlation_id=post.correlation_id)
                return

    def erase_some_of(self, author_id: str) -> bool:
        """Delete some of an author's published posts; whether none is left. All that trails a post
        follows from the stream, as when its author deletes it."""
        found = self.store.recent(author_id, None, ERASED_AT_ONCE)
        self.store.drop(post.post_id for post in found)
        return len(found) < ERASED_AT_ONCE

    def _own(self, viewer_id: str, post_id: str) -> Post:
        post = self.see(viewer_id, post_id)
        if post.author_id != viewer_id:
            raise Forbidden("This post is another's.")
        return post

    def grid(
        self, viewer_id: str, author_id: str, cursor: str | None, limit: int
    ) -> Page[PostView]:
        """An author's posts, newest first.

        Raises:
            NotFound: this viewer may not see the author's things.
        """
        self._social.visible(viewer_id, author_id)

        def fetch(after: PostRef | None, count: int) -> Sequence[PostRef]:
            return self.store.recent(author_id, after.published_id if after else None, count)

        def show(refs: Sequence[PostRef]) -> list[PostView | None]:
            return self._hydration.show(viewer_id, refs)

        own = self._cursors.of(viewer_id, f"users/{author_id}/posts")
        return own.page(cursor, PostRef, limit, fetch, show)


def check_texts(caption: str | None, location: str | None, filter_name: str | None) -> None:
    """Refuse text that could not be kept or shown, and filters that there are not."""
    checked_text("caption", caption or "", len(caption or ""), lines=True)
    checked_text("location", location or "", len(location or ""))
    if filter_name is not None and filter_name not in FILTERS:
        raise Invalid.field(
            "filter", f"there is no such filter; those there are: {', '.join(FILTERS)}"
        )
