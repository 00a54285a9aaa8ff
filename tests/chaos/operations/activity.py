"""Operations of activity."""

from tests.chaos.operations.registry import Run, operation


@operation(3, "read_activity")
def read_activity(run: Run) -> None:
    """Read what happened, and mark the newest entry as read."""
    person = run.one()
    result = run.client.ask("GET", "/me/activity", person)
    if result.status not in (200, None):
        run.unexpected("activity", result)
    if result.status != 200 or not result.json["items"]:
        return
    seen = {"up_to": result.json["items"][0]["activity_id"]}
    marked = run.client.ask("POST", "/me/activity/read", person, json=seen)
    if marked.status not in (204, None):
        run.unexpected("read of activity", marked)


@operation(2, "mute_post", "unmute_post")
def mute_post(run: Run) -> None:
    """Mute a post, or take that back."""
    posts = [post_id for post_id, post in run.journal.posts.items() if post.is_deleted is False]
    if not posts:
        return
    post_id, person, on = run.draw.choice(posts), run.one(), run.draw.random() < 0.5
    result = run.client.ask("PUT" if on else "DELETE", f"/posts/{post_id}/mute", person)
    if result.status == 204:
        run.journal.muted_posts[post_id, person.user_id] = on
    elif result.status is None:
        run.journal.muted_posts[post_id, person.user_id] = None
    elif result.status != 404:
        run.unexpected("mute of a post", result)
