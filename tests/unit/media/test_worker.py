"""The render worker: an original has arrived. What a picture becomes, other tests look at."""

import pytest

from functions.aws.redelivery import Parked
from functions.media import worker as worker_module
from functions.media.domain import AWAITED, QUARANTINE, RENDER_TRIES, Focus
from functions.media.imaging import Refused, Rendered, Rendition
from functions.media.worker import RenderWorker
from tests.fakes.transactions import commit

NAMES = ["full", "medium", "small", "thumbnail"]


@pytest.fixture
def rendering(monkeypatch):
    """Stands for the imaging: hands back four renditions, or raises what it is told to."""
    calls, errors, points = [], [], []

    def render(original, kind, look, *, jpeg, position, focus):
        assert jpeg
        assert not position
        calls.append((original, kind, look))
        points.append(focus)
        if errors:
            raise errors[0]
        made = tuple(Rendition(name, 10, 10, "image/webp", name.encode()) for name in NAMES)
        return Rendered(10, 10, made, "blurhash", "#000000", {"iso": 100}, "image/png")

    monkeypatch.setattr(worker_module.imaging, "render", render)
    render.calls, render.errors, render.points = calls, errors, points
    return render


@pytest.fixture
def key(world):
    """An original that waits."""
    world.media.offer("m1", "ada", "image/jpeg", 1000, "post", "request")
    world.originals.put("ada/m1", "image/jpeg", b"original")
    return "m1"


def test_an_original_becomes_its_renditions_and_then_its_row_is_ready(world, key, rendering):
    world.worker.render(key, "message 1")
    assert rendering.calls == [(b"original", "post", None)]
    assert world.renditions.objects == {
        **{f"posts/ada/m1/plain/{name}.webp": ("image/webp", name.encode()) for name in NAMES},
        "originals/always/ada/m1": ("image/png", b"original"),
    }
    media = world.media.get("m1")
    assert media.status == "ready"
    assert media.content_type == "image/png"  # as it is, and not as it was called
    assert media.picture.renditions["full"].bytes == 4
    assert (media.picture.exif, media.picture.created_at) == ({"iso": 100}, media.created_at)


def test_a_storys_renditions_lie_apart(world, rendering):
    world.media.offer("m2", "ada", "image/jpeg", 1000, "story", "request")
    world.originals.put("ada/m2", "image/jpeg", b"original")
    world.worker.render("m2", "message 1")
    shelves = {key.rpartition("/")[0] for key in world.renditions.objects}
    assert shelves == {"stories/ada/m2/plain"}  # a story's original is never kept


def test_a_redelivered_event_finds_it_done(world, key, rendering):
    world.worker.render(key, "message 1")
    world.worker.render(key, "message 2")
    assert len(rendering.calls) == 1


@pytest.mark.parametrize("status", ["unknown", "swept"])
def test_an_original_without_a_row_is_let_be(world, key, rendering, status):
    world.clock.move(seconds=AWAITED.total_seconds() if status == "swept" else 0)
    world.worker.render("unknown" if status == "unknown" else key, "message 1")
    assert rendering.calls == []


def test_an_original_that_has_gone_is_no_error(world, key, rendering):
    world.originals.objects.clear()
    world.worker.render(key, "message 1")
    assert world.media.get("m1").status == "processing"


def test_a_refused_picture_fails_with_its_reason_and_is_not_tried_again(world, key, rendering):
    rendering.errors.append(Refused("too_many_pixels", "It has too many."))
    world.worker.render(key, "message 1")
    media = world.media.get("m1")
    assert media.status == "failed"
    assert (media.failure.code, media.failure.detail) == ("too_many_pixels", "It has too many.")
    assert world.renditions.objects == {}


class Stopped(BaseException):
    """Lambda stops the function: for lack of memory or time."""


@pytest.mark.parametrize("error", [MemoryError(), ConnectionError(), Stopped()])
def test_no_failure_but_the_pictures_own_is_told_and_a_redrive_renders_it(
    world, key, rendering, error
):
    rendering.errors.append(error)
    for _ in range(RENDER_TRIES):
        with pytest.raises(type(error)):
            world.worker.render(key, "message")
        assert world.media.get("m1").status == "processing"
    for _ in range(2):
        with pytest.raises(Parked):
            world.worker.render(key, "message")
    assert len(rendering.calls) == RENDER_TRIES
    assert world.media.get("m1").status == "processing"
    rendering.errors.clear()
    world.worker.render(key, "redriven message")
    assert world.media.get("m1").status == "ready"


