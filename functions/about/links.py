"""Links between operations: they say which calls take the ids in an answer."""

from typing import Any

_BODY = "$response.body#/"


def _by(operation: str, *names: str, **given: str) -> dict[str, Any]:
    """Make a link to an operation. Its parameters have the names of the answer's fields, unless
    given.
    """
    parameters = {name: f"{_BODY}{name}" for name in names}
    parameters |= {name: f"{_BODY}{field}" for name, field in given.items()}
    return {"operationId": operation, "parameters": parameters}


def _sent(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"operationId": operation, "requestBody": body}


_POSTS = {
    "get": _by("get_post", "post_id"),
    "update": _by("update_post", "post_id"),
    "delete": _by("delete_post", "post_id"),
    "like": _sent("like_post", {"post_id": f"{_BODY}post_id"}),
    "unlike": _by("unlike_post", "post_id"),
    "comment": _sent("create_comment", {"post_id": f"{_BODY}post_id", "text": "Lovely light."}),
    "comments": _by("list_comments", "post_id"),
    "likes": _by("list_likes", "post_id"),
    "feed": _by("get_home_feed", user_id="author/user_id"),
}
_USERS = {
    "get": _by("get_user", "user_id"),
    "posts": _by("list_user_posts", "user_id"),
    "followers": _by("list_followers", "user_id"),
    "following": _by("list_following", "user_id"),
    "stories": _by("list_user_stories", "user_id"),
}

LINKS: dict[str, dict[str, Any]] = {
    "sign_up": {"get": _by("get_user", "user_id")},
    "log_in": {"feed": _by("get_home_feed", "user_id"), **_USERS},
    "get_me": {"feed": _by("get_home_feed", "user_id"), **_USERS},
    "find_user": {"follow": _by("follow_user", "user_id"), **_USERS},
    "upload_picture": {
        "get": _by("get_media", "media_id"),
        "original": _by("get_original", "media_id"),
        "post": _sent("create_post", {"media_ids": [f"{_BODY}media_id"]}),
        "story": _sent("create_story", {"media_id": f"{_BODY}media_id"}),
    },
    "create_post": _POSTS,
    "get_home_feed": {
        "first": _by("get_post", post_id="items/0/post_id"),
        "next": {
            "operationId": "get_home_feed",
            "parameters": {"user_id": "$request.path.user_id", "cursor": f"{_BODY}next_cursor"},
        },
    },
    "create_comment": {
        "delete": _by("delete_comment", "post_id", "comment_id"),
        "comments": _by("list_comments", "post_id"),
    },
    "create_story": {
        "view": _by("view_story", "story_id"),
        "viewers": _by("list_story_viewers", "story_id"),
        "delete": _by("delete_story", "story_id"),
        "stories": _by("list_user_stories", user_id="author/user_id"),
    },
}
