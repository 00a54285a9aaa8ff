"""Operations of likes and comments."""

from tests.chaos.journal import Comment, Unfinished
from tests.chaos.operations.registry import Run, operation


@operation(12, "like_post", "unlike_post")
def like(run: Run) -> None:
    """Like a post, or end a like."""
    posts = [post_id for post_id, post in run.journal.posts.items() if post.is_deleted is False]
    if not posts:
        return
    post_id, person, on = run.draw.choice(posts), run.one(), run.draw.random() < 0.75
    if on:
        result = run.client.ask("POST", "/like", person, json={"post_id": post_id})
    else:
        result = run.client.ask("DELETE", f"/posts/{post_id}/like", person)
    pair = (post_id, person.user_id)
    if result.status is None or (result.status == 404 and result.doubted):
        run.journal.likes[pair] = None
    elif result.status == 200:
        run.journal.likes[pair] = on
    elif result.status != 404:
        run.unexpected("like", result)


@operation(6, "create_comment")
def comment(run: Run) -> None:
    """Write a comment."""
    posts = [post_id for post_id, post in run.journal.posts.items() if post.is_deleted is False]
    if not posts:
        return
    post_id, writer = run.draw.choice(posts), run.one()
    sent = {"post_id": post_id, "text": f"comment {run.journal.keys}.{len(run.journal.comments)}"}

    def note(answer: dict[str, str]) -> None:
        run.journal.comments[answer["comment_id"]] = Comment(writer, post_id)

    key = run.journal.new_key() if run.draw.random() < 0.7 else None
    result = run.client.ask("POST", "/comment", writer, json=sent, key=key, tries=7 if key else 1)
    if result.status == 201:
        note(result.json)
    elif result.status not in (404, None):
        run.unexpected("comment", result)
    elif result.status is None and key:
        run.journal.unfinished.append(Unfinished(writer, "/comment", key, sent, note))


@operation(3, "delete_comment")
def delete_comment(run: Run) -> None:
    """Delete one's own comment."""
    own = [
        (comment_id, comment)
        for comment_id, comment in run.journal.comments.items()
        if comment.is_deleted is False and comment.writer.is_here
    ]
    if not own:
        return
    comment_id, comment = run.draw.choice(own)
    path = f"/posts/{comment.post_id}/comments/{comment_id}"
    result = run.client.ask("DELETE", path, comment.writer)
    post = run.journal.posts[comment.post_id]
    if result.status == 204:
        comment.is_deleted = True
        return
    comment.is_deleted = None
    stands = post.author.is_here and post.is_deleted is False
    hidden = run.journal.apart(comment.writer, post.author) or post.author.is_private is not False
    is_sure = stands and not hidden and not result.doubted
    if result.status is not None and (result.status != 404 or is_sure):
        run.unexpected("delete of a comment", result)
