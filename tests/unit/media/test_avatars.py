"""Avatars: renditions of their own, of one's own ready picture."""

from io import BytesIO

import msgspec
import pytest
from PIL import Image

from functions.config import settings
from functions.errors import Conflict, NotFound, TooManyRequests
from functions.media.domain import AVATAR_SIDES, Focus
from functions.media.portraits import square
from tests.fakes.pictures import picture

RED, BLUE = (220, 20, 20), (20, 20, 220)


def halves(width, height):
    """A red and a blue half side by side, as WebP."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    file = BytesIO()
    image.save(file, "WEBP")
    return file.getvalue()


def size_and_middle(data):
    image = Image.open(BytesIO(data)).convert("RGB")
    return image.size, image.getpixel((image.width // 2, image.height // 2))


@pytest.fixture
def chosen(world, ada):
    """A picture that is ready, with its renditions."""
    media_id = world.upload(ada)
    made = world.media.get(media_id).picture
    for name in ("thumbnail", "full"):
        world.renditions.put(made.key(name), "image/webp", halves(800, 400))
    return media_id


def show(world, media_id, avatar_id):
    world.avatars.make("ada", media_id, avatar_id)
    world.users.update("ada", {"avatar_media_id": media_id, "avatar_id": avatar_id})


def keys(world):
    return {key for key in world.renditions.objects if key.startswith("avatars/")}


def test_the_small_one_is_there_at_once_and_the_large_one_when_it_is_rendered(world, chosen):
    show(world, chosen, "a1")
    assert keys(world) == {"avatars/ada/a1/150.webp"}
    world.avatars.render("ada", "a1", chosen)
    world.avatars.render("ada", "a1", chosen)
    assert keys(world) == {f"avatars/ada/a1/{side}.webp" for side in AVATAR_SIDES}
    assert size_and_middle(world.avatars.largest("ada", "a1"))[0] == (320, 320)


def test_its_path_tells_nothing_of_the_picture(world, chosen):
    show(world, chosen, "a1")
    assert not any(chosen in key for key in keys(world))


@pytest.mark.parametrize("since", ["another", "none", "deleted"])
def test_a_large_one_that_comes_too_late_is_deleted_with_the_small_one(world, chosen, since):
    show(world, chosen, "a1")
    if since == "deleted":
        world.users.rows.drop("ada")
    else:
        world.users.update("ada", {"avatar_id": "a2" if since == "another" else None})
    world.avatars.render("ada", "a1", chosen)
    assert keys(world) == set()


def test_each_new_one_counts_as_an_upload_and_is_refused_beyond_the_limit(world, chosen):
    [limit, _] = settings().limit_upload.split("/")
    world.count_renders("ada", int(limit) - 1)
    show(world, chosen, "a1")
    made = keys(world)
    with pytest.raises(TooManyRequests):
        world.avatars.make("ada", chosen, "a2")
    assert keys(world) == made


def test_a_picture_that_may_not_be_one_counts_nothing(world, ada):
    [limit, _] = settings().limit_upload.split("/")
    with pytest.raises(NotFound):
        world.avatars.make(ada, "unknown", "a1")
    world.count_renders(ada, int(limit))


def test_without_the_picture_the_small_one_stays(world, chosen):
    show(world, chosen, "a1")
    world.media_store.drop(chosen, None)
    world.avatars.render("ada", "a1", chosen)
    assert world.avatars.largest("ada", "a1") == world.renditions.objects[keys(world).pop()][1]
    assert world.avatars.largest("ada", "another") is None


def test_anothers_an_unknown_and_a_storys_picture_may_not_be_one(world, ada):
    story = world.upload(ada, kind="story")
    for media_id in (world.upload("bob"), "unknown", story):
        with pytest.raises(NotFound):
            world.avatars.make(ada, media_id, "a1")


def test_a_picture_that_is_not_ready_may_not_be_one_yet(world, ada):
    with pytest.raises(Conflict, match="processing"):
        world.avatars.make(ada, world.upload(ada, ready=False), "a1")


def test_a_picture_whose_renditions_have_gone_is_unknown(world, ada):
    with pytest.raises(NotFound):
        world.avatars.make(ada, world.upload(ada), "a1")


def test_the_picture_is_swept_as_any_other(world, chosen):
    show(world, chosen, "a1")
    world.clock.move(hours=25)
    assert world.media_store.read([chosen]) == {}


@pytest.mark.parametrize(("x", "colour"), [(-1, RED), (1, BLUE)])
def test_a_square_is_around_the_focal_point(x, colour):
    size, middle = size_and_middle(square(halves(800, 400), 320, Focus(x, 0)))
    assert size == (320, 320)
    assert all(abs(got - due) < 12 for got, due in zip(middle, colour, strict=True))


def test_a_square_is_never_enlarged():
    assert size_and_middle(square(halves(800, 100), 320, None))[0] == (100, 100)


def test_an_avatar_has_the_look_of_its_picture(world, ada):
    media_id = world.upload(ada, ready=False)
    dusk = msgspec.structs.replace(picture(media_id, ada), folder="dusk")
    world.settle(media_id, dusk)
    world.renditions.put(dusk.key("thumbnail"), "image/webp", b"dusky")
    show(world, media_id, "a1")
    assert world.renditions.objects["avatars/ada/a1/150.webp"] == ("image/webp", b"dusky")
