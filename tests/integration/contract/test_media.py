"""The contract of `functions.media.ports.MediaStore`."""

from datetime import timedelta

import msgspec
import pytest

from functions.aws.tables import ConditionFailed
from functions.media.domain import AWAITED, QUARANTINE, Focus
from tests.fakes.pictures import CORRUPT, media, picture


@pytest.fixture
def store(backend):
    return backend.media


@pytest.fixture
def add(backend):
    """Return a function that adds media, swept a day later."""

    def add(owner_id="owner", **fields):
        made = media(backend.name("media"), owner_id, **fields)
        return backend.media.create(made, backend.clock() + timedelta(days=1))

    return add


def read(store, media_id):
    return store.read([media_id]).get(media_id)


def test_media_are_read_as_written(store, add):
    made = add(kind="story", status="awaiting_upload")
    assert read(store, made.media_id) == made
    assert store.read([]) == {}


def test_media_are_created_once_and_a_second_try_is_given_the_first(backend, store, add):
    first = add()
    again = msgspec.structs.replace(first, content_type="image/png")
    assert store.create(again, backend.clock() + timedelta(days=2)) == first
    assert read(store, first.media_id) == first


def test_an_upload_that_never_came_has_gone_the_second_it_expires(backend, store, add):
    made = add(status="awaiting_upload")
    backend.clock.move(days=1, seconds=-1)
    assert read(store, made.media_id) == made
    backend.clock.move(seconds=1)
    assert read(store, made.media_id) is None


@pytest.mark.parametrize("claimed", ["before", "between", "after", "kept", "never"])
def test_what_is_ready_stays_once_a_post_has_taken_it(backend, store, add, claimed):
    seen = made = add()
    if claimed == "before":
        backend.commit(store.claim_step(made, "post-1", None))
        seen = read(store, made.media_id)
    elif claimed == "between":  # the renderer read it before
        backend.commit(store.claim_step(made, "post-1", None))
    assert store.settle(seen, picture(made.media_id, "owner"))
    if claimed == "after":
        backend.commit(store.claim_step(read(store, made.media_id), "post-1", None))
    elif claimed == "kept":
        assert store.keep(made.media_id)
    backend.clock.move(days=2)
    found = read(store, made.media_id)
    assert (found is None) == (claimed == "never")
    assert found is None or found.status == "ready"


def test_media_are_dropped_and_released_by_their_own_post_alone(backend, store, add):
    free, taken = add(), add()
    backend.commit(store.claim_step(taken, "post-1", None))
    assert not store.drop(free.media_id, "post-1")
    assert not store.drop(taken.media_id, None)
    assert not store.drop(taken.media_id, "post-2")
    assert not store.release(taken.media_id, "post-2")
    assert store.release(taken.media_id, "post-1")
    assert read(store, taken.media_id).claimed_by is None
    for made in (free, taken):
        assert store.drop(made.media_id, None)
        assert not store.drop(made.media_id, None)
        assert read(store, made.media_id) is None
    assert not store.keep(free.media_id)
    assert read(store, free.media_id) is None


def test_what_has_failed_goes_in_its_time(backend, store, add):
    made = add()
    store.settle(made, CORRUPT)
    assert read(store, made.media_id).failure == CORRUPT
    backend.clock.move(days=1)
    assert read(store, made.media_id) is None


def test_an_arrived_original_is_marked_and_a_settled_one_left_alone(store, add):
    made = add(status="awaiting_upload")
    store.begin(made.media_id, "message")
    store.begin(made.media_id, "message")
    assert read(store, made.media_id).status == "processing"
    store.settle(made, CORRUPT)
    store.begin(made.media_id, "message")
    assert read(store, made.media_id).status == "failed"


def test_the_tries_at_each_message_are_counted_until_the_media_settle(store, add):
    made = add(status="awaiting_upload")
    tries = [store.begin(made.media_id, message).tries for message in ("a", "a", "a", "b", "b")]
    assert tries == [1, 2, 3, 1, 2]
    store.settle(made, CORRUPT)
    failed = store.begin(made.media_id, "b")
    assert (failed.status, failed.tries, failed.tried) == ("failed", None, None)


