"""Operations of follows, blocks and mutes."""

from tests.chaos.operations.registry import Run, operation

STATES = {"yes": "accepted", "requested": "requested"}


@operation(14, "follow_user")
def follow(run: Run) -> None:
    """Follow somebody."""
    a, b = run.two()
    result = run.client.ask("PUT", f"/users/{b.user_id}/follow", a)
    if result.status is None:
        run.journal.follows[a.user_id, b.user_id] = None
    elif result.status == 200:
        state = STATES[result.json["following"]]
        run.journal.follows[a.user_id, b.user_id] = state  # type: ignore[assignment]
    elif result.status != 404 or not run.journal.apart(a, b):
        run.unexpected("follow", result)


@operation(4, "unfollow_user")
def unfollow(run: Run) -> None:
    """Stop following somebody."""
    a, b = run.two()
    result = run.client.ask("DELETE", f"/users/{b.user_id}/follow", a)
    if result.status in (204, None):
        run.journal.follows[a.user_id, b.user_id] = "none" if result.status else None
    else:
        run.unexpected("unfollow", result)


@operation(2, "remove_follower")
def remove_follower(run: Run) -> None:
    """Remove a follower. It leaves a request that waits."""
    a, b = run.two()
    pair = (b.user_id, a.user_id)
    result = run.client.ask("DELETE", f"/me/followers/{b.user_id}", a)
    if result.status not in (204, None):
        run.unexpected("remove follower", result)
    elif result.status is None or run.journal.follows.get(pair) == "requested":
        run.journal.follows[pair] = None
    elif run.journal.follows.get(pair) == "accepted":
        run.journal.follows[pair] = "none"


@operation(4, "approve_follow_request", "refuse_follow_request")
def answer_requests(run: Run) -> None:
    """Approve or refuse the follow requests of somebody."""
    a = run.one()
    listed = run.client.ask("GET", "/me/follow-requests", a)
    for asking in listed.json["items"] if listed.status == 200 else ():
        pair, approves = (asking["user_id"], a.user_id), run.draw.random() < 0.5
        method, path = "PUT" if approves else "DELETE", f"/me/follow-requests/{pair[0]}"
        result = run.client.ask(method, path, a)
        before = run.journal.follows.get(pair)
        if result.status is None:
            run.journal.follows[pair] = None
        elif result.status == 204 and approves:
            run.journal.follows[pair] = "accepted"
        elif result.status == 204:
            sure = before == "requested" and not result.doubted
            run.journal.follows[pair] = "none" if sure else None
        elif result.status != 404:
            run.unexpected("answer to a request", result)


@operation(3, "block_user", "unblock_user")
def block(run: Run) -> None:
    """Block somebody, or end a block. A block ends the follows in both directions."""
    a, b = run.two()
    pair, on = (a.user_id, b.user_id), run.draw.random() < 0.6
    result = run.client.ask("PUT" if on else "DELETE", f"/users/{b.user_id}/block", a)
    if result.status == 404 and run.journal.apart(a, b):
        return
    if result.status not in (204, None):
        run.unexpected("block", result)
        return
    run.journal.blocks[pair] = on if result.status else None
    if on:
        for edge in (pair, pair[::-1]):
            run.journal.follows[edge] = "none" if result.status else None


@operation(2, "mute_user", "unmute_user")
def mute(run: Run) -> None:
    """Mute somebody, or end it."""
    a, b = run.two()
    on = run.draw.random() < 0.6
    result = run.client.ask("PUT" if on else "DELETE", f"/users/{b.user_id}/mute", a)
    if result.status in (204, None):
        run.journal.mutes[a.user_id, b.user_id] = on if result.status else None
    elif result.status != 404 or not run.journal.apart(a, b):
        run.unexpected("mute", result)
