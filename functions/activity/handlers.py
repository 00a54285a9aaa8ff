"""Activity over HTTP."""

from functions.activity.schemas import ActivityView, ReadUpTo, UnreadView
from functions.errors import Conflict
from functions.http.pages import ListQuery, Page
from functions.http.routes import Request, Routes
from functions.stage import stage

routes = Routes(__name__, "Activity")


@routes.route(
    "GET", "/me/activity", answer=Page[ActivityView], query=ListQuery, name="list_activity"
)
def entries(request: Request[None]) -> Page[ActivityView]:
    """List what happened to the caller, newest first."""
    return stage().activity.entries(request.viewer_id, request.query)


@routes.route("POST", "/me/activity/read", body=ReadUpTo, status=204, name="read_activity")
def read(request: Request[ReadUpTo]) -> None:
    """Mark activity as read."""
    stage().activity.read(request.viewer_id, request.body.up_to)


@routes.route("GET", "/me/activity/unread", answer=UnreadView, name="count_unread_activity")
def unread(request: Request[None]) -> UnreadView:
    """Count the caller's unread activity."""
    return UnreadView(stage().activity.unread(request.viewer_id))


@routes.route(
    "PUT",
    "/posts/{post_id}/mute",
    status=204,
    name="mute_post",
    refuses=(Conflict,),
)
def mute_post(request: Request[None], post_id: str) -> None:
    """Stop telling the caller what happens at a post."""
    stage().activity.mute_post(request.viewer_id, post_id)


@routes.route("DELETE", "/posts/{post_id}/mute", status=204, name="unmute_post")
def unmute_post(request: Request[None], post_id: str) -> None:
    """Tell the caller again what happens at a post."""
    stage().activity.unmute_post(request.viewer_id, post_id)
