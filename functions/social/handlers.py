"""Follows, requests, blocks and mutes over HTTP."""

from functions.accounts.schemas import UserView
from functions.http import Request, Routes
from functions.pages import ListQuery, Page
from functions.social.bootstrap import boundaries, social
from functions.social.domain import following
from functions.social.schemas import FollowAnswer

routes = Routes(__name__, "Follows")


@routes.route("PUT", "/users/{user_id}/follow", answer=FollowAnswer, limit="follow")
def follow(request: Request[None], user_id: str) -> FollowAnswer:
    """Follow a user; of a private account, ask to."""
    return FollowAnswer(following(social().follow(request.viewer_id, user_id)))


@routes.route("DELETE", "/users/{user_id}/follow", status=204)
def unfollow(request: Request[None], user_id: str) -> None:
    """Stop following a user, or take a request back."""
    social().unfollow(request.viewer_id, user_id)


@routes.route("GET", "/users/{user_id}/followers", answer=Page[UserView], query=ListQuery)
def followers(request: Request[None], user_id: str) -> Page[UserView]:
    """Who follows a user."""
    page = request.query
    return social().followers(request.viewer_id, user_id, page.cursor, page.limit)


@routes.route("GET", "/users/{user_id}/following", answer=Page[UserView], query=ListQuery)
def followees(request: Request[None], user_id: str) -> Page[UserView]:
    """Whom a user follows."""
    page = request.query
    return social().following(request.viewer_id, user_id, page.cursor, page.limit)


@routes.route("GET", "/me/follow-requests", answer=Page[UserView], query=ListQuery)
def follow_requests(request: Request[None]) -> Page[UserView]:
    """Who asks to follow the caller, newest first."""
    page = request.query
    return social().requests(request.viewer_id, page.cursor, page.limit)


@routes.route("PUT", "/me/follow-requests/{user_id}", status=204)
def approve_request(request: Request[None], user_id: str) -> None:
    """Grant a request to follow the caller."""
    social().approve(request.viewer_id, user_id)


@routes.route("DELETE", "/me/follow-requests/{user_id}", status=204)
def refuse_request(request: Request[None], user_id: str) -> None:
    """Refuse a request to follow the caller; nobody is told."""
    social().refuse(request.viewer_id, user_id)


@routes.route("DELETE", "/me/followers/{user_id}", status=204)
def remove_follower(request: Request[None], user_id: str) -> None:
    """End a user's follow of the caller."""
    social().remove_follower(request.viewer_id, user_id)


@routes.route("PUT", "/users/{user_id}/block", status=204)
def block(request: Request[None], user_id: str) -> None:
    """Block a user: neither sees the other any more, and their follows end."""
    boundaries().block(request.viewer_id, user_id)


@routes.route("DELETE", "/users/{user_id}/block", status=204)
def unblock(request: Request[None], user_id: str) -> None:
    """Take a block back."""
    boundaries().unblock(request.viewer_id, user_id)


@routes.route("GET", "/me/blocks", answer=Page[UserView], query=ListQuery)
def blocks(request: Request[None]) -> Page[UserView]:
    """Whom the caller has blocked."""
    page = request.query
    return boundaries().blocked(request.viewer_id, page.cursor, page.limit)


@routes.route("PUT", "/users/{user_id}/mute", status=204)
def mute(request: Request[None], user_id: str) -> None:
    """Keep a user's posts and stories out of the caller's feed and tray."""
    boundaries().mute(request.viewer_id, user_id)


@routes.route("DELETE", "/users/{user_id}/mute", status=204)
def unmute(request: Request[None], user_id: str) -> None:
    """Take a mute back."""
    boundaries().unmute(request.viewer_id, user_id)


@routes.route("GET", "/me/mutes", answer=Page[UserView], query=ListQuery)
def mutes(request: Request[None]) -> Page[UserView]:
    """Whom the caller has muted."""
    page = request.query
    return boundaries().muted(request.viewer_id, page.cursor, page.limit)
