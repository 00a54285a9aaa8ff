"""Uploads, as their owners see them."""

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from functions.errors import Invalid, NotFound, TooLarge, UnsupportedType
from functions.media.domain import (
    AWAITED,
    DELAYED_AFTER,
    HINT,
    LARGER_UPLOADS,
    MAX_BODY_BYTES,
    MAX_UPLOAD_BYTES,
)
from tests.fakes.pictures import CORRUPT, media, picture

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def offer(world, content_type="image/jpeg", size=1000, kind="post", media_id="m1"):
    return world.media.offer(media_id, "ada", content_type, size, kind, "request")


def accept(world, data=PNG, media_id="m1", **more):
    return world.media.accept(media_id, "ada", data, "request", **more)


def test_a_slot_is_a_row_that_waits_and_a_form_for_its_key(world):
    slot, form = offer(world)
    assert (slot.status, slot.owner_id, slot.kind) == ("awaiting_upload", "ada", "post")
    assert world.media.get("m1") == slot
    assert form.fields == {"key": "ada/m1", "Content-Type": "image/jpeg"}


def test_a_slot_that_is_not_used_has_gone_when_no_original_can_be_there(world):
    offer(world)
    world.clock.move(seconds=AWAITED.total_seconds() - 1)
    assert world.media.get("m1").status == "awaiting_upload"
    world.clock.move(seconds=1)
    with pytest.raises(NotFound):
        world.media.get("m1")


def test_asking_for_the_same_slot_again_gives_the_first(world):
    first, _ = offer(world)
    world.media_store.begin("m1", "message")
    again, _ = offer(world)
    assert again.created_at == first.created_at
    assert again.status == "processing"


def test_a_picture_that_came_with_its_request_is_put_for_rendering(world):
    taken = accept(world)
    assert taken.status == "processing"
    assert world.originals.objects["ada/m1"] == ("image/png", PNG)
    assert world.media.get("m1") == taken


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"\xff\xd8\xff" + bytes(100), "image/jpeg"),
        (b"GIF89a" + bytes(100), "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(100), "image/webp"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "image/heic"),
    ],
)
def test_a_pictures_type_is_that_of_its_bytes(world, data, content_type):
    taken = accept(world, data, kind="story", keep_position=True)
    assert (taken.content_type, taken.kind, taken.keep_position) == (content_type, "story", True)


def test_a_picture_is_kept_under_its_true_type(world):
    assert accept(world).content_type == "image/png"
    assert world.originals.objects["ada/m1"] == ("image/png", PNG)


def test_no_original_is_put_before_its_row_is_there(world):
    def broken(*_):
        raise ConnectionError

    world.media_store.create = broken
    with pytest.raises(ConnectionError):
        accept(world)
    assert world.originals.objects == {}


@pytest.mark.parametrize("kind", ["image/tiff", "image/svg+xml", "text/html", "", "IMAGE/PNG"])
def test_another_type_is_refused_and_leaves_nothing(world, kind):
    with pytest.raises(UnsupportedType):
        offer(world, kind)
    assert world.media_store.rows.rows() == []


def test_the_largest_is_taken_and_a_byte_more_refused(world):
    assert offer(world, size=MAX_UPLOAD_BYTES)
    assert accept(world, PNG.ljust(MAX_BODY_BYTES, b"\0"))
    with pytest.raises(TooLarge, match="This way takes 20,971,520 bytes") as refused:
        offer(world, size=MAX_UPLOAD_BYTES + 1)
    assert LARGER_UPLOADS not in refused.value.detail
    with pytest.raises(TooLarge, match="This way takes 4,500,000 bytes") as refused:
        accept(world, PNG.ljust(MAX_BODY_BYTES + 1, b"\0"))
    assert refused.value.detail.endswith(LARGER_UPLOADS)


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


def test_a_picture_that_takes_long_has_a_hint_until_it_settles(world):
    offer(world)
    world.clock.move(hours=1)
    assert world.media.show(world.media.get("m1")).hint is UNSET  # nothing has arrived
    accept(world, media_id="m2")
    world.clock.move(seconds=DELAYED_AFTER.total_seconds() - 1)
    assert world.media.show(world.media.get("m2")).hint is UNSET
    world.clock.move(seconds=1)
    assert world.media.show(world.media.get("m2")).hint == HINT
    world.settle("m2", picture("m2", "ada"))
    assert world.media.show(world.media.get("m2")).hint is UNSET


def test_a_picture_whose_render_is_tried_again_has_a_hint_at_once(world):
    offer(world)
    world.media_store.begin("m1", "message")
    assert world.media.show(world.media.get("m1")).hint is UNSET
    world.media_store.begin("m1", "message")
    assert world.media.show(world.media.get("m1")).hint == HINT


def test_a_failure_is_shown_with_its_reason(world):
    shown = world.media.show(media("m1", "ada", status="failed", failure=CORRUPT))
    assert (shown.status, shown.failure) == ("failed", CORRUPT)


def test_the_best_of_a_picture_is_its_original_while_that_is_kept_else_its_full_rendition(world):
    taken = media("m1", "ada", original="originals/days/ada/m1", picture=picture("m1", "ada"))
    assert world.media.best(taken) == ("m1.webp", None)
    world.renditions.put("posts/ada/m1/plain/full.webp", "image/webp", b"rendition")
    assert world.media.best(taken) == ("m1.webp", b"rendition")
    world.renditions.put("originals/days/ada/m1", "image/jpeg", b"original")
    assert world.media.best(taken) == ("m1.jpg", b"original")


def test_the_best_of_a_picture_without_an_original_has_its_filter(world):
    filtered = replace(picture("m1", "ada"), filter="dusk", folder="dusk")
    world.renditions.put("posts/ada/m1/plain/full.webp", "image/webp", b"plain")
    world.renditions.put("posts/ada/m1/dusk/full.webp", "image/webp", b"dusky")
    of_dusk = media("m1", "ada", picture=filtered)
    assert world.media.best(of_dusk) == ("m1.webp", b"dusky")
