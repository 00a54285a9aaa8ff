"""Follow and unfollow over HTTP."""

from functions.accounts.schemas import UserView
from functions.http import Request, Routes
from functions.pages import ListQuery, Page
from functions.social.bootstrap import social
from functions.social.domain import following
from functions.social.schemas import FollowAnswer

routes = Routes(__name__, "Follows")


@routes.route("PUT", "/users/{user_id}/follow", answer=FollowAnswer)
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
