"""Operations of posts."""

from typing import Any

from tests.chaos.journal import Post, Unfinished
from tests.chaos.operations.media import upload
from tests.chaos.operations.registry import LOOKS, Run, operation


@operation(12, "create_post", "upload_picture")
def publish(run: Run) -> None:
    """Upload one to three pictures and publish a post with them."""
    author = run.one()
    uploaded = [upload(run, author, "post") for _ in range(run.draw.choice([1, 1, 1, 2, 3]))]
    media_ids = [media_id for media_id in uploaded if media_id]
    if not media_ids:
        return
    if run.draw.random() < 0.6:
        run.arena.deliver(run.draw.randrange(25), run.draw)
    sent: dict[str, Any] = {"media_ids": media_ids, "caption": f"post {len(run.journal.posts)}"}
    if run.draw.random() < 0.3:
        sent["filter"] = run.draw.choice(LOOKS)

    def note(answer: dict[str, Any]) -> None:
        for media_id in media_ids:
            run.journal.media[media_id].item_id = answer["post_id"]
        post = Post(author, media_ids, sent["caption"], sent.get("filter"))
        run.journal.posts[answer["post_id"]] = post

    key = run.journal.new_key() if run.draw.random() < 0.7 else None
    result = run.client.ask("POST", "/posts", author, json=sent, key=key, tries=7 if key else 1)
    if result.status == 201:
        note(result.json)
    elif result.status is not None:
        run.unexpected("post", result)
    elif key:
        run.journal.unfinished.append(Unfinished(author, "/posts", key, sent, note))


@operation(4, "update_post")
def edit(run: Run) -> None:
    """Change the caption or the filter of a post."""
    standing = list(run.journal.standing_posts())
    if not standing:
        return
    post_id, post = run.draw.choice(standing)
    changes: dict[str, Any] = {"filter": run.draw.choice([None, *LOOKS])}
    if run.draw.random() < 0.5:
        changes = {"caption": f"edited {run.draw.randrange(1000)}"}
    result = run.client.ask("PATCH", f"/posts/{post_id}", post.author, json=changes)
    for name, value in changes.items():
        if result.status in (200, None):
            setattr(post, name, value if result.status else ...)
    if result.status not in (200, 409, None):
        run.unexpected("edit", result)


@operation(3, "delete_post")
def delete(run: Run) -> None:
    """Delete a post."""
    standing = list(run.journal.standing_posts())
    if not standing:
        return
    post_id, post = run.draw.choice(standing)
    result = run.client.ask("DELETE", f"/posts/{post_id}", post.author)
    if result.status is None:
        post.is_deleted = None
    elif result.status == 204 or (result.status == 404 and result.doubted):
        post.is_deleted = True
    else:
        run.unexpected("delete", result)
