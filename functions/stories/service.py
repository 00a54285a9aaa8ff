"""Use cases of stories: publish, see, list and delete them, and see their viewers."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from msgspec import UNSET

from functions.accounts.domain import User
from functions.accounts.service import Accounts
from functions.aws.backoff import attempts
from functions.aws.tables import ConditionFailed
from functions.clock import Clock, NewId, whole_second
from functions.errors import Conflict, Forbidden, NotFound, TooManyRequests
from functions.http.cursors import Cursors
from functions.http.pages import ListQuery, Page
from functions.media.domain import Focus, Media, kept_focus
from functions.media.service import MediaService, check_claimable
from functions.observability import log
from functions.posts.domain import pictures_of, readiness
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
from functions.stories.ports import StoryStore, ViewStore
from functions.stories.schemas import NewStory, StoryView, ViewerView

NO_SUCH_STORY = "There is no such story."
ATTEMPTS = 5
"""Attempts at a write while its picture settles."""


class Stories:
    """Stories, as authors make them and viewers see them. `shown` is how long a story is shown."""

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

    def create(self, new_id: str, author_id: str, new: NewStory) -> StoryView:
        """Create a story. Publishes it at once if its picture is ready, otherwise when the picture
        is. Its time runs from then.

        One transaction writes the story and its claim on the media. Everything else follows from
        the table's stream. A repeated request with the same new_id finds the story of the first.

        Raises:
            NotFound: media that does not exist or belongs to somebody else.
            Conflict: media that has failed, is a post's or another story's, or is too old; another
                focal point, but the original is gone; or the author has 100 stories.
            TooManyRequests: the picture changed at every attempt.
        """
        story_id = story_id_of(author_id, new_id)
        for _ in attempts(ATTEMPTS):
            made = self.store.get(story_id) or self._create(story_id, author_id, new)
            if made is not None:
                return self._one(author_id, made)
        raise TooManyRequests("The picture is changing; try again.", retry_after=1)

    def _create(self, story_id: str, author_id: str, new: NewStory) -> Story | None:
        """Write the story. Return None if its media has just changed."""
        found = self._media_of(new.media_id)
        media = check_claimable(found, author_id, "story", story_id, self._given_up)
        if self._now() - media.created_at > FRESH:
            raise Conflict("This picture was uploaded too long ago; upload it again.")
        if self.store.held(author_id) >= MAX_ACTIVE:
            raise Conflict(f"You can have at most {MAX_ACTIVE} stories at a time.")
        focus = media.focus if new.focus is UNSET else kept_focus(new.focus)
        if media.is_other(media.filter, focus) and not self._media.can_rerender(media):
            raise Conflict("The original was not kept, so no other focal point can be rendered.")
        story = self._new(story_id, author_id, media, focus)
        claim = self._media.store.claim_step(media, story_id, media.filter, focus)
        try:
            self.store.create(story, [claim])
        except ConditionFailed:
            return None
        self._log("made", story, done=True)
        return story

    def _given_up(self, story_id: str) -> bool:
        """Return whether a story has failed or was deleted, so that its picture is free again."""
        story = self.store.get(story_id)
        return story is None or story.state in ("failed", "deleted")

    def _media_of(self, media_id: str) -> Media | None:
        return self._media.store.read([media_id]).get(media_id)

    def _new(self, story_id: str, author_id: str, media: Media, focus: Focus | None) -> Story:
        now = whole_second(self._now())
        story = Story(
            story_id=story_id,
            author_id=author_id,
            state="processing",
            media_id=media.media_id,
            focus=focus,
            created_at=now,
            expires_at=now + WAITS,
            correlation_id=media.correlation_id,
        )
        ready = readiness([media]) == "publish" and media.focus == focus
        return self._made(story, media) if ready else story

    def _made(self, story: Story, media: Media | None) -> Story:
        """Return the published story with its picture. Its time begins now."""
        [picture] = pictures_of([media])
        return msgspec.structs.replace(
            story,
            state="published",
            picture=picture,
            published_id=self._new_id(),
            expires_at=whole_second(self._now()) + self._shown,
        )

    def complete(self, story_id: str) -> None:
        """Publish a story if its picture is ready; give it up if the picture failed.

        Both the creation of the story and the settling of its picture lead here, with strong reads.
        So the later of the two takes the step, and a conditional write makes sure that it is taken
        once.
        """
        story = self.store.get(story_id)
        if story is None or story.state != "processing":
            log.info("nothing to complete", story_id=story_id)
            return
        media = self._media_of(story.media_id)
        match readiness([media]):
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
        """Return a story that this viewer may see now.

        Raises:
            NotFound: the story does not exist, has expired, or is hidden from this viewer.
        """
        story = self.store.get(story_id)
        if story is None or is_over(story.expires_at, self._now()):
            raise NotFound(NO_SUCH_STORY)
        self._social.check_visible(viewer_id, story, NO_SUCH_STORY)
        return story

    def _own(self, viewer_id: str, story_id: str) -> Story:
        story = self.see(viewer_id, story_id)
        if story.author_id != viewer_id:
            raise Forbidden("Only the author can do this with a story.")
        return story

    def read(self, viewer_id: str, story_id: str) -> StoryView:
        """Show a story that this viewer may see now.

        Raises:
            NotFound: as `see` does.
        """
        return self._one(viewer_id, self.see(viewer_id, story_id))

    def _one(self, viewer_id: str, story: Story) -> StoryView:
        author = self._accounts.get(story.author_id)
        [view] = self._hydration.show(viewer_id, [story], {author.user_id: author})
        return view

    def of_user(self, viewer_id: str, user_id: str, query: ListQuery) -> Page[StoryView]:
        """Return a page of an author's stories, oldest first.

        Raises:
            NotFound: this viewer may not see the author's content.
        """
        author: User = self._social.visible_author(viewer_id, user_id)
        own = self._cursors.of(viewer_id, f"users/{user_id}/stories")
        after = own.open(query.cursor, str) or ""
        # There are at most a hundred or so: read all of them, and page here.
        stories = [one for one in self.store.active(user_id) if one.ref.published_id > after]
        shown = self._hydration.show(viewer_id, stories[: query.limit], {user_id: author})
        more = (
            own.seal(stories[query.limit - 1].ref.published_id)
            if len(stories) > query.limit
            else None
        )
        return Page(shown, more)

    def view(self, viewer_id: str, story_id: str) -> None:
        """Record that the viewer has seen a story. Counts once, and never for the author.

        Raises:
            NotFound: the viewer may not see the story.
        """
        story = self.see(viewer_id, story_id)
        if story.author_id == viewer_id:
            return
        first = self.views.add(View(story_id, viewer_id, self._now()), story.expires_at)
        log.info("story viewed", story_id=story_id, first=first)

    def viewers(self, viewer_id: str, story_id: str, query: ListQuery) -> Page[ViewerView]:
        """Return a page of the viewers of one's own story, in a stable order.

        Raises:
            NotFound: the viewer may not see the story.
            Forbidden: the viewer is not its author.
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
        return own.page(query, View, fetch, show)

    def delete(self, viewer_id: str, story_id: str) -> None:
        """Delete a story. No row stays: each tray of a follower reads all rows of the author.

        Raises:
            NotFound: the viewer may not see the story.
            Forbidden: the viewer is not its author.
        """
        while True:
            story = self._own(viewer_id, story_id)
            if self.store.delete(story):
                self._log("deleted", story, done=True)
                return
