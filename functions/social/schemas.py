"""Queries and answers of the social routes."""

from typing import Annotated

import msgspec

from functions.http.fields import ID_PATTERN, MAX_ID, spelled
from functions.social.domain import Following

MAX_RELATIONSHIPS = 40


class FollowAnswer(msgspec.Struct, frozen=True):
    """Whether the caller follows the user now."""

    following: Following


class RelationshipsQuery(msgspec.Struct, frozen=True):
    """The users to look at."""

    ids: Annotated[
        str,
        spelled(
            f"{ID_PATTERN}(,{ID_PATTERN}){{0,{MAX_RELATIONSHIPS - 1}}}",
            1,
            MAX_RELATIONSHIPS * (MAX_ID + 1) - 1,
            f"1 to {MAX_RELATIONSHIPS} user ids with commas between them",
        ),
    ]

    @property
    def user_ids(self) -> list[str]:
        """Return the ids. One that is too long is the id of nobody."""
        return [user_id for user_id in self.ids.split(",") if len(user_id) <= MAX_ID]