@pytest.mark.parametrize("tries", [0, 1, 3])
@pytest.mark.parametrize("claimed", [True, False])
def test_media_wait_for_their_render_however_often_it_was_tried(backend, store, tries, claimed):
    made = media(backend.name("media"), "owner", status="awaiting_upload")
    store.create(made, backend.clock() + AWAITED)
    if claimed:
        backend.commit(store.claim_step(made, "post-1", "ink"))
    for _ in range(tries):
        store.begin(made.media_id, "message")
    backend.clock.move(seconds=QUARANTINE.total_seconds())
    redriven = store.begin(made.media_id, "redriven")
    assert (redriven.status, redriven.tries) == ("processing", 1)
    assert store.settle(redriven, look(made.media_id, redriven.filter))
    backend.clock.move(days=1)
    assert (read(store, made.media_id) is not None) == claimed


@pytest.mark.parametrize("outcome", ["ready", "failed"])
def test_what_has_settled_late_and_has_no_post_stays_a_day(backend, store, outcome):
    made = media(backend.name("media"), "owner")
    store.create(made, backend.clock() + AWAITED)
    backend.clock.move(days=6)
    store.settle(made, picture(made.media_id, "owner") if outcome == "ready" else CORRUPT)
    backend.clock.move(days=1, seconds=-1)
    assert read(store, made.media_id).status == outcome
    backend.clock.move(seconds=1)
    assert read(store, made.media_id) is None


@pytest.mark.parametrize("ends", ["settled", "restored"])
def test_what_is_rendered_again_is_never_swept(backend, store, add, ends):
    """Neither while it waits nor afterwards, though its post has let it go meanwhile: it may be an
    avatar of an earlier release."""
    made = add()
    assert store.settle(made, look(made.media_id, None))
    backend.commit(store.claim_step(read(store, made.media_id), "post-1", "ink"))
    store.begin(made.media_id, "message")
    assert store.release(made.media_id, "post-1")
    backend.clock.move(days=20)
    waiting = store.begin(made.media_id, "redriven")
    if ends == "settled":
        assert store.settle(waiting, look(made.media_id, "ink"))
    else:
        assert store.restore(waiting)
    backend.clock.move(days=20)
    assert read(store, made.media_id).status == "ready"


@pytest.mark.parametrize("before", ["awaiting_upload", "processing"])
@pytest.mark.parametrize("ready_first", [True, False])
def test_media_settle_once(store, add, before, ready_first):
    made = add(status=before)
    done = picture(made.media_id, "owner")
    first, second = (done, CORRUPT) if ready_first else (CORRUPT, done)
    assert store.settle(made, first)
    assert not store.settle(made, second)
    assert not store.settle(made, first)
    found = read(store, made.media_id)
    assert (found.picture, found.failure) == ((done, None) if ready_first else (None, CORRUPT))


def test_nothing_is_settled_or_begun_that_is_not_there(backend, store):
    gone = backend.name("gone")
    assert not store.settle(media(gone, "owner"), CORRUPT)
    assert store.begin(gone, "message") is None
    assert read(store, gone) is None


def test_a_claim_is_its_posts_for_good_and_may_be_repeated(backend, store, add):
    made = add()
    backend.commit(store.claim_step(made, "post-1", None))
    backend.commit(store.claim_step(made, "post-1", None))
    with pytest.raises(ConditionFailed):
        backend.commit(store.claim_step(made, "post-2", None))
    assert read(store, made.media_id) == msgspec.structs.replace(made, claimed_by="post-1")


def test_what_failed_or_is_anothers_or_is_not_there_is_not_claimed(backend, store, add):
    free, failed, anothers = add(), add(status="failed"), add("another")
    claims = [
        store.claim_step(msgspec.structs.replace(one, owner_id="owner"), "post-1", None)
        for one in (free, failed, anothers, media(backend.name("gone"), "owner"))
    ]
    with pytest.raises(ConditionFailed) as refused:
        backend.commit(*claims)
    assert refused.value.failed == (1, 2, 3)
    assert read(store, free.media_id).claimed_by is None


