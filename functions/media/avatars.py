"""The pictures of profiles: renditions of their own, which tell nothing of the picture they were
made from.

Everybody may see an avatar, so nothing of it is where a signature for posts reaches, and its path
has an id of its own. The uploaded picture goes on as any other: a post may take it, and it is swept
if none does.
"""

from functions.accounts.ports import UserStore
from functions.errors import Conflict, NotFound
from functions.media.domain import (
    AVATAR_SIDES,
    NO_SUCH_MEDIA,
    Picture,
    avatar_key,
    avatar_prefix,
)
from functions.media.ports import CountRenders, Kept, MediaStorage, MediaStore
from functions.observability import log

SMALL, LARGE = AVATAR_SIDES


class Avatars:
    """Avatars, from the choice of a picture to their deletion."""

    def __init__(
        self,
        store: MediaStore,
        kept: Kept,
        storage: MediaStorage,
        users: UserStore,
        count_renders: CountRenders,
    ) -> None:
        self._store = store
        self._kept = kept
        self._storage = storage
        self._users = users
        self._count_renders = count_renders

    def make(self, user_id: str, media_id: str, avatar_id: str) -> None:
        """Make the small rendition: a copy of the picture's thumbnail, so it opens at once.
        The large one is rendered later, and counts as an upload.

        Raises:
            NotFound: the picture does not exist or belongs to somebody else.
            Conflict: it is not ready.
            TooManyRequests: the limit of uploads has no room for it.
        """
        source = self._own(user_id, media_id).key("thumbnail")
        self._count_renders(user_id, 1)
        if not self._storage.copy(source, avatar_key(user_id, avatar_id, SMALL)):
            raise NotFound(NO_SUCH_MEDIA)  # it was swept a moment ago

    def _own(self, user_id: str, media_id: str) -> Picture:
        media = self._store.read([media_id]).get(media_id)
        if media is None or media.owner_id != user_id or media.kind != "post":
            raise NotFound(NO_SUCH_MEDIA)
        if media.picture is None or media.status != "ready":
            raise Conflict(f"This picture is {media.status}, not ready.")
        return media.picture

    def render(self, user_id: str, avatar_id: str, media_id: str) -> None:
        """Make the large rendition, from the full one of the picture. A repetition makes the same.

        If the avatar was changed or its account deleted meanwhile, nothing stays.
        """
        from functions.media.portraits import square  # only the render function has Pillow

        media = self._store.read([media_id]).get(media_id)
        picture = media.picture if media is not None else None
        full = self._kept.get(picture.key("full")) if picture is not None else None
        if picture is not None and full is not None:
            data = square(full.data, LARGE, picture.focus)
            self._storage.put(avatar_key(user_id, avatar_id, LARGE), "image/webp", data)
        log.info("avatar rendered", user_id=user_id, found=full is not None)
        user = self._users.get(user_id)
        if user is None or user.avatar_id != avatar_id:
            self.erase(user_id, avatar_id)

    def erase(self, user_id: str, avatar_id: str) -> None:
        """Delete an avatar's renditions."""
        self._kept.delete_all(self._kept.keys(avatar_prefix(user_id, avatar_id)))

    def largest(self, user_id: str, avatar_id: str) -> bytes | None:
        """Return the bytes of the largest rendition that is there."""
        found = (self._kept.get(avatar_key(user_id, avatar_id, side)) for side in (LARGE, SMALL))
        return next((one.data for one in found if one is not None), None)
