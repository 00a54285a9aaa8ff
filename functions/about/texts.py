"""The words of the OpenAPI document that the code does not need. Imported when it is made."""

from functions.about.examples import EXAMPLES, POST_ID, STORY_ID, USER_ID
from functions.about.links import LINKS
from functions.http.openapi.texts import Parameter, Texts

_DESCRIPTION = """\
Photo sharing: accounts, uploads, posts, likes, comments, feeds, stories.

**Tokens.** Log in and send the `id_token` as `Authorization: Bearer …` with every call that is \
not marked open. Renew it with `POST /token`.

**JSON** is UTF-8; a body that declares another charset is refused. Unknown fields of a body are \
refused by name; unknown query parameters are ignored, and so is the body of a call that takes \
none. Whole numbers are written without a fraction. Times are RFC 3339 in UTC, ids are opaque.

**Errors** are `application/problem+json` (RFC 9457). A 400 names all invalid fields at once. Any \
call may be answered 429 when the service or its gateway is busy or one caller sends too much, 413 \
when its headers have more than 10 KB, and 5XX when something failed on our side. An existing path \
answers an unknown method with 405 and `Allow`.

**Lists** take `limit` and `cursor`; `next_cursor`, and the `Link` header, lead to the next page. \
An empty cursor is the first page. A cursor belongs to one caller and one list. A page may have \
fewer items than asked for, or none, and still have a `next_cursor`: the others were hidden from \
the caller.

**Reading** with GET works with HEAD too. Answers carry an `ETag`; with `If-None-Match`, an \
unchanged answer is a 304 without a body.

**Creating** takes an `Idempotency-Key`: the same key and body within 24 hours answer the first \
result again, as it is now, another body is a 422. If the first request is still running, or its \
result is gone, the answer is a 409.

**Versions.** Fields are added, and never removed or changed in meaning, without a new version. \
Ignore fields that you do not know. An operation that will be removed is marked `deprecated` \
here, and its answers carry `Deprecation` and `Sunset` headers for at least six months.
"""

_TAGS = {
    "Accounts": "Sign-up, login, the caller's profile, and exports.",
    "Follows": "Follows, requests to follow, blocks and mutes.",
    "Pictures": "Uploads, and the progress of a picture. A picture is rendered after its upload. "
    "Its path is final from then on; its URL is signed for about a day.",
    "Posts": "One to ten pictures with a caption. A post publishes itself when its last picture is "
    "ready.",
    "Reactions": "Likes and comments.",
    "Feed": "The caller's home feed.",
    "Stories": "Pictures that are shown for a day, and the tray of the followed users.",
    "Service": "The service itself: its health and its description.",
}

