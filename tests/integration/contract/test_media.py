"""The contract of `functions.media.service.MediaStore`."""

from datetime import timedelta

import msgspec
import pytest

from functions.tables import ConditionFailed
from tests.fakes.pictures import CORRUPT, media, picture


@pytest.fixture
def store(backend):
    return backend.media


@pytest.fixture
def add(backend):
    """Adds media that are swept a day later."""

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


def test_what_is_ready_stays(backend, store, add):
    made = add()
    assert store.settle(made, picture(made.media_id, "owner"))
    backend.clock.move(days=400)
    assert read(store, made.media_id).status == "ready"


def test_what_has_failed_goes_in_its_time(backend, store, add):
    made = add()
    store.settle(made, CORRUPT)
    assert read(store, made.media_id).failure == CORRUPT
    backend.clock.move(days=1)
    assert read(store, made.media_id) is None


def test_an_arrived_original_is_marked_and_a_settled_one_left_alone(store, add):
    made = add(status="awaiting_upload")
    store.begin(made.media_id)
    store.begin(made.media_id)
    assert read(store, made.media_id).status == "processing"
    store.settle(made, CORRUPT)
    store.begin(made.media_id)
    assert read(store, made.media_id).status == "failed"


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
    store.begin(gone)
    assert read(store, gone) is None


def test_a_claim_is_its_posts_for_good_and_may_be_repeated(backend, store, add):
    made = add()
    backend.commit(store.claiming(made, "post-1", None))
    backend.commit(store.claiming(made, "post-1", None))
    with pytest.raises(ConditionFailed):
        backend.commit(store.claiming(made, "post-2", None))
    assert read(store, made.media_id) == msgspec.structs.replace(made, post_id="post-1")


def test_what_failed_or_is_anothers_or_is_not_there_is_not_claimed(backend, store, add):
    free, failed, anothers = add(), add(status="failed"), add("another")
    claims = [
        store.claiming(msgspec.structs.replace(one, owner_id="owner"), "post-1", None)
        for one in (free, failed, anothers, media(backend.name("gone"), "owner"))
    ]
    with pytest.raises(ConditionFailed) as refused:
        backend.commit(*claims)
    assert refused.value.failed == (1, 2, 3)
    assert read(store, free.media_id).post_id is None


def test_media_are_read_from_a_streams_image(backend, store, add):
    made = add()
    store.settle(made, picture(made.media_id, "owner"))
    found = store.of_image(backend.image(store, made.media_id))
    assert found == read(store, made.media_id)
    assert store.of_image(None) is None
