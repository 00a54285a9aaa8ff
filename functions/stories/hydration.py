"""Makes the views of stories that viewers get, and says whether the viewer has seen each."""

from collections.abc import Sequence

from msgspec import UNSET

from functions.accounts.domain import User
from functions.aws.tables import Reader
from functions.counters.domain import Counts
from functions.media.urls import MediaUrls
from functions.posts.ports import CountsLookup
from functions.social.service import Social
from functions.stories.domain import Story
from functions.stories.ports import ViewsLookup
from functions.stories.schemas import StoryView

NONE_YET = Counts()


class StoryHydration:
    """The views of stories, made for one viewer. The callers check first who may see the story, and
    until when."""

    def __init__(
        self,
        views: ViewsLookup,
        counts: CountsLookup,
        social: Social,
        urls: MediaUrls,
        read: Reader,
    ) -> None:
        self._views = views
        self._counts = counts
        self._social = social
        self._urls = urls
        self._read = read

    def show(
        self, viewer_id: str, stories: Sequence[Story], authors: dict[str, User]
    ) -> list[StoryView]:
        """Return these authors' stories as views, in their order. Takes one read, however many
        there are."""
        own = [story.story_id for story in stories if story.author_id == viewer_id]
        others = [story.story_id for story in stories if story.author_id != viewer_id]
        if not stories:
            return []
        seen, counts = self._read(
            self._views.lookup((story_id, viewer_id) for story_id in others),
            self._counts.lookup(own),
        )

        def view(story: Story) -> StoryView:
            is_own = story.author_id == viewer_id
            is_seen = is_own or (story.story_id, viewer_id) in seen
            count = counts.get((story.story_id,), NONE_YET).views if is_own else None
            return self._view(story, authors[story.author_id], seen=is_seen, count=count)

        return [view(story) for story in stories]

    def _view(self, story: Story, author: User, *, seen: bool, count: int | None) -> StoryView:
        picture, until = story.picture, story.expires_at if story.published else None
        return StoryView(
            story_id=story.story_id,
            author=self._social.author(author),
            state=story.state,
            url=self._urls.full(
                "story", story.author_id, story.media_id, story.folder, until=until
            ),
            width=picture.width if picture else None,
            height=picture.height if picture else None,
            blurhash=picture.blurhash if picture else None,
            created_at=story.created_at,
            published_at=story.published_at,
            expires_at=until,
            seen=seen,
            view_count=UNSET if count is None else count,
        )
