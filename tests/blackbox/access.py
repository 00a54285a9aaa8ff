"""Who may do what: few rules, from which the answer of every route to every viewer follows.

A route is known by `METHOD /path`, as the service describes it. The first rule that fits decides
its audience; a route that no rule fits has no expectation, which fails the test.
"""

import re
from typing import Literal

Viewer = Literal[
    "no token", "forged token", "expired token", "stranger", "follower", "requested", "blocked",
    "blocker", "ex-follower", "owner",
]  # fmt: skip
Author = Literal["public", "private", "deleted"]
Audience = Literal[
    "anybody",  # also without a token
    "caller",  # anybody with a token: it is about the caller's own things
    "whoever asks",  # anybody with a token, whether or not there is such a thing: a 204
    "nobody",  # a 404 whoever asks
    "knows",  # who may know of the user: all but who was blocked
    "meets",  # all but who is apart from the user by a block
    "sees",  # who may see the author's things
    "owner, seen",  # the owner; whoever sees the thing is told that it is another's
    "owner, hidden",  # the owner; nobody else is told that there is such a thing
    "owner, known",  # the owner; everybody else is told that it is another's
]

RULES: list[tuple[str, Audience]] = [
    (r"GET /(health|docs|openapi\.json|filters)", "anybody"),
    (r"POST /(signup|login|token|password)(/\w+)?", "anybody"),
    (r"PUT /users/{user_id}/(block|mute)", "knows"),
    (r"PUT /users/{user_id}/follow", "meets"),
    (r"DELETE /users/{user_id}/(follow|block|mute)", "whoever asks"),
    (r"DELETE /me/(follow-requests|followers)/{user_id}", "whoever asks"),
    (r"PUT /me/follow-requests/{user_id}", "nobody"),
    (r"(GET|PATCH|POST|DELETE) /me(/[\w-]+)?", "caller"),
    (r"POST /(posts|upload|logout|feed|stories)", "caller"),
    (r"GET /stories", "caller"),
    (r"GET /feed/{user_id}", "owner, known"),
    (r"GET /media/{media_id}/original", "owner, hidden"),
    (r"GET /stories/{story_id}/viewers", "owner, seen"),
    (r"(PATCH|DELETE) /posts/{post_id}", "owner, seen"),
    (r"DELETE /posts/{post_id}/comments/{comment_id}", "owner, seen"),
    (r"DELETE /stories/{story_id}", "owner, seen"),
    (r"GET /users(/{user_id})?", "knows"),
    (r"POST /(like|comment|stories/{story_id}/view)", "sees"),
    (r"DELETE /posts/{post_id}/like", "sees"),
    # Whatever else is read of somebody: a new route of this kind needs no rule of its own.
    (r"GET /(users|posts|media|stories)/{\w+}(/.+)?", "sees"),
]

WITHOUT_TOKEN: tuple[Viewer, ...] = ("no token", "forged token", "expired token")
VIEWERS: tuple[Viewer, ...] = Viewer.__args__  # type: ignore[attr-defined]
AUTHORS: tuple[Author, ...] = Author.__args__  # type: ignore[attr-defined]
APART: tuple[Viewer, ...] = ("blocked", "blocker")

Answer = Literal["done", "invalid", "answered", 401, 403, 404]
"""`done` is the success that the route describes; `answered` is neither 401, 403, 404 nor 5xx."""


def audience_of(route: str) -> Audience | None:
    """Whom a route is for; None where no rule fits."""
    fits = (audience for pattern, audience in RULES if re.fullmatch(pattern, route))
    return next(fits, None)


_WITH_A_TOKEN: dict[Audience, Answer] = {
    "caller": "answered",
    "whoever asks": "done",
    "nobody": 404,
}


def expected(route: str, audience: Audience, viewer: Viewer, author: Author) -> Answer:
    """How a route answers a viewer who asks for something of an author."""
    if audience == "anybody":
        return "answered"
    if viewer in WITHOUT_TOKEN:
        return 401
    if audience == "owner, known":
        return "done" if viewer == "owner" and author != "deleted" else 403
    return _WITH_A_TOKEN.get(audience) or _of_somebody(route, audience, viewer, author)


def _of_somebody(route: str, audience: Audience, viewer: Viewer, author: Author) -> Answer:
    if author == "deleted":
        return 404
    if viewer == "owner":
        # Nobody follows, blocks or mutes themselves.
        return "invalid" if route.startswith("PUT /users/") else "done"
    if audience == "knows":
        return 404 if viewer == "blocked" else "done"
    if audience == "meets":
        return 404 if viewer in APART else "done"
    if audience == "owner, hidden" or not sees(viewer, author):
        return 404
    return 403 if audience == "owner, seen" else "done"


def sees(viewer: Viewer, author: Author) -> bool:
    """Whether somebody with a token, and not the author, may see the author's things."""
    return viewer not in APART and (author == "public" or viewer == "follower")
