"""An example of every schema, for the OpenAPI document."""

from typing import Any

USER_ID = "5b8c1f0e-7d3a-4e62-9f41-0a6c2d8e7b35"
POST_ID = "01J9ZK3V7Q8M5T2N4R6W8Y0B1D"
STORY_ID = f"{USER_ID}.01J9ZM0A1B2C3D4E5F6G7H8J9K"
_MEDIA_ID = "01J9ZJX4P6R8T0V2W4Y6A8C0E2"
_AVATAR_ID = "01J9ZJ2C4E6G8J0M2P4R6T8V0X"
_COMMENT_ID = "01J9ZKB7D9F1H3K5M7P9R1T3V5"
_CREATED_AT = "2026-11-28T09:30:00.000000Z"
_CDN = f"https://media.example.com/posts/{USER_ID}/{_MEDIA_ID}/dawn"
_SIGNED = "?Policy=eyJ&Signature=MEQ&Key-Pair-Id=K2"
_TOKEN = "eyJraWQiOiJkIn0.eyJzdWIiOiI1YiJ9.c2ln"  # noqa: S105

_AUTHOR = {
    "user_id": USER_ID,
    "username": "ada",
    "display_name": "Ada",
    "avatar_url": f"https://media.example.com/avatars/{USER_ID}/{_AVATAR_ID}/150.webp{_SIGNED}",
}
_USER = {
    **_AUTHOR,
    "avatar_large_url": f"https://media.example.com/avatars/{USER_ID}/{_AVATAR_ID}/320.webp{_SIGNED}",
    "bio": "Mostly clouds.",
    "is_private": False,
    "follower_count": 12,
    "following_count": 34,
    "post_count": 56,
    "created_at": _CREATED_AT,
    "relationship": {"following": "yes", "followed_by": False, "blocked": False},
}


def _rendition(name: str, width: int, height: int, size: int) -> dict[str, Any]:
    url = f"{_CDN}/{name}.webp{_SIGNED}"
    return {"url": url, "width": width, "height": height, "bytes": size,
            "content_type": "image/webp"}  # fmt: skip


_FOCUS = {"x": -0.42, "y": 0.69}
_ALT = "A lake before sunrise, with mist over the water."
_MEDIA = {
    "media_id": _MEDIA_ID,
    "status": "ready",
    "failure": None,
    "url": f"{_CDN}/full.webp{_SIGNED}",
    "width": 1080,
    "height": 810,
    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "color": "#4a6b8c",
    "exif": {"camera": "X100V", "iso": 160},
    "filter": "dawn",
    "alt": _ALT,
    "focus": _FOCUS,
    "renditions": {
        "thumbnail": _rendition("thumbnail", 150, 150, 4210),
        "full": _rendition("full", 1080, 810, 148_231),
    },
    "created_at": _CREATED_AT,
}
_POST = {
    "post_id": POST_ID,
    "author": _AUTHOR,
    "state": "published",
    "caption": "First light",
    "location": "Lake Constance",
    "filter": "dawn",
    "media": [_MEDIA],
    "like_count": 3,
    "comment_count": 1,
    "liked": True,
    "created_at": _CREATED_AT,
    "published_at": _CREATED_AT,
    "edited_at": None,
}
_COMMENT = {
    "comment_id": _COMMENT_ID,
    "post_id": POST_ID,
    "author": _AUTHOR,
    "text": "Lovely light.",
    "reply_to": None,
    "created_at": _CREATED_AT,
}
_STORY = {
    "story_id": STORY_ID,
    "author": _AUTHOR,
    "state": "published",
    "url": f"https://media.example.com/stories/{USER_ID}/{_MEDIA_ID}/plain/full.webp{_SIGNED}",
    "width": 1080,
    "height": 1920,
    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "created_at": _CREATED_AT,
    "published_at": _CREATED_AT,
    "expires_at": "2026-11-29T09:30:00.000000Z",
    "seen": False,
}
_WAITING = {
    **_MEDIA,
    "status": "awaiting_upload",
    "width": None,
    "height": None,
    "blurhash": None,
    "color": None,
    "exif": {},
    "filter": None,
    "alt": None,
    "renditions": {},
}
_FORM = {
    "url": "https://uploads.s3.amazonaws.com/",
    "fields": {"key": f"{USER_ID}/{_MEDIA_ID}", "policy": "eyJ", "x-amz-signature": "9f86d0"},
}
_FILTER = {"name": "dawn", "preview_url": f"https://media.example.com/previews/dawn.webp{_SIGNED}"}
_VIEWER = {"user": _USER, "viewed_at": _CREATED_AT}
_TRAY = {"author": _AUTHOR, "stories": [_STORY], "seen": False}
_PROBLEM = {
    "type": "/problems/not-found",
    "title": "Not found",
    "status": 404,
    "detail": "There is no such post.",
    "error": "There is no such post.",
}


