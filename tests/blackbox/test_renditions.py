"""The CDN's renditions: sizes, orientation, colour, and no metadata of the camera."""

import io
import re
from typing import Any

import pytest
from PIL import Image

from tests.blackbox import pictures
from tests.blackbox.people import Person
from tests.blackbox.pictures import BLUE, GREEN, RED, WHITE, encode, fit, is_near, photo

BOXES = {"small": 320, "medium": 640, "full": 1080}
BASE83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
ORIENTATION = 0x0112


def media_of(person: Person, image: bytes, content_type: str = "image/jpeg") -> dict[str, Any]:
    """Return the media of a picture that is ready."""
    media = person.done(person.send(image, content_type)["media_id"])
    assert media["status"] == "ready", media
    return media


def served(person: Person, media: dict[str, Any], name: str) -> Image.Image:
    """Return a rendition as the CDN serves it, which must match its media."""
    told = media["renditions"][name]
    answer = person.service.fetch("GET", told["url"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == told["content_type"]
    if name in {"thumbnail", *BOXES}:
        assert told["content_type"] == "image/webp"
    assert len(answer.content) == told["bytes"]
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    assert Image.MIME[str(image.format)] == told["content_type"]
    assert image.size == (told["width"], told["height"])
    return image


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("coffee.jpg", "image/jpeg"), ("bythewater.jpg", "image/jpeg"), ("chelsea.png", "image/png")],
)
def test_a_photograph_is_served_in_four_sizes(ada: Person, name: str, content_type: str) -> None:
    original = Image.open(io.BytesIO(photo(name)))
    media = media_of(ada, photo(name), content_type)
    assert served(ada, media, "thumbnail").size == (150, 150)
    for rendition, box in BOXES.items():
        image = served(ada, media, rendition)
        assert max(image.size) <= box
        assert all(
            abs(got - due) <= 1
            for got, due in zip(image.size, fit(*original.size, box), strict=True)
        ), rendition


@pytest.mark.parametrize(
    ("width", "height"), [(1600, 900), (900, 1600), (1080, 1080), (1081, 1081), (3000, 30),
                          (321, 320), (150, 150), (40, 30), (1, 1), (1, 500)]
)  # fmt: skip
def test_renditions_fit_their_box_keep_the_aspect_and_never_enlarge(
    ada: Person, width: int, height: int
) -> None:
    media = media_of(ada, pictures.plain(width, height))
    for name, box in BOXES.items():
        due = fit(width, height, box)
        got = served(ada, media, name).size
        assert all(abs(a - b) <= 1 for a, b in zip(got, due, strict=True)), (name, got, due)
    side = min(150, width, height)
    assert served(ada, media, "thumbnail").size == (side, side)
    full = media["renditions"]["full"]
    assert media["url"] == full["url"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_whatever_way_the_camera_was_held(
    ada: Person, orientation: int
) -> None:
    upright = pictures.quarters(360, 240)
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    media = media_of(ada, encode(stored, exif=exif.tobytes()))
    assert (media["width"], media["height"]) == (360, 240)
    for name in ("thumbnail", "small", "full"):
        image = served(ada, media, name).convert("RGB")
        found = pictures.corners(image)
        assert all(map(is_near, found, [RED, GREEN, BLUE, WHITE], [30] * 4)), (name, found)


def test_nothing_of_the_camera_is_served(ada: Person) -> None:
    original = photo("colorfulcups.jpg")
    assert 0x8825 in Image.open(io.BytesIO(original)).getexif()  # a position
    media = media_of(ada, original)
    for name in media["renditions"]:
        image = served(ada, media, name)
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()
        content = ada.service.fetch("GET", media["renditions"][name]["url"]).content
        for trace in (b"SONY", b"NEX-3N", b"digiKam", b"GIMP", b"EXIF", b"XMP ", b"ICCP"):
            assert trace not in content


def test_a_jpeg_comment_is_not_served(ada: Person) -> None:
    media = media_of(ada, encode(pictures.quarters(300, 200), comment=b"my secret comment"))
    for rendition in media["renditions"].values():
        assert b"secret" not in ada.service.fetch("GET", rendition["url"]).content


def test_the_camera_is_told_but_never_the_position(ada: Person) -> None:
    exif = media_of(ada, photo("colorfulcups.jpg"))["exif"]
    assert any("NEX-3N" in str(value) for value in exif.values())
    assert not [name for name in exif if re.search("gps|lat|lon|position|altitude", name, re.I)]


def test_colours_of_another_profile_are_turned_into_srgb(ada: Person) -> None:
    image = Image.new("RGB", (300, 200), RED)
    media = media_of(ada, encode(image, icc_profile=pictures.swapped_primaries()))
    shown = served(ada, media, "full").convert("RGB").getpixel((150, 100))
    assert is_near(shown, (RED[1], RED[0], RED[2]), 20), shown  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_mode_are_served_as_they_look(ada: Person, mode: str) -> None:
    look = WHITE if mode in {"1", "L", "LA", "I;16"} else RED
    picture = Image.new("RGB", (300, 200), look)
    if mode == "I;16":
        image = Image.new("I;16", (300, 200), WHITE[0] * 257)
    else:
        image = picture.convert(mode)
    form = "JPEG" if mode == "CMYK" else "PNG"
    media = media_of(ada, encode(image, form), f"image/{form.lower()}")
    shown = served(ada, media, "full").convert("RGB").getpixel((150, 100))
    assert is_near(shown, look, 30), shown  # type: ignore[arg-type]


def test_an_interlaced_jpeg_and_png_come_out_like_any_other(ada: Person) -> None:
    image = pictures.quarters(700, 500)
    media = media_of(ada, encode(image, progressive=True))
    assert served(ada, media, "full").size == (700, 500)


@pytest.mark.parametrize("colour", [RED, GREEN, BLUE, (1, 1, 1)])
def test_the_placeholder_and_the_colour_are_those_of_the_picture(
    ada: Person, colour: pictures.Colour
) -> None:
    media = media_of(ada, pictures.plain(300, 200, colour))
    assert re.fullmatch("#[0-9a-fA-F]{6}", media["color"])
    dominant = tuple(int(media["color"][at : at + 2], 16) for at in (1, 3, 5))
    assert is_near(dominant, colour, 20)  # type: ignore[arg-type]
    assert is_near(blurhash_average(media["blurhash"]), colour, 20)


def test_a_photograph_has_a_placeholder_of_the_right_length(ada: Person) -> None:
    media = media_of(ada, photo("astronaut.jpg"))
    components = BASE83.index(media["blurhash"][0])
    across, down = components % 9 + 1, components // 9 + 1
    assert len(media["blurhash"]) == 4 + 2 * across * down
    assert set(media["blurhash"]) <= set(BASE83)


def blurhash_average(blurhash: str) -> pictures.Colour:
    """Return the average colour of a blurhash: its characters 3 to 6, as an sRGB number."""
    number = 0
    for character in blurhash[2:6]:
        number = number * 83 + BASE83.index(character)
    return number >> 16, number >> 8 & 255, number & 255