def test_a_redrive_finds_the_row_for_as_long_as_the_original_lies_there(world, key, rendering):
    rendering.errors.append(ConnectionError())
    for _ in range(2):
        with pytest.raises(ConnectionError):
            world.worker.render(key, "message")
    rendering.errors.clear()
    world.clock.move(seconds=QUARANTINE.total_seconds() - 1)
    world.worker.render(key, "redriven message")
    assert world.media.get("m1").status == "ready"


def test_a_filter_whose_render_fails_is_still_asked_for(world, key, rendering):
    world.worker.render(key, "message")
    world.settle_filter(key, "ink")
    rendering.errors.append(ConnectionError())
    for _ in range(RENDER_TRIES):
        with pytest.raises(ConnectionError):
            world.worker.render(key, "another message")
    with pytest.raises(Parked):
        world.worker.render(key, "another message")
    media = world.media.get("m1")
    assert (media.status, media.filter) == ("processing", "ink")
    assert world.media.show(media).hint
    rendering.errors.clear()
    world.worker.render(key, "redriven message")
    assert world.media.get("m1").picture.filter == "ink"


def test_a_filter_asked_for_before_the_first_rendering_leaves_the_plain_path_in_force(
    world, key, rendering
):
    world.settle_filter(key, "ink")
    world.worker.render(key, "message 1")
    assert [look for _, _, look in rendering.calls] == [None, "ink"]
    assert {f"posts/ada/m1/{look}/full.webp" for look in ("plain", "ink")} <= set(
        world.renditions.objects
    )


def test_a_focal_point_of_the_upload_is_rendered_at_once_under_the_announced_path(world, rendering):
    point = Focus(0.5, -0.25)
    world.media.offer("m1", "ada", "image/jpeg", 1000, "post", "request", focus=point)
    world.originals.put("ada/m1", "image/jpeg", b"original")
    announced = world.media.show(world.media.get("m1")).url
    world.worker.render("m1", "message 1")
    media = world.media.get("m1")
    assert rendering.points == [(0.5, -0.25)]
    assert media.picture.focus == point
    assert world.media.show(media).url == announced
    assert media.picture.key("full") in world.renditions.objects


def test_a_focal_point_asked_for_before_the_first_rendering_leaves_the_announced_path_in_force(
    world, rendering
):
    world.media.offer("m1", "ada", "image/jpeg", 1000, "post", "request", focus=Focus(1, 1))
    world.originals.put("ada/m1", "image/jpeg", b"original")
    commit(world.media_store.filter_step(world.media.get("m1"), "ink", Focus(0, 0)))
    world.worker.render("m1", "message 1")
    assert rendering.points == [(1, 1), (0, 0)]
    assert {f"posts/ada/m1/{look}/full.webp" for look in ("plain.100.100", "ink.0.0")} <= set(
        world.renditions.objects
    )


def test_a_focal_point_that_cannot_be_rendered_any_more_is_given_up(world, key, rendering):
    worker = RenderWorker(world.media_store, world.originals, world.renditions, "never")
    worker.render(key, "message 1")
    world.originals.objects.clear()
    commit(world.media_store.filter_step(world.media.get(key), None, Focus(0, 1)))
    assert world.media.get(key).status == "processing"
    worker.render(key, "message 1")
    media = world.media.get(key)
    assert (media.status, media.focus, media.picture.focus) == ("ready", None, None)


def test_another_file_sent_by_the_same_form_never_takes_the_pictures_place(world, rendering):
    worker = RenderWorker(world.media_store, world.originals, world.renditions, "never")
    world.media.offer("m1", "ada", "image/jpeg", 1000, "post", "request")
    world.originals.put("ada/m1", "image/jpeg", b"original")
    worker.render("m1", "message 1")
    world.originals.put("ada/m1", "image/jpeg", b"another")
    assert not world.media.can_rerender(world.media.get("m1"))
    world.settle_filter("m1", "ink")
    worker.render("m1", "message 1")
    assert [data for data, _, _ in rendering.calls] == [b"original"]
    assert world.media.get("m1").status == "ready"


def test_a_row_is_never_ready_before_its_renditions_are_there(world, key, rendering):
    world.renditions.broken = True
    with pytest.raises(ConnectionError):
        world.worker.render(key, "message 1")
    assert world.media.get("m1").status == "processing"
    world.renditions.broken = False
    world.worker.render(key, "message 2")
    assert world.media.get("m1").status == "ready"
