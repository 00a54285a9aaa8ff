"""Publish, see, list and delete stories, and learn who has seen them."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from functions.accounts.domain import User
from functions.accounts.service import Accounts
from functions.backoff import attempts
from functions.clock import Clock, NewId, whole_second
from functions.cursors import Cursors
from functions.errors import Conflict, Forbidden, NotFound, TooManyRequests
from functions.log import log
from functions.media.domain import Media
from functions.media.service import MediaService, claimable
from functions.pages import Page
from functions.posts.domain import pictures_of, prospect
from functions.social.service import Social
from functions.stories.domain import (
    FRESH,
    MAX_ACTIVE,
    WAITS,
    Story,
    View,
    is_over,
    story_id_of,
)
from functions.stories.hydration import StoryHydration
from functions.stories.schemas import StoryView, ViewerView
from functions.stories.store import StoryStore, ViewStore
from functions.tables import ConditionFailed

NO_SUCH_STORY = "There is no such story."
ATTEMPTS = 5
"""Tries at a write that its picture, settling at the same moment, stands in the way of."""


class Stories:
    """Stories, as their authors make them and viewers see them. `shown` is for how long."""

    def __init__(
        self,
        store: StoryStore,
        views: ViewStore,
        media: MediaService,
        accounts: Accounts,
        social: Social,
        hydration: StoryHydration,
        cursors: Cursors,
        now: Clock,
        new_id: NewId,
        shown: timedelta,
    ) -> None:
        self.store = store
        self.views = views
        self._media = media
        self._accounts = accounts
        self._social = social
        self._hydration = hydration
        self._cursors = cursors
        self._now = now
        self._new_id = new_id
        self._shown = shown

    def create(self, new_id: str, author_id: str, media_id: str) -> StoryView:
        """Make a story: published at once when its picture is ready, else when it is; its time
        runs from there.

        One transaction writes the story and its claim on the media; all the rest follows from the
        table's stream. A second try with the same new_id finds the story done.

        Raises:
            NotFound: media that is not there, or another's. Conflict: media that has failed, is a
                post's or another story's, or is too old; or the author has 100 stories.
        """
        story_id = story_id_of(author_id, new_id)
        for _ in attempts(ATTEMPTS):
            made = self.store.get(story_id) or self._create(story_id, author_id, media_id)
            if made is not None:
                return self._one(author_id, made)
        raise TooManyRequests("The picture is changing; try again.", retry_after=1)

    def _create(self, story_id: str, author_id: str, media_id: str) -> Story | None:
        """The story, written; None where its media has just changed."""
        media = claimable(self._media_of(media_id), author_id, "story", story_id)
        if self._now() - media.created_at > FRESH:
            raise Conflict("This picture was uploaded too long ago; upload it again.")
        if self.store.held(author_id) >= MAX_ACTIVE:
            raise Conflict(f"Nobody has more than {MAX_ACTIVE} stories at a time.")
        story = self._new(story_id, author_id, media)
        try:
            self.store.create(story, [self._media.store.claiming(media, story_id, media.filter)])
        except ConditionFailed:
            return None
        self._log("made", story, done=True)
        return story

    def _media_of(self, media_id: str) -> Media | None:
        return self._media.store.read([media_id]).get(media_id)

    def _new(self, story_id: str, author_id: str, media: Media) -> Story:
        now = whole_second(self._now())
        story = Story(
            story_id=story_id,
            author_id=author_id,
            state="processing",
            media_id=media.media_id,
            created_at=now,
            expires_at=now + WAITS,
            correlation_id=media.correlation_id,
        )
        return self._made(story, media) if prospect([media]) == "publish" else story

    def _made(self, story: Story, media: Media | None) -> Story:
        """The story with its picture, beginning now."""
        [picture] = pictures_of([media])
        return msgspec.structs.replace(
            story,
            state="published",
            picture=picture,
            published_id=self._new_id(),
            expires_at=whole_second(self._now()) + self._shown,
        )

    def complete(self, story_id: str) -> None:
        """Publish a story whose picture is ready; give it up if that has failed.

        The story's making and its picture's settling both come here, with strong reads, so
        whichever is last takes the step; and the step is a conditional write, taken once.
        """
        story = self.store.get(story_id)
        if story is None or story.state != "processing":
            log.info("nothing to complete", story_id=story_id)
            return
        media = self._media_of(story.media_id)
        match prospect([media]):
            case "publish":
                self._log("published", story, self.store.publish(self._made(story, media)))
            case "fail":
                self._log("given up", story, self.store.fail(story_id))

    def _log(self, what: str, story: Story, done: bool) -> None:
        log.info(
            f"story {what}",
            story_id=story.story_id,
            state=story.state,
            first=done,
            correlation_id=story.correlation_id,
        )

    def see(self, viewer_id: str, story_id: str) -> Story:
        """A story that this viewer may see, now.

        Raises:
            NotFound: there is none, its time is over, or it is not for this viewer.
        """
        story = self.store.get(story_id)
        if story is None or story.state == "deleted" or is_over(story.expires_at, self._now()):
            raise NotFound(NO_SUCH_STORY)
        self._social.check_shown(viewer_id, story, NO_SUCH_STORY)
        return story

    def _own(self, viewer_id: str, story_id: str) -> Story:
        story = self.see(viewer_id, story_id)
        if story.author_id != viewer_id:
            raise Forbidden("This story is another's.")
        return story

    def _one(self, viewer_id: str, story: Story) -> StoryView:
        author = self._accounts.get(story.author_id)
        [view] = self._hydration.show(viewer_id, [story], {author.user_id: author})
        return view

    def of_user(
        self, viewer_id: str, user_id: str, cursor: str | None, limit: int
    ) -> Page[StoryView]:
        """An author's stories, oldest first, as they are looked through.

        Raises:
            NotFound: this viewer may not see the author's things.
        """
        author: User = self._social.visible(viewer_id, user_id)
        own = self._cursors.of(viewer_id, f"users/{user_id}/stories")
        after = own.open(cursor, str) or ""
        # There are at most a hundred or so: they are read whole, and paged here.
        stories = [one for one in self.store.active(user_id) if one.ref.published_id > after]
        shown = self._hydration.show(viewer_id, stories[:limit], {user_id: author})
        more = own.seal(stories[limit - 1].ref.published_id) if len(stories) > limit else None
        return Page(shown, more)

    def view(self, viewer_id: str, story_id: str) -> None:
        """Note that the viewer has seen a story: once, and never the author's own.

        Raises:
            NotFound: the viewer does not see it.
        """
        story = self.see(viewer_id, story_id)
        if story.author_id == viewer_id:
            return
        first = self.views.add(View(story_id, viewer_id, self._now()), story.expires_at)
        log.info("story viewed", story_id=story_id, first=first)

    def viewers(
        self, viewer_id: str, story_id: str, cursor: str | None, limit: int
    ) -> Page[ViewerView]:
        """Who has seen a story of one's own, in a stable order.

        Raises:
            NotFound: the viewer does not see it. Forbidden: it is another's.
        """
        self._own(viewer_id, story_id)

        def fetch(after: View | None, count: int) -> Sequence[View]:
            return self.views.of(story_id, after.viewer_id if after else None, count)

        def show(views: Sequence[View]) -> list[ViewerView | None]:
            ids = [view.viewer_id for view in views]
            users = {user.user_id: user for user in self._social.show_ids(viewer_id, ids)}
            return [
                ViewerView(users[view.viewer_id], view.viewed_at)
                if view.viewer_id in users
                else None
                for view in views
            ]

        own = self._cursors.of(viewer_id, f"stories/{story_id}/viewers")
        return own.page(cursor, View, limit, fetch, show)

    def delete(self, viewer_id: str, story_id: str) -> None:
        """Take a story back; its tombstone leaves in its time.

        Raises:
            NotFound: the viewer does not see it. Forbidden: it is another's.
        """
        while True:
            story = self._own(viewer_id, story_id)
            if self.store.delete(story):
                self._log("deleted", story, done=True)
                return
