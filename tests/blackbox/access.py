"""A few access rules, from which the answer of every route to every viewer follows.

A route is named `METHOD /path`, as in the service's description. The first matching rule decides
its audience. A route without a matching rule has no expectation, which fails the test.
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
    "caller",  # anybody with a token: it concerns the caller's own things
    "whoever asks",  # anybody with a token, whether or not the thing exists: a 204
    "nobody",  # always a 404
    "everybody else",  # also the blocked, who may block back
    "knows",  # viewers who may know of the user: all but the blocked
    "meets",  # all but those on either side of a block with the user
    "sees",  # viewers who may see the author's things
    "owner, seen",  # the owner; viewers who see the thing get a 403
    "owner, hidden",  # the owner; all others get a 404
    "owner, known",  # the owner; all others get a 403
]

RULES: list[tuple[str, Audience]] = [
    (r"GET /(health|docs|openapi\.json|filters)", "anybody"),
    (r"POST /(signup|login|token|password)(/\w+)?", "anybody"),
    (r"PUT /users/{user_id}/block", "everybody else"),
    (r"PUT /users/{user_id}/mute", "knows"),
    (r"PUT /users/{user_id}/follow", "meets"),
    (r"DELETE /users/{user_id}/(follow|block|mute)", "whoever asks"),
    (r"DELETE /me/(follow-requests|followers)/{user_id}", "whoever asks"),
    (r"PUT /me/follow-requests/{user_id}", "nobody"),
    (r"(GET|PATCH|POST|DELETE) /me(/[\w-]+){,2}", "caller"),
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
    # All other reads about a user: a new route of this kind needs no rule of its own.
    (r"GET /(users|posts|media|stories)/{\w+}(/.+)?", "sees"),
]

WITHOUT_TOKEN: tuple[Viewer, ...] = ("no token", "forged token", "expired token")
VIEWERS: tuple[Viewer, ...] = Viewer.__args__  # type: ignore[attr-defined]
AUTHORS: tuple[Author, ...] = Author.__args__  # type: ignore[attr-defined]
APART: tuple[Viewer, ...] = ("blocked", "blocker")

Answer = Literal["done", "invalid", "answered", 401, 403, 404]
"""`done` is the success that the route describes; `answered` is not 401, 403, 404 or 5xx."""


def audience_of(route: str) -> Audience | None:
    """Return the audience of a route; None without a matching rule."""
    fits = (audience for pattern, audience in RULES if re.fullmatch(pattern, route))
    return next(fits, None)


_WITH_A_TOKEN: dict[Audience, Answer] = {
    "caller": "answered",
    "whoever asks": "done",
    "nobody": 404,
}


def expected(route: str, audience: Audience, viewer: Viewer, author: Author) -> Answer:
    """Return how a route must answer a viewer who requests an author's thing."""
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
        # Following, blocking or muting oneself is invalid.
        return "invalid" if route.startswith("PUT /users/") else "done"
    if audience in ("knows", "everybody else"):
        return 404 if audience == "knows" and viewer == "blocked" else "done"
    if audience == "meets":
        return 404 if viewer in APART else "done"
    if audience == "owner, hidden" or not sees(viewer, author):
        return 404
    return 403 if audience == "owner, seen" else "done"


def sees(viewer: Viewer, author: Author) -> bool:
    """Return whether a viewer with a token, other than the author, may see the author's things."""
    return viewer not in APART and (author == "public" or viewer == "follower")
