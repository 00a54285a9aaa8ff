"""Operations of saved posts and collections."""

from typing import Any

from tests.chaos.journal import Collection, Saving, Unfinished
from tests.chaos.operations.registry import Run, operation


@operation(10, "save_post", "unsave_post")
def save(run: Run) -> None:
    """Save a post, put a saved one into a collection or out of it, or take a save back."""
    posts = [post_id for post_id, post in run.journal.posts.items() if post.is_deleted is False]
    if not posts:
        return
    post_id, person = run.draw.choice(posts), run.one()
    pair, path = (post_id, person.user_id), f"/posts/{post_id}/save"
    own = [one for one, held in run.journal.collections.items() if held.owner is person]
    sent = run.draw.choice([{}, *({"collection_id": place} for place in [None, *own])])
    if run.draw.random() < 0.75:
        known = _after(run.journal.saves.get(pair, Saving()), sent)
        result = run.client.ask("PUT", path, person, json=sent)
    else:
        known = Saving()
        result = run.client.ask("DELETE", path, person)
    if result.status is None or (result.status == 404 and result.doubted):
        run.journal.saves[pair] = Saving(None, ...)
    elif result.status == 204:
        run.journal.saves[pair] = known
    elif result.status != 404:
        run.unexpected("save", result)


def _after(before: Saving, sent: dict[str, str | None]) -> Saving:
    """Return what is known after a post was saved."""
    return Saving(True, sent.get("collection_id", before.place))


@operation(3, "create_collection")
def collect(run: Run) -> None:
    """Make a collection."""
    owner, name = run.one(), f"collection {run.journal.keys}.{len(run.journal.collections)}"

    def note(answer: dict[str, Any]) -> None:
        run.journal.collections[answer["collection_id"]] = Collection(owner, name)

    key = run.journal.new_key() if run.draw.random() < 0.7 else None
    sent, tries = {"name": name}, 7 if key else 1
    result = run.client.ask("POST", "/me/collections", owner, json=sent, key=key, tries=tries)
    if result.status == 201:
        note(result.json)
    elif result.status is not None:
        run.unexpected("collection", result)
    elif key:
        run.journal.unfinished.append(Unfinished(owner, "/me/collections", key, sent, note))


@operation(2, "update_collection", "delete_collection")
def change_collection(run: Run) -> None:
    """Rename or delete a collection."""
    own = [
        (collection_id, held)
        for collection_id, held in run.journal.collections.items()
        if held.is_deleted is False and held.owner.is_here
    ]
    if not own:
        return
    collection_id, held = run.draw.choice(own)
    path = f"/me/collections/{collection_id}"
    if run.draw.random() < 0.5:
        name = f"renamed {run.draw.randrange(1000)}"
        result = run.client.ask("PATCH", path, held.owner, json={"name": name})
        held.name = name if result.status == 200 else ...
        done = 200
    else:
        result = run.client.ask("DELETE", path, held.owner)
        held.is_deleted = True if result.status == 204 else None
        done = 204
    if result.status not in (done, None):
        run.unexpected("change of a collection", result)
