"""Uploads, as their owners see them."""

import pytest
from msgspec.structs import replace

from functions.errors import Conflict, Invalid, NotFound, TooLarge, UnsupportedType
from functions.media.domain import MAX_BODY_BYTES, MAX_UPLOAD_BYTES
from tests.fakes.pictures import CORRUPT, media, picture

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def offer(world, content_type="image/jpeg", size=1000, kind="post", media_id="m1"):
    return world.media.offer(media_id, "ada", content_type, size, kind, "request")


def accept(world, data=PNG, content_type="image/png"):
    return world.media.accept("m1", "ada", content_type, data, "request")


def test_a_slot_is_a_row_that_waits_and_a_form_for_its_key(world):
    slot, form = offer(world)
    assert (slot.status, slot.owner_id, slot.kind) == ("awaiting_upload", "ada", "post")
    assert world.media.get("m1") == slot
    assert form.fields == {"key": "ada/m1", "Content-Type": "image/jpeg"}


def test_a_slot_that_is_not_used_has_gone_after_a_day(world):
    offer(world)
    world.clock.move(hours=24)
    with pytest.raises(NotFound):
        world.media.get("m1")


def test_asking_for_the_same_slot_again_gives_the_first(world):
    first, _ = offer(world)
    world.media_store.begin("m1")
    again, _ = offer(world)
    assert again.created_at == first.created_at
    assert again.status == "processing"


def test_a_picture_that_came_with_its_request_is_put_for_rendering(world):
    taken = accept(world)
    assert taken.status == "processing"
    assert world.originals.objects["ada/m1"] == ("image/png", PNG)
    assert world.media.get("m1") == taken


def test_no_original_is_put_before_its_row_is_there(world):
    def broken(*_):
        raise ConnectionError

    world.media_store.create = broken
    with pytest.raises(ConnectionError):
        accept(world)
    assert world.originals.objects == {}


@pytest.mark.parametrize("kind", ["image/tiff", "image/svg+xml", "text/html", "", "IMAGE/PNG"])
def test_another_type_is_refused_and_leaves_nothing(world, kind):
    for refused in (lambda: offer(world, kind), lambda: accept(world, content_type=kind)):
        with pytest.raises(UnsupportedType):
            refused()
    assert world.media_store.rows.rows() == []


def test_the_largest_is_taken_and_a_byte_more_refused(world):
    assert offer(world, size=MAX_UPLOAD_BYTES)
    assert accept(world, PNG.ljust(MAX_BODY_BYTES, b"\0"))
    with pytest.raises(TooLarge):
        offer(world, size=MAX_UPLOAD_BYTES + 1)
    with pytest.raises(TooLarge):
        accept(world, PNG.ljust(MAX_BODY_BYTES + 1, b"\0"))


def test_bytes_that_are_no_picture_are_refused_and_leave_nothing(world):
    with pytest.raises(UnsupportedType):
        accept(world, b"<svg onload=alert(1)>" * 10)
    assert world.media_store.rows.rows() == []
    assert world.originals.objects == {}


def test_an_empty_picture_is_refused(world):
    with pytest.raises(Invalid, match=r"^body: "):
        accept(world, b"")


def test_media_are_shown_with_their_final_address_from_the_start(world):
    waiting = world.media.show(offer(world)[0])
    world.settle("m1", picture("m1", "ada"))
    ready = world.media.show(world.media.get("m1"))
    assert waiting.url == ready.url == ready.renditions["full"].url
    assert (waiting.width, waiting.blurhash, waiting.renditions) == (None, None, {})
    assert (ready.status, ready.width, ready.exif["iso"]) == ("ready", 1080, 100)


def test_a_failure_is_shown_with_its_reason(world):
    shown = world.media.show(media("m1", "ada", status="failed", failure=CORRUPT))
    assert (shown.status, shown.failure) == ("failed", CORRUPT)


class TestAvatars:
    """One's own post picture, ready."""

    def test_ones_own_ready_picture_may_be_one(self, world):
        media_id = world.upload("ada")
        assert world.media.own_picture("ada", media_id).media_id == media_id

    def test_anothers_an_unknown_and_a_storys_picture_may_not(self, world):
        offer(world, kind="story", media_id="story")
        for media_id in (world.upload("bob"), "unknown", "story"):
            with pytest.raises(NotFound):
                world.media.own_picture("ada", media_id)

    def test_a_picture_that_is_not_ready_may_not_be_one_yet(self, world):
        with pytest.raises(Conflict, match="processing"):
            world.media.own_picture("ada", world.upload("ada", ready=False))


def test_the_best_of_a_picture_is_its_original_while_that_is_kept_else_its_full_rendition(world):
    taken = media("m1", "ada", original="originals/days/ada/m1", picture=picture("m1", "ada"))
    assert world.media.best(taken) == ("m1.webp", None)
    world.renditions.put("posts/ada/m1/full.webp", "image/webp", b"rendition")
    assert world.media.best(taken) == ("m1.webp", b"rendition")
    world.renditions.put("originals/days/ada/m1", "image/jpeg", b"original")
    assert world.media.best(taken) == ("m1.jpg", b"original")


def test_the_best_of_a_picture_without_an_original_has_its_filter(world):
    filtered = replace(picture("m1", "ada"), filter="dusk")
    world.renditions.put("posts/ada/m1/full.webp", "image/webp", b"plain")
    world.renditions.put("posts/ada/m1/dusk/full.webp", "image/webp", b"dusky")
    of_dusk = media("m1", "ada", picture=filtered)
    assert world.media.best(of_dusk) == ("m1.webp", b"dusky")