def _page(item: Any) -> dict[str, Any]:
    return {"items": [item], "next_cursor": None}


_WHO = {"username": "ada"}
_PASSWORD = {"password": "twelve grey clouds"}

EXAMPLES: dict[str, Any] = {
    "SignUp": {**_WHO, "email": "ada@example.com", **_PASSWORD},
    "SignedUp": {"user_id": USER_ID, **_WHO, "confirmed": True},
    "Confirmation": {**_WHO, "code": "123456"},
    "NamedUser": _WHO,
    "NewName": {"username": "ada.lovelace"},
    "PasswordReset": {**_WHO, "code": "123456", "password": "thirteen grey clouds"},
    "Credentials": {**_WHO, **_PASSWORD},
    "Refresh": {"refresh_token": _TOKEN},
    "PasswordChange": {**_PASSWORD, "new_password": "thirteen grey clouds"},
    "NewEmail": {"email": "ada@example.org", **_PASSWORD},
    "EmailCode": {"code": "123456"},
    "Logout": {"refresh_token": _TOKEN},
    "LoggedIn": {"id_token": _TOKEN, "refresh_token": _TOKEN, "expires_in": 3600,
                 "user_id": USER_ID},
    "ProfileChanges": {"display_name": "Ada", "bio": "Mostly clouds."},
    "Leaving": _PASSWORD,
    "Relationship": _USER["relationship"],
    "UserView": _USER,
    "OwnUserView": {**_USER, "email": "ada@example.com", "email_verified": True},
    "AuthorView": _AUTHOR,
    "UserPage": _page(_USER),
    "FollowAnswer": {"following": "yes"},
    "UploadRequest": {"content_type": "image/jpeg", "size": 6_291_456, "kind": "post",
                      "focus": _FOCUS},
    "UploadFile": {"file": "the bytes of photo.jpg", "kind": "post", "focus": "-0.42,0.69"},
    "Focus": _FOCUS,
    "UploadForm": _FORM,
    "UploadSlot": {**_WAITING, "upload": _FORM},
    "MediaView": _MEDIA,
    "RenditionView": _rendition("full", 1080, 810, 148_231),
    "Failure": {"code": "corrupt", "detail": "The file ends too early."},
    "OriginalView": {"url": f"https://media.example.com/originals/{_MEDIA_ID}{_SIGNED}"},
    "FilterName": "dawn",
    "ImageType": "image/jpeg",
    "FilterView": _FILTER,
    "FilterPage": _page(_FILTER),
    "NewPost": {"media": [{"media_id": _MEDIA_ID, "alt": _ALT, "focus": _FOCUS}],
                "caption": "First light", "filter": "dawn", "location": "Lake Constance"},
    "PostPicture": {"media_id": _MEDIA_ID, "alt": _ALT, "focus": _FOCUS},
    "PostChanges": {"caption": "First light, again"},
    "PostView": _POST,
    "PostPage": _page(_POST),
    "NewLike": {"post_id": POST_ID},
    "LikeAnswer": {"post_id": POST_ID, "liked": True, "like_count": 3},
    "NewComment": {"post_id": POST_ID, "text": "Lovely light."},
    "CommentView": _COMMENT,
    "CommentPage": _page(_COMMENT),
    "RebuildRequest": {},
    "Rebuilding": {"user_id": USER_ID, "status": "rebuilding"},
    "NewStory": {"media_id": _MEDIA_ID, "focus": _FOCUS},
    "StoryView": _STORY,
    "StoryPage": _page(_STORY),
    "TrayItem": _TRAY,
    "TrayItemPage": _page(_TRAY),
    "ViewerView": _VIEWER,
    "ViewerPage": _page(_VIEWER),
    "ExportView": {"status": "ready",
                   "url": f"https://media.example.com/exports/{USER_ID}.zip{_SIGNED}",
                   "bytes": 52_428_800, "requested_at": _CREATED_AT,
                   "expires_at": "2026-12-05T09:30:00.000000Z"},
    "Health": {"version": "0.1.0", "status": "ok"},
    "FieldError": {"field": "username", "message": "is missing"},
    "ProblemDocument": _PROBLEM,
}  # fmt: skip
