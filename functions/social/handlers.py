"""Follows, requests, blocks and mutes over HTTP."""

from functions.accounts.schemas import UserView
from functions.errors import Conflict, Invalid
from functions.http.pages import ListQuery, Page
from functions.http.routes import Request, Routes
from functions.social.domain import following
from functions.social.schemas import FollowAnswer
from functions.stage import stage

routes = Routes(__name__, "Follows")


@routes.route(
    "PUT",
    "/users/{user_id}/follow",
    answer=FollowAnswer,
    limit="follow",
    name="follow_user",
    refuses=(Invalid,),
)
def follow(request: Request[None], user_id: str) -> FollowAnswer:
    """Follow a user, or ask to if the account is private."""
    return FollowAnswer(following(stage().social.follow(request.viewer_id, user_id)))


@routes.route("DELETE", "/users/{user_id}/follow", status=204, name="unfollow_user")
def unfollow(request: Request[None], user_id: str) -> None:
    """Stop following a user, or take a request back."""
    stage().social.unfollow(request.viewer_id, user_id)


@routes.route(
    "GET",
    "/users/{user_id}/followers",
    answer=Page[UserView],
    query=ListQuery,
    name="list_followers",
)
def followers(request: Request[None], user_id: str) -> Page[UserView]:
    """List a user's followers."""
    return stage().social.followers(request.viewer_id, user_id, request.query)


@routes.route(
    "GET",
    "/users/{user_id}/following",
    answer=Page[UserView],
    query=ListQuery,
    name="list_following",
)
def followees(request: Request[None], user_id: str) -> Page[UserView]:
    """List the users that a user follows."""
    return stage().social.following(request.viewer_id, user_id, request.query)


@routes.route(
    "GET",
    "/me/follow-requests",
    answer=Page[UserView],
    query=ListQuery,
    name="list_follow_requests",
)
def follow_requests(request: Request[None]) -> Page[UserView]:
    """List the requests to follow the caller, newest first."""
    return stage().social.requests(request.viewer_id, request.query)


@routes.route(
    "PUT",
    "/me/follow-requests/{user_id}",
    status=204,
    name="approve_follow_request",
)
def approve_request(request: Request[None], user_id: str) -> None:
    """Grant a request to follow the caller."""
    stage().social.approve(request.viewer_id, user_id)


@routes.route("DELETE", "/me/follow-requests/{user_id}", status=204, name="refuse_follow_request")
def refuse_request(request: Request[None], user_id: str) -> None:
    """Refuse a request to follow the caller. The requester is not told."""
    stage().social.refuse(request.viewer_id, user_id)


@routes.route("DELETE", "/me/followers/{user_id}", status=204, name="remove_follower")
def remove_follower(request: Request[None], user_id: str) -> None:
    """End a user's follow of the caller."""
    stage().social.remove_follower(request.viewer_id, user_id)


@routes.route(
    "PUT",
    "/users/{user_id}/block",
    status=204,
    name="block_user",
    refuses=(Invalid,),
)
def block(request: Request[None], user_id: str) -> None:
    """Block a user. The two no longer see each other, and their follows end."""
    stage().boundaries.block(request.viewer_id, user_id)


@routes.route("DELETE", "/users/{user_id}/block", status=204, name="unblock_user")
def unblock(request: Request[None], user_id: str) -> None:
    """Take a block back."""
    stage().boundaries.unblock(request.viewer_id, user_id)


@routes.route(
    "GET", "/me/blocks", answer=Page[UserView], query=ListQuery, name="list_blocked_users"
)
def blocks(request: Request[None]) -> Page[UserView]:
    """List the users that the caller has blocked."""
    return stage().boundaries.blocked(request.viewer_id, request.query)


@routes.route(
    "PUT",
    "/users/{user_id}/mute",
    status=204,
    name="mute_user",
    refuses=(Invalid, Conflict),
)
def mute(request: Request[None], user_id: str) -> None:
    """Keep a user's posts and stories out of the caller's feed and tray."""
    stage().boundaries.mute(request.viewer_id, user_id)


@routes.route("DELETE", "/users/{user_id}/mute", status=204, name="unmute_user")
def unmute(request: Request[None], user_id: str) -> None:
    """Take a mute back."""
    stage().boundaries.unmute(request.viewer_id, user_id)


@routes.route("GET", "/me/mutes", answer=Page[UserView], query=ListQuery, name="list_muted_users")
def mutes(request: Request[None]) -> Page[UserView]:
    """List the users that the caller has muted."""
    return stage().boundaries.muted(request.viewer_id, request.query)
