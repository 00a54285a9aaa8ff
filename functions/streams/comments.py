"""The consequences of a change of a comment, apart from its count. Pure."""

from collections.abc import Callable
from datetime import datetime

from functions.activity.domain import Cause, Thread
from functions.affinity.domain import Interaction
from functions.counters.domain import COMMENTS
from functions.reactions.domain import Comment, Reaction
from functions.streams.reacted import AuthorOf, interactions

COUNTED = COMMENTS
WriterOf = Callable[[str, str], str | None]
"""Returns the writer of a comment, by post and comment; None if the comment is gone."""


def after(
    old: Reaction | None, new: Reaction | None, at: datetime, author_of: AuthorOf
) -> list[Interaction]:
    """Return the interactions that follow from a comment that was made or deleted."""
    return interactions(old, new, "comment", at, author_of)


def causes(comment: Comment | None, author_of: AuthorOf, writer_of: WriterOf) -> list[Cause]:
    """Return what a comment makes others hear of: the post's author of the comment, and the writer
    of the thread's first comment of the reply.

    The author does not hear of both. Whether that comment is there changes only the reply's cause:
    when it goes, the entries of its thread go as a whole.
    """
    if comment is None:
        return []
    author_id, found = author_of(comment.post_id), list[Cause]()
    told = (comment.user_id, comment.created_at, comment.post_id)
    if author_id is not None:
        found.append(Cause(author_id, "comment", *told, item=comment.comment_id))
    if comment.reply_to is not None:
        writer_id = writer_of(comment.post_id, comment.reply_to)
        if writer_id is not None and writer_id != author_id:
            found.append(Cause(writer_id, "reply", *told, comment.reply_to, comment.comment_id))
    return found


def lost_thread(old: Comment | None, new: Comment | None) -> Thread | None:
    """Return the thread that has lost its first comment."""
    if old is None or new is not None or old.reply_to is not None:
        return None
    return Thread(old.user_id, old.created_at.date().isoformat(), old.comment_id)
