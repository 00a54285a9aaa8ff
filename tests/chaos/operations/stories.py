"""Operations of stories."""

from tests.chaos.journal import Story, Unfinished
from tests.chaos.operations.media import upload
from tests.chaos.operations.registry import Run, operation


@operation(4, "create_story", "upload_picture")
def tell(run: Run) -> None:
    """Upload a picture and publish it as a story."""
    author = run.one()
    media_id = upload(run, author, "story")
    if not media_id:
        return
    if run.draw.random() < 0.5:
        run.arena.deliver(run.draw.randrange(20), run.draw)
    sent = {"media_id": media_id}

    def note(answer: dict[str, str]) -> None:
        run.journal.media[media_id].item_id = answer["story_id"]
        run.journal.stories[answer["story_id"]] = Story(author, media_id)

    key = run.journal.new_key() if run.draw.random() < 0.7 else None
    result = run.client.ask("POST", "/stories", author, json=sent, key=key, tries=7 if key else 1)
    if result.status == 201:
        note(result.json)
    elif result.status is not None:
        run.unexpected("story", result)
    elif key:
        run.journal.unfinished.append(Unfinished(author, "/stories", key, sent, note))


@operation(4, "view_story")
def view(run: Run) -> None:
    """View a story. It is a 404 for those who may not see it, and when it is over."""
    told = [(i, story) for i, story in run.journal.stories.items() if story.is_deleted is False]
    if not told:
        return
    story_id, story = run.draw.choice(told)
    viewer = run.one()
    result = run.client.ask("POST", f"/stories/{story_id}/view", viewer)
    if result.status == 204 and viewer is not story.author:
        story.viewers.add(viewer.user_id)
    elif result.status not in (204, 404, None):
        run.unexpected("view", result)


@operation(2, "delete_story")
def delete_story(run: Run) -> None:
    """Delete a story."""
    standing = list(run.journal.standing_stories())
    if not standing:
        return
    story_id, story = run.draw.choice(standing)
    result = run.client.ask("DELETE", f"/stories/{story_id}", story.author)
    if result.status is None:
        story.is_deleted = None
    elif result.status == 204 or (result.status == 404 and result.doubted):
        story.is_deleted = True
    else:
        run.unexpected("delete of a story", result)
