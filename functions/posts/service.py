"""Use cases of posts: publish, read, edit and delete."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from functions.accounts.service import Accounts
from functions.aws.backoff import attempts
from functions.aws.tables import ConditionFailed, Step
from functions.clock import Clock, NewId
from functions.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests
from functions.http.cursors import Cursors
from functions.http.inputs import given_fields
from functions.http.pages import ListQuery, Page
from functions.media.domain import Media
from functions.media.filters import FILTERS
from functions.media.ports import CountRenders
from functions.media.service import MediaService, check_claimable
from functions.observability import log
from functions.posts.describing import alts_of, changed, focuses_of_new, pictures_of_new
from functions.posts.domain import Post, PostRef, pictures_of, readiness
from functions.posts.hydration import Hydration
from functions.posts.ports import PostStore
from functions.posts.renders import Renders, check_rendered
from functions.posts.schemas import NewPost, PostChanges, PostPicture, PostView
from functions.social.service import Social
from functions.text import checked_text, shown

ERASED_AT_ONCE = 250
NO_SUCH_POST = "There is no such post."
NOT_KEPT = "The original was not kept, so no other filter or focal point can be rendered."
ATTEMPTS = 5
"""Attempts at a write while its pictures settle."""


class Posts:
    """Posts, as authors make them and viewers see them."""

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
        count_renders: CountRenders,
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
        self._count_renders = count_renders
        self._keeps_originals = keeps_originals

    def create(self, post_id: str, author_id: str, new: NewPost) -> PostView:
        """Make a post. It is published at once if its pictures are ready, else when the last one
        is.

        One transaction writes the post and its claim on the media; everything else follows from the
        table's stream. A repeated request with the same post_id finds the post that the first one
        made.

        Raises:
            Invalid: the text or the list of media.
            NotFound: media that does not exist or belongs to somebody else.
            Conflict: media that has failed, was uploaded for a story, or belongs to another post.
            TooManyRequests: the media changed at every attempt, or the limit of uploads has no
                room for the pictures that have to be rendered again.
        """
        check_texts(new.caption, new.location, new.filter)
        new = msgspec.structs.replace(new, caption=shown(new.caption))
        given = pictures_of_new(new)
        renders = Renders(author_id, self._count_renders)
        for _ in attempts(ATTEMPTS):
            made = self._create(post_id, author_id, new, given, renders)
            made = made or self._own_earlier(post_id, author_id)
            if made is not None:
                return self.view(author_id, made)
        raise TooManyRequests("The pictures are changing; try again.", retry_after=1)

    def _create(
        self,
        post_id: str,
        author_id: str,
        new: NewPost,
        given: Sequence[PostPicture],
        renders: Renders,
    ) -> Post | None:
        """Write the post. Return None if it is there already or its media have just changed."""
        found = self._media_of([one.media_id for one in given])
        media = [check_claimable(one, author_id, "post", post_id, self._given_up) for one in found]
        post = self._new(post_id, author_id, new, given, media)
        asked = [(one, post.focuses.get(one.media_id)) for one in media]
        again = [one for one, focus in asked if one.rendered and one.is_other(post.filter, focus)]
        renders.count(len(again))
        claim = self._media.store.claim_step
        claims = [claim(one, post_id, post.filter, focus) for one, focus in asked]
        counts = self._counts(post) if post.published else []
        try:
            self.store.create(post, [*claims, *counts])
        except ConditionFailed:
            if counts:
                self._accounts.get(author_id)  # NotFound if the author was deleted meanwhile
            return None
        log.info("post made", post_id=post_id, state=post.state, correlation_id=post.correlation_id)
        return post

    def _own_earlier(self, post_id: str, author_id: str) -> Post | None:
        """Return the post that an earlier try of this request made."""
        found = self.store.get(post_id)
        return found if found is not None and found.author_id == author_id else None

    def _media_of(self, media_ids: Sequence[str]) -> list[Media | None]:
        found = self._media.store.read(media_ids)
        return [found.get(media_id) for media_id in media_ids]

    def _given_up(self, post_id: str) -> bool:
        """Return whether a post has failed or was deleted, so that its pictures are free again. The
        erasure of a deleted post spares pictures that another post has claimed."""
        post = self.store.get(post_id)
        return post is None or post.state in ("failed", "deleted")

    def _new(
        self,
        post_id: str,
        author_id: str,
        new: NewPost,
        given: Sequence[PostPicture],
        media: Sequence[Media],
    ) -> Post:
        focuses = focuses_of_new(given, media)
        ready = readiness(media) == "publish" and not any(
            one.is_other(new.filter, focuses.get(one.media_id)) for one in media
        )
        return Post(
            post_id=post_id,
            author_id=author_id,
            state="published" if ready else "processing",
            caption=new.caption,
            location=new.location,
            filter=new.filter,
            media_ids=[one.media_id for one in media],
            alts=alts_of(given, {}),
            focuses=focuses,
            pictures=pictures_of(media) if ready else [],
            created_at=self._now(),
            published_id=self._new_id() if ready else None,
            correlation_id=media[0].correlation_id,
        )

    def complete(self, post_id: str) -> None:
        """Publish a post whose media are all ready, or update its pictures; give it up if one
        failed.

        Both the making of the post and the settling of its media lead here, with strong reads. So
        whichever comes last takes the step, and a conditional write makes sure that it is taken
        once.
        """
        post = self.store.get(post_id)
        if post is None or post.state not in ("processing", "published"):
            log.info("nothing to complete", post_id=post_id)
            return
        media = self._media_of(post.media_ids)
        match readiness(media):
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
            done = False  # the author was deleted, and the post will be
        self._log("published", post, done)

    def _show_anew(self, post: Post, media: Sequence[Media | None]) -> None:
        made = self._made(post, media, post.published_id)
        if made != post:
            self._log("shown anew", post, self.store.switch(post, made))
        if not self._keeps_originals:
            for one in filter(None, media):
                self._media.drop_original(one)

    def _made(self, post: Post, media: Sequence[Media | None], published_id: str | None) -> Post:
        """Return the post with its rendered pictures, their filter and focal points. If the
        original has gone meanwhile, they keep those they had."""
        pictures = pictures_of(media)
        return msgspec.structs.replace(
            post,
            state="published",
            pictures=pictures,
            filter=pictures[0].filter,
            focuses={one.media_id: one.focus for one in pictures if one.focus is not None},
            published_id=published_id,
        )

    def _log(self, what: str, post: Post, done: bool) -> None:
        log.info(
            f"post {what}", post_id=post.post_id, first=done, correlation_id=post.correlation_id
        )

    def _counts(self, post: Post) -> list[Step]:
        return [self._count_step(post.author_id, 1)]

    def _count_step(self, author_id: str, change: int) -> Step:
        return self._accounts.users.count_step(author_id, post_count=change)

    def see(self, viewer_id: str, post_id: str) -> Post:
        """Return a post that this viewer may see.

        Raises:
            NotFound: the post does not exist, was deleted, or is hidden from this viewer.
        """
        post = self.store.get(post_id)
        if post is None or post.state == "deleted":
            raise NotFound(NO_SUCH_POST)
        self._social.check_visible(viewer_id, post, NO_SUCH_POST)
        return post

    def read(self, viewer_id: str, post_id: str) -> PostView:
        """Show a post to this viewer."""
        return self.view(viewer_id, self.see(viewer_id, post_id))

    def view(self, viewer_id: str, post: Post) -> PostView:
        """Show a post that this viewer may see, with its counts."""
        media = [] if post.published else [m for m in self._media_of(post.media_ids) if m]
        return self._hydration.one(viewer_id, post, media)

    def edit(self, viewer_id: str, post_id: str, changes: PostChanges) -> PostView:
        """Change the given fields of a post. A new filter or focal point is rendered first and
        shown when it is ready. Giving the present values changes nothing.

        Raises:
            NotFound: the viewer may not see the post.
            Forbidden: the viewer is not its author.
            Invalid: a text or the filter.
            Conflict: a new filter or focal point, but the original was not kept.
            StillRendering: a new filter or focal point while the pictures are rendered.
            TooManyRequests: the post changed at every attempt, or the limit of uploads has no room
                for the pictures.
        """
        given = given_fields(changes)
        check_texts(given.get("caption"), given.get("location"), given.get("filter"))
        if "caption" in given:
            given["caption"] = shown(given["caption"])
        renders = Renders(viewer_id, self._count_renders)
        for _ in attempts(ATTEMPTS):
            post = self._own(viewer_id, post_id)
            asked = {name: value for name, value in given.items() if name != "media"}
            asked |= changed(post, given["media"]) if "media" in given else {}
            new = {name: value for name, value in asked.items() if value != getattr(post, name)}
            steps = self._rerendering(post, new, renders)
            if not new or self.store.edit(post, new, self._now(), steps):
                return self.read(viewer_id, post_id)
        raise TooManyRequests("This post is changing; try again.", retry_after=1)

    def _rerendering(self, post: Post, new: Mapping[str, Any], renders: Renders) -> list[Step]:
        """Make the steps that request another filter or focal point of a post's media, if one is
        given."""
        focuses = new.get("focuses", post.focuses)
        moved = [one for one in post.media_ids if focuses.get(one) != post.focuses.get(one)]
        asked = post.media_ids if "filter" in new else moved
        if not asked:
            return []
        if post.state == "failed":
            raise Conflict("This post has failed; there is nothing to render.")
        media = [one for one in self._media_of(asked) if one is not None]
        check_rendered(post, media, self._now())
        if not all(self._media.can_rerender(one) for one in media):
            raise Conflict(NOT_KEPT)
        renders.count(sum(one.rendered for one in media))
        look = new.get("filter", post.filter)
        step = self._media.store.filter_step
        return [step(one, look, focuses.get(one.media_id)) for one in media]

    def delete(self, viewer_id: str, post_id: str) -> None:
        """Delete a post. A tombstone stays until all late work has passed it.

        Raises:
            NotFound: the viewer may not see the post.
            Forbidden: the viewer is not its author.
        """
        while True:
            post = self._own(viewer_id, post_id)
            counts = [self._count_step(viewer_id, -1)] if post.published else []
            if self.store.delete(post, self._now(), counts):
                log.info("post deleted", post_id=post_id, correlation_id=post.correlation_id)
                return

    def erase_some_of(self, author_id: str) -> bool:
        """Delete some of an author's published posts. Return whether none is left. Everything else
        follows from the stream, as if the author had deleted them."""
        found = self.store.recent(author_id, None, ERASED_AT_ONCE)
        self.store.drop(post.post_id for post in found)
        return len(found) < ERASED_AT_ONCE

    def _own(self, viewer_id: str, post_id: str) -> Post:
        post = self.see(viewer_id, post_id)
        if post.author_id != viewer_id:
            raise Forbidden("Only the author can change this post.")
        return post

    def grid(self, viewer_id: str, author_id: str, query: ListQuery) -> Page[PostView]:
        """Return a page of an author's posts, newest first.

        Raises:
            NotFound: this viewer may not see the author's content.
        """
        self._social.visible_author(viewer_id, author_id)

        def fetch(after: PostRef | None, count: int) -> Sequence[PostRef]:
            return self.store.recent(author_id, after.published_id if after else None, count)

        def show(refs: Sequence[PostRef]) -> list[PostView | None]:
            return self._hydration.show(viewer_id, refs)

        own = self._cursors.of(viewer_id, f"users/{author_id}/posts")
        return own.page(query, PostRef, fetch, show)


def check_texts(caption: str | None, location: str | None, filter_name: str | None) -> None:
    """Check the texts and the filter of a post.

    Raises:
        Invalid: a text cannot be kept or shown, or there is no such filter.
    """
    checked_text("caption", caption or "", len(caption or ""), lines=True)
    checked_text("location", location or "", len(location or ""))
    if filter_name is not None and filter_name not in FILTERS:
        raise Invalid.field("filter", f"is not a filter; choose one of {', '.join(FILTERS)}")