_OPERATIONS = {
    "sign_up": "The name is lower case. Some stages send a confirmation code by e-mail; then "
    "`confirmed` is false until the code is entered.",
    "confirm_sign_up": "A code that is wrong, or older than a day, is answered 400.",
    "resend_sign_up_code": "The answer is the same whether or not the name exists.",
    "forgot_password": "The code goes to the account's e-mail address and is good for an hour. Few "
    "codes go to one address in an hour; beyond them the answer is the same, and none is sent.",
    "reset_password": "A code works once. Every token from before is refused at once. Then log in "
    "with the new password.",
    "log_in": "Any text is accepted as a name and a password; a wrong one is answered 401.",
    "refresh_tokens": "The refresh token stays the same.",
    "log_out": "The refresh token stops working; id tokens made with it stay valid until they "
    "expire. With `everywhere`, all tokens of the caller are refused at once, also the one of this "
    "request.",
    "change_password": "The answer has the tokens of a new session. Every token from before is "
    "refused at once. A wrong present password is answered 401 and counts as a try to log in.",
    "change_email": "The password is required once more. A notice goes to the present address. "
    "The answer is the same if the address has another account; then no code is sent. A 409 if the "
    "stage sends no mail of its own.",
    "confirm_email": "A code is good for an hour and for five tries.",
    "get_me": "The fields of any user's profile, and the caller's e-mail address.",
    "update_me": "An avatar is a picture of the caller's own that is `ready`; null removes it. "
    "A new avatar counts as an upload; beyond that limit the answer is a 429.",
    "change_username": "Twice in 30 days. The old name is held for 30 days. Links by user id keep "
    "working.",
    "delete_me": "The password is required once more. This cannot be undone. All content is gone "
    "within minutes, and on a large service within two days.",
    "get_user": "Private accounts have a profile, too; only followers see their posts.",
    "find_user": "Only the whole name matches.",
    "request_export": "",
    "get_export": "`none` if none was requested; `url` is present once it is `ready`. It is valid "
    "for 15 minutes: ask again for a new one.",
    "get_home_feed": "Includes the caller's own posts. Other feeds are answered 403. Each "
    "page is checked when it is read: posts that were deleted, unfollowed or made private a moment "
    "ago are not on it.",
    "rebuild_home_feed": "Use it if posts are missing from the feed. It takes some seconds.",
    "upload_picture": "",
    "get_media": "Repeat until `status` is `ready` or `failed`; a failure has its reason.",
    "get_original": "The link is valid for 15 minutes. A 404 if the stage does not keep originals.",
    "list_filters": "All of them, in one page.",
    "create_post": "Either `media_ids` or `media` is required. `state` is `processing` until all "
    "of its pictures are ready. A filter, or a focal point other than that of the upload, renders "
    "ready pictures again; each of them counts as an upload.",
    "get_post": "Its pictures, counts, and whether the caller likes it.",
    "update_post": "A new filter or focal point is rendered first and shown when it is ready; a "
    "text shows at once. A 409 if the original was not kept, and one of the type "
    "`/problems/still-rendering` while the pictures are being rendered. Each picture that is "
    "rendered again counts as an upload; beyond that limit the answer is a 429.",
    "delete_post": "The post disappears at once, its pictures within minutes.",
    "list_user_posts": "The posts of a private account are answered 404 to all but its followers.",
    "like_post": "`like_count` includes the caller's own like at once.",
    "unlike_post": "The answer is the same if there was no like.",
    "list_likes": "Includes the caller. Users on either side of a block with the caller are left "
    "out, though `like_count` has them.",
    "create_comment": "A reply to a reply joins its thread.",
    "list_comments": "Includes replies; `reply_to` is the comment at the top of the thread.",
    "delete_comment": "Replies to it stay.",
    "follow_user": "Repeating changes nothing. A private account answers `requested`. Following "
    "oneself is answered 400.",
    "unfollow_user": "Succeeds also if there was no follow.",
    "list_followers": "The list of a private account is for its followers.",
    "list_following": "The list of a private account is for its followers.",
    "list_follow_requests": "Only private accounts have requests.",
    "approve_follow_request": "A 404 if there is no such request.",
    "refuse_follow_request": "Succeeds also if there is no such request.",
    "remove_follower": "Succeeds also if there is no such follower. The user is not told.",
    "block_user": "Blocking oneself is answered 400. The user is not told. Whoever is blocked can "
    "block back.",
    "unblock_user": "Follows that the block ended do not come back.",
    "list_blocked_users": "In a stable order. Of a user who has blocked the caller too, only the "
    "name is shown.",
    "mute_user": "Muting oneself is answered 400. The user is not told. At most 1,000 users.",
    "unmute_user": "Their posts are in the feed again.",
    "list_muted_users": "In a stable order.",
    "create_story": "At most 100 at a time, each of a picture that was uploaded within 24 hours.",
    "get_story": "A 404 from the second on in which it ends.",
    "list_story_tray": "",
    "list_user_stories": "Leaves out stories that have ended.",
    "view_story": "The author can list the viewers.",
    "list_story_viewers": "Only for its author; other users who may see the story get a 403.",
    "delete_story": "It disappears from all trays.",
    "get_health": "Reads no table.",
    "get_openapi": "OpenAPI 3.1, for generators of clients.",
    "get_docs": "For people. The page loads this description.",
}

_PARAMETERS = {
    "user_id": Parameter("A user's id.", USER_ID),
    "post_id": Parameter("A post's id.", POST_ID),
    "comment_id": Parameter("A comment's id.", EXAMPLES["CommentView"]["comment_id"]),
    "media_id": Parameter("The id of a picture, from its upload.",
                          EXAMPLES["MediaView"]["media_id"]),
    "story_id": Parameter("A story's id.", STORY_ID),
    "username": Parameter("A user's name.", "ada"),
    "limit": Parameter("How many entries the page has at most.", 20),
    "cursor": Parameter("The `next_cursor` of the previous page; empty or left out for the first.",
                        ""),
    "order": Parameter("The order of the list.", "oldest"),
}  # fmt: skip


def texts() -> Texts:
    """Return all texts."""
    return Texts(
        "Photo sharing in your own AWS account.", _DESCRIPTION, _TAGS, _OPERATIONS, _PARAMETERS,
        EXAMPLES, LINKS,
    )  # fmt: skip
