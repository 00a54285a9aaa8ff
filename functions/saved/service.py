"""Use cases of saved posts and of collections."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import UNSET

from functions.aws.backoff import attempts
from functions.clock import NewId, ulid_time
from functions.errors import Conflict, NotFound, TooManyRequests
from functions.http.cursors import Cursors
from functions.http.pages import ListQuery, Page
from functions.posts.hydration import Hydration
from functions.posts.schemas import PostView
from functions.saved.domain import (
    COVER_TRIES,
    MAX_COLLECTION_NAME,
    MAX_COLLECTIONS,
    MAX_SAVED,
    Collection,
    Content,
    Save,
    SavedRef,
    contents_of,
)
from functions.saved.ports import CollectionStore, SavedStore, VisiblePosts
from functions.saved.schemas import (
    CollectionChanges,
    CollectionView,
    NewCollection,
    SavedQuery,
    SaveRequest,
)
from functions.text import checked_text

ATTEMPTS = 5
COVER = "small"
"""The rendition of a cover."""
NO_SUCH_COLLECTION = "There is no such collection."
NOTHING = Content(0, [])


class Saved:
    """The posts that viewers have saved. Only the viewer's own are ever read."""

    def __init__(
        self,
        saved: SavedStore,
        collections: CollectionStore,
        posts: VisiblePosts,
        hydration: Hydration,
        cursors: Cursors,
        new_id: NewId,
    ) -> None:
        self._saved = saved
        self._collections = collections
        self._posts = posts
        self._hydration = hydration
        self._cursors = cursors
        self._new_id = new_id

    def save(self, viewer_id: str, post_id: str, request: SaveRequest) -> None:
        """Save a post, and put it into a collection if one is named. Repeating changes nothing, not
        even the time of the save.

        Raises:
            NotFound: the viewer may not see the post, or has no such collection.
            Conflict: the viewer has reached `MAX_SAVED`. Saves that run at the same time do not
                count each other.
            TooManyRequests: the viewer's save of the post changed at every attempt.
        """
        post = self._posts.see(viewer_id, post_id)
        wanted = request.collection_id
        if isinstance(wanted, str):
            self._collection(viewer_id, wanted)
        for _ in attempts(ATTEMPTS):
            held = self._saved.get(post_id, viewer_id)
            if held is None:
                done = self._add(viewer_id, post_id, post.author_id, wanted or None)
            elif wanted is UNSET or wanted == held.collection_id:
                return
            else:
                done = self._saved.move(held, wanted)
            if done:
                return
        raise TooManyRequests("This save is changing; try again.", retry_after=1)

    def _add(self, viewer_id: str, post_id: str, author_id: str, wanted: str | None) -> bool:
        if self._saved.count(viewer_id) >= MAX_SAVED:
            raise Conflict(f"You can save at most {MAX_SAVED:,} posts.")
        save = Save(
            user_id=viewer_id,
            post_id=post_id,
            author_id=author_id,
            saved_id=self._new_id(),
            collection_id=wanted,
        )
        return self._saved.add(save)

    def unsave(self, viewer_id: str, post_id: str) -> None:
        """Take a save back. Does nothing if there is none. It works for a post that the viewer may
        not see any more."""
        self._saved.remove(post_id, viewer_id)

    def page(self, viewer_id: str, query: SavedQuery) -> Page[PostView]:
        """Return a page of the viewer's saved posts, newest save first: all, or those in a
        collection. Saves of posts that are gone are deleted on the way.

        Raises:
            NotFound: the viewer has no such collection.
        """
        collection_id = query.collection or None
        if collection_id is not None:
            self._collection(viewer_id, collection_id)

        def fetch(after: SavedRef | None, count: int) -> Sequence[SavedRef]:
            return self._saved.page(
                viewer_id, collection_id, after.saved_id if after else None, count
            )

        def show(refs: Sequence[SavedRef]) -> list[PostView | None]:
            found = self._hydration.look(viewer_id, refs)
            self._saved.drop(viewer_id, found.gone)
            return found.views

        own = self._cursors.of(viewer_id, f"me/saved/{query.collection}")
        return own.page(ListQuery(query.limit, query.cursor), SavedRef, fetch, show)

    def _collection(self, viewer_id: str, collection_id: str) -> Collection:
        found = self._collections.get(viewer_id, collection_id)
        if found is None:
            raise NotFound(NO_SUCH_COLLECTION)
        return found

    def create(self, collection_id: str, viewer_id: str, new: NewCollection) -> CollectionView:
        """Make a collection. A repeated request with the same collection_id finds the first one's.

        Raises:
            Invalid: the name.
            Conflict: the viewer has reached `MAX_COLLECTIONS`. Requests that run at the same time
                do not count each other.
        """
        _check_name(new.name)
        if self._collections.count(viewer_id) >= MAX_COLLECTIONS:
            raise Conflict(f"You can have at most {MAX_COLLECTIONS} collections.")
        collection = Collection(
            user_id=viewer_id,
            collection_id=collection_id,
            name=new.name,
            created_at=ulid_time(collection_id),
        )
        if not self._collections.add(collection):
            return self.read(viewer_id, collection_id)
        return _view(collection, NOTHING, {})

    def read(self, viewer_id: str, collection_id: str) -> CollectionView:
        """Show a collection of the viewer's own.

        Raises:
            NotFound: the viewer has no such collection.
        """
        [view] = self._show(viewer_id, [self._collection(viewer_id, collection_id)])
        return view

    def collections(self, viewer_id: str, query: ListQuery) -> Page[CollectionView]:
        """Return a page of the viewer's collections, newest first."""

        def fetch(after: Collection | None, count: int) -> Sequence[Collection]:
            return self._collections.page(viewer_id, after.collection_id if after else None, count)

        def show(collections: Sequence[Collection]) -> list[CollectionView]:
            return self._show(viewer_id, collections)

        own = self._cursors.of(viewer_id, "me/collections")
        return own.page(query, Collection, fetch, show)

    def rename(
        self, viewer_id: str, collection_id: str, changes: CollectionChanges
    ) -> CollectionView:
        """Give a collection another name.

        Raises:
            NotFound: the viewer has no such collection.
            Invalid: the name.
        """
        if changes.name is not UNSET:
            _check_name(changes.name)
            if not self._collections.rename(viewer_id, collection_id, changes.name):
                raise NotFound(NO_SUCH_COLLECTION)
        return self.read(viewer_id, collection_id)

    def delete(self, viewer_id: str, collection_id: str) -> None:
        """Delete a collection. Its posts stay saved. They keep its id, which nothing reads then:
        clearing it would cost up to `MAX_SAVED` writes."""
        self._collections.remove(viewer_id, collection_id)

    def _show(self, viewer_id: str, collections: Sequence[Collection]) -> list[CollectionView]:
        if not collections:
            return []
        ids = [one.collection_id for one in collections]
        contents = contents_of(self._saved.placed(viewer_id, min(ids), max(ids)))
        shown = [contents.get(one, NOTHING) for one in ids]
        covers = self._covers(viewer_id, shown)
        return [_view(one, held, covers) for one, held in zip(collections, shown, strict=True)]

    def _covers(self, viewer_id: str, contents: Iterable[Content]) -> dict[str, str]:
        """Return the picture of posts that may be covers, by post id. The newest post of each
        collection is looked at first, and the next only where that one is hidden."""
        covers: dict[str, str] = {}
        lacking = [content.newest for content in contents if content.newest]
        for at in range(COVER_TRIES):
            refs = [newest[at] for newest in lacking if at < len(newest)]
            for view in self._hydration.show(viewer_id, refs):
                if view is not None:
                    covers[view.post_id] = _picture(view)
            lacking = [one for one in lacking if at >= len(one) or one[at].post_id not in covers]
        return covers


def _picture(post: PostView) -> str:
    first = post.media[0]
    small = first.renditions.get(COVER)
    return first.url if small is None else small.url


def _view(collection: Collection, content: Content, covers: Mapping[str, str]) -> CollectionView:
    found = (covers[ref.post_id] for ref in content.newest if ref.post_id in covers)
    return CollectionView(
        collection.collection_id, collection.name, next(found, None), content.count
    )


def _check_name(name: str) -> None:
    checked_text("name", name, MAX_COLLECTION_NAME, visible=True)