def test_media_are_read_from_a_streams_image(backend, store, add):
    made = add()
    store.settle(made, picture(made.media_id, "owner"))
    found = store.from_image(backend.image(store, made.media_id))
    assert found == read(store, made.media_id)
    assert store.from_image(None) is None


LEFT, TOP = Focus(-1.0, 0.0), Focus(0.0, 1.0)
LOOKS = [(None, "ink"), ("ink", None), ("ink", "dusk")]
"""The filter requested when the media was read, and the one requested since."""


def refilter(backend, made, filter_name):
    """Request a filter of media that may have changed since they were made."""
    current = read(backend.media, made.media_id)
    backend.commit(backend.media.filter_step(current, filter_name))
    return read(backend.media, made.media_id)


def asked_for(backend, made, filter_name):
    """Return media as read after a filter was requested."""
    return made if filter_name is None else refilter(backend, made, filter_name)


def look(media_id, filter_name):
    """Return a picture that was rendered with a filter."""
    return msgspec.structs.replace(picture(media_id, "owner"), filter=filter_name)


@pytest.mark.parametrize("outcome", ["ready", "failed"])
@pytest.mark.parametrize(("seen", "since"), LOOKS)
def test_what_was_made_with_a_filter_no_longer_asked_for_settles_nothing(
    backend, store, add, seen, since, outcome
):
    rendered = asked_for(backend, add(), seen)
    held = refilter(backend, rendered, since)
    done = look(held.media_id, seen) if outcome == "ready" else CORRUPT
    assert not store.settle(rendered, done, original="originals/it")
    assert read(store, held.media_id) == held
    assert store.settle(held, look(held.media_id, since), original="originals/it")
    settled = read(store, held.media_id)
    assert (settled.status, settled.filter, settled.picture.filter) == ("ready", since, since)


@pytest.mark.parametrize("before", ["awaiting_upload", "processing"])
def test_a_claim_that_asks_for_a_filter_fails_when_the_status_has_changed(
    backend, store, add, before
):
    seen = add(status=before)
    assert store.settle(seen, look(seen.media_id, None))
    held = read(store, seen.media_id)
    with pytest.raises(ConditionFailed):
        backend.commit(store.claim_step(seen, "post-1", "ink"))
    assert read(store, seen.media_id) == held
    backend.commit(store.claim_step(held, "post-1", "ink"))
    claimed = read(store, seen.media_id)
    assert (claimed.status, claimed.filter, claimed.claimed_by) == ("processing", "ink", "post-1")


def test_a_claim_fails_when_the_media_have_settled_since_and_is_made_when_they_are_read_again(
    backend, store, add
):
    seen = add()
    assert store.settle(seen, look(seen.media_id, None))
    with pytest.raises(ConditionFailed):
        backend.commit(store.claim_step(seen, "post-1", None))
    backend.commit(store.claim_step(read(store, seen.media_id), "post-1", None))
    claimed = read(store, seen.media_id)
    assert (claimed.status, claimed.filter, claimed.claimed_by) == ("ready", None, "post-1")


@pytest.mark.parametrize("filter_name", [None, "ink"])
def test_media_that_are_taken_over_are_claimed_by_one_of_two(backend, store, add, filter_name):
    made = add()
    backend.commit(store.claim_step(made, "given up", None))
    seen = read(store, made.media_id)
    backend.commit(store.claim_step(seen, "post-1", None))
    held = read(store, seen.media_id)
    assert held.claimed_by == "post-1"
    with pytest.raises(ConditionFailed):
        backend.commit(store.claim_step(seen, "post-2", filter_name))
    assert read(store, seen.media_id) == held


@pytest.mark.parametrize(("seen", "since"), LOOKS)
def test_another_filter_is_refused_when_one_was_asked_for_since(backend, store, add, seen, since):
    before = asked_for(backend, add(), seen)
    held = refilter(backend, before, since)
    with pytest.raises(ConditionFailed):
        backend.commit(store.filter_step(before, "frost"))
    assert read(store, held.media_id) == held


