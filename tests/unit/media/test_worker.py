"""The render worker: an original has arrived. What a picture becomes, other tests look at."""

import pytest

from functions.media import worker as worker_module
from functions.media.imaging import Refused, Rendered, Rendition
from functions.media.worker import RENDER_ATTEMPTS, RenderingFailed, RenderWorker
from infra.local.provision import TEMPLATE
from infra.local.template import read_template
from tests.fakes.pictures import CORRUPT

NAMES = ["full", "medium", "small", "thumbnail"]


@pytest.fixture
def rendering(monkeypatch):
    """Stands for the imaging: hands back four renditions, or raises what it is told to."""
    calls, errors = [], []

    def render(original, kind, look, *, jpeg, position):
        assert jpeg
        assert not position
        calls.append((original, kind, look))
        if errors:
            raise errors[0]
        made = tuple(Rendition(name, 10, 10, "image/webp", name.encode()) for name in NAMES)
        return Rendered(10, 10, made, "blurhash", "#000000", {"iso": 100})

    monkeypatch.setattr(worker_module.imaging, "render", render)
    render.calls, render.errors = calls, errors
    return render


@pytest.fixture
def key(world):
    """An original that waits."""
    world.media.offer("m1", "ada", "image/jpeg", 1000, "post", "request")
    world.originals.put("ada/m1", "image/jpeg", b"original")
    return "m1"


def test_an_original_becomes_its_renditions_and_then_its_row_is_ready(world, key, rendering):
    world.worker.render(key, 1)
    assert rendering.calls == [(b"original", "post", None)]
    assert world.renditions.objects == {
        **{f"posts/ada/m1/{name}.webp": ("image/webp", name.encode()) for name in NAMES},
        "originals/always/ada/m1": ("image/jpeg", b"original"),
    }
    media = world.media.get("m1")
    assert media.status == "ready"
    assert media.picture.renditions["full"].bytes == 4
    assert (media.picture.exif, media.picture.created_at) == ({"iso": 100}, media.created_at)


def test_a_storys_renditions_lie_apart(world, rendering):
    world.media.offer("m2", "ada", "image/jpeg", 1000, "story", "request")
    world.originals.put("ada/m2", "image/jpeg", b"original")
    world.worker.render("m2", 1)
    shelves = {key.rpartition("/")[0] for key in world.renditions.objects}
    assert shelves == {"stories/ada/m2"}  # a story's original is never kept


def test_a_redelivered_event_finds_it_done(world, key, rendering):
    world.worker.render(key, 1)
    world.worker.render(key, 2)
    assert len(rendering.calls) == 1


@pytest.mark.parametrize("status", ["unknown", "swept"])
def test_an_original_without_a_row_is_let_be(world, key, rendering, status):
    world.clock.move(hours=25 if status == "swept" else 0)
    world.worker.render("unknown" if status == "unknown" else key, 1)
    assert rendering.calls == []


def test_an_original_that_has_gone_is_no_error(world, key, rendering):
    world.originals.objects.clear()
    world.worker.render(key, 1)
    assert world.media.get("m1").status == "processing"


def test_a_refused_picture_fails_with_its_reason_and_is_not_tried_again(world, key, rendering):
    rendering.errors.append(Refused("too_many_pixels", "It has too many."))
    world.worker.render(key, 1)
    media = world.media.get("m1")
    assert media.status == "failed"
    assert (media.failure.code, media.failure.detail) == ("too_many_pixels", "It has too many.")
    assert world.renditions.objects == {}


def test_a_failing_render_is_tried_again_and_told_only_at_last(world, key, rendering):
    rendering.errors.append(MemoryError())
    for attempt in range(1, RENDER_ATTEMPTS + 1):
        with pytest.raises(MemoryError):
            world.worker.render(key, attempt)
        assert world.media.get("m1").status == "processing"
    for attempt in (RENDER_ATTEMPTS + 1, RENDER_ATTEMPTS + 2):
        with pytest.raises(RenderingFailed):
            world.worker.render(key, attempt)
        assert world.media.get("m1").failure == CORRUPT
    assert len(rendering.calls) == RENDER_ATTEMPTS


def test_the_render_queue_brings_a_message_once_more_than_it_is_tried():
    queue = read_template(TEMPLATE)["Resources"]["RenderQueue"]["Properties"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] > RENDER_ATTEMPTS


def test_a_filter_asked_for_before_the_first_rendering_leaves_the_plain_path_in_force(
    world, key, rendering
):
    world.settle_filter(key, "ink")
    world.worker.render(key, 1)
    assert [look for _, _, look in rendering.calls] == [None, "ink"]
    assert {f"posts/ada/m1/{look}full.webp" for look in ("", "ink/")} <= set(
        world.renditions.objects
    )


def test_another_file_sent_by_the_same_form_never_takes_the_pictures_place(world, rendering):
    worker = RenderWorker(world.media_store, world.originals, world.renditions, "never")
    world.media.offer("m1", "ada", "image/jpeg", 1000, "post", "request")
    world.originals.put("ada/m1", "image/jpeg", b"original")
    worker.render("m1", 1)
    world.originals.put("ada/m1", "image/jpeg", b"another")
    assert not world.media.can_refilter(world.media.get("m1"))
    world.settle_filter("m1", "ink")
    worker.render("m1", 1)
    assert [data for data, _, _ in rendering.calls] == [b"original"]
    assert world.media.get("m1").status == "ready"


def test_a_row_is_never_ready_before_its_renditions_are_there(world, key, rendering):
    world.renditions.broken = True
    with pytest.raises(ConnectionError):
        world.worker.render(key, 1)
    assert world.media.get("m1").status == "processing"
    world.renditions.broken = False
    world.worker.render(key, 2)
    assert world.media.get("m1").status == "ready"