@pytest.mark.parametrize("outcome", ["ready", "failed"])
def test_another_filter_is_refused_when_the_media_have_settled_since(backend, store, add, outcome):
    before = add()
    done = look(before.media_id, None) if outcome == "ready" else CORRUPT
    assert store.settle(before, done)
    held = read(store, before.media_id)
    with pytest.raises(ConditionFailed):
        backend.commit(store.filter_step(before, "ink"))
    assert read(store, before.media_id) == held


def test_media_not_there_take_no_filter(backend, store):
    gone = media(backend.name("gone"), "owner")
    with pytest.raises(ConditionFailed):
        backend.commit(store.filter_step(gone, "ink"))
    assert not store.restore(gone)
    assert read(store, gone.media_id) is None


@pytest.mark.parametrize("made", [None, "dusk"])
def test_what_cannot_be_rendered_anew_is_restored_once_as_it_was(backend, store, add, made):
    first = asked_for(backend, add(), made)
    assert store.settle(first, look(first.media_id, made))
    settled = read(store, first.media_id)
    waiting = refilter(backend, settled, "ink")
    assert waiting.status == "processing"
    assert store.restore(waiting)
    assert read(store, first.media_id) == settled
    assert not store.restore(waiting)
    assert read(store, first.media_id) == settled


def test_only_the_filter_that_could_not_be_rendered_is_given_up(backend, store, add):
    first = add()
    assert store.settle(first, look(first.media_id, None))
    ink = refilter(backend, first, "ink")
    frost = refilter(backend, first, "frost")
    assert not store.restore(ink)
    assert read(store, first.media_id) == frost


def test_what_is_rendered_meanwhile_is_not_restored(backend, store, add):
    first = add()
    assert store.settle(first, look(first.media_id, None))
    ink = refilter(backend, first, "ink")
    assert store.settle(ink, look(first.media_id, "ink"))
    settled = read(store, first.media_id)
    assert not store.restore(ink)
    assert read(store, first.media_id) == settled


@pytest.mark.parametrize("status", ["awaiting_upload", "failed"])
def test_only_what_is_processing_is_restored(store, add, status):
    held = add(status=status)
    assert not store.restore(held)
    assert read(store, held.media_id) == held


POINTS = [(None, LEFT), (LEFT, None), (LEFT, TOP)]
"""The focal point requested when the media was read, and the one requested since."""


@pytest.mark.parametrize(("seen", "since"), POINTS)
def test_what_was_made_with_a_focal_point_no_longer_asked_for_settles_nothing(
    backend, store, add, seen, since
):
    before = add(focus=seen)
    backend.commit(store.filter_step(before, None, since))
    held = read(store, before.media_id)
    assert (held.focus, held.status) == (since, before.status)
    made = msgspec.structs.replace(picture(before.media_id, "owner"), focus=seen)
    assert not store.settle(before, made)
    assert not store.restore(before)
    assert read(store, before.media_id) == held
    assert store.settle(held, msgspec.structs.replace(made, focus=since))


@pytest.mark.parametrize(("seen", "since"), POINTS)
def test_a_claim_asks_for_a_focal_point_unless_it_leaves_it_out(backend, store, add, seen, since):
    before = add(focus=seen)
    assert store.settle(before, look(before.media_id, None))
    ready = read(store, before.media_id)
    backend.commit(store.claim_step(ready, "post-1", None))
    claimed = read(store, before.media_id)
    assert (claimed.focus, claimed.status) == (seen, "ready")
    backend.commit(store.claim_step(claimed, "post-1", None, since))
    asked = read(store, before.media_id)
    assert (asked.focus, asked.status) == (since, "processing")
    with pytest.raises(ConditionFailed):
        backend.commit(store.claim_step(claimed, "post-1", None, Focus(0.5, 0.5)))


def test_a_focal_point_that_cannot_be_rendered_is_given_up(backend, store, add):
    before = add(focus=LEFT)
    made = msgspec.structs.replace(picture(before.media_id, "owner"), focus=LEFT)
    assert store.settle(before, made)
    backend.commit(store.filter_step(read(store, before.media_id), "ink", TOP))
    assert store.restore(read(store, before.media_id))
    restored = read(store, before.media_id)
    assert (restored.status, restored.filter, restored.focus) == ("ready", None, LEFT)
