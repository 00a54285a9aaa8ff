"""Facts are kept on the row; nothing of the original's metadata is served."""

import struct

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from functions.media.exif import facts
from functions.media.imaging import Rendered, render
from tests.unit.media import pictures

SECRET = "Seekers Lane 7"
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()


def spoken() -> Image.Exif:
    """EXIF as a phone writes it, with a place, a name and a maker's note."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Fuji", "Fuji X-T5"
    exif[0x9286] = exif[0x010E] = exif[0x013B] = exif[0x8298] = SECRET
    exif.get_ifd(0x8769).update(
        {
            0xA434: "XF 33mm",
            0x920A: IFDRational(33, 1),
            0x829A: IFDRational(1, 250),
            0x829D: IFDRational(28, 10),
            0x8827: 400,
            0x9003: "2026:05:17 08:30:01",
            0x9011: "+02:00",
            0x927C: SECRET.encode(),
        }
    )
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    return exif


FACTS = {
    "camera": "Fuji X-T5",
    "lens": "XF 33mm",
    "focal_length_mm": 33.0,
    "exposure_s": 0.004,
    "aperture": 2.8,
    "iso": 400,
    "taken_at": "2026-05-17T08:30:01+02:00",
    "taken_at_offset": "+02:00",
}


def chunks(webp: bytes) -> list[bytes]:
    """The names of a WebP file's chunks, walked as the container's specification says."""
    assert webp[:4] == b"RIFF"
    assert webp[8:12] == b"WEBP"
    assert struct.unpack("<I", webp[4:8])[0] == len(webp) - 8
    names, at = [], 12
    while at < len(webp):
        (length,) = struct.unpack("<I", webp[at + 4 : at + 8])
        names.append(webp[at : at + 4])
        at += 8 + length + length % 2
    return names


def assert_bare(rendered: Rendered) -> None:
    for one in rendered.renditions:
        assert chunks(one.data) == [b"VP8 "]
        assert SECRET.encode() not in one.data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("side", [100, 1500])
def test_no_metadata_is_served_and_the_facts_are_kept(kind, side):
    extra = {"comment": SECRET} if kind == "JPEG" else {}
    data = pictures.saved(
        pictures.photograph(side, side),
        kind,
        exif=spoken(),
        xmp=XMP,
        icc_profile=pictures.DISPLAY_P3,
        **extra,
    )
    assert SECRET.encode() in data
    rendered = render(data)
    assert_bare(rendered)
    assert rendered.exif == FACTS


def test_the_comment_of_a_gif_and_the_text_of_a_png_are_not_served():
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Location", SECRET)
    image = pictures.plain(90, 90)
    assert_bare(render(pictures.saved(image, "PNG", pnginfo=text)))
    gif = pictures.saved(image, "GIF", comment=SECRET)
    assert SECRET.encode() in gif
    assert_bare(render(gif))


def test_a_picture_without_exif_has_no_facts():
    assert render(pictures.saved(pictures.plain(9, 9), "JPEG")).exif == {}


def exif_with(ifd: dict[int, object], **base: str) -> dict[str, str | int | float]:
    exif = Image.Exif()
    if "make" in base:
        exif[0x010F] = base["make"]
    if "model" in base:
        exif[0x0110] = base["model"]
    exif.get_ifd(0x8769).update(ifd)
    return render(pictures.saved(pictures.plain(9, 9), "JPEG", exif=exif)).exif


NINE = "2026:05:17 09:00:00"


def at_offset(offset: str) -> dict[str, str]:
    return {"taken_at": f"2026-05-17T09:00:00{offset}", "taken_at_offset": offset}


@pytest.mark.parametrize(
    ("ifd", "facts"),
    [
        ({0x829A: IFDRational(1, 0)}, {}),
        ({0x829A: IFDRational(0, 1)}, {}),
        ({0x9003: "0000:00:00 00:00:00"}, {}),
        ({0x9003: "yesterday"}, {}),
        ({0x9003: NINE, 0x9011: "later"}, {"taken_at_local": "2026-05-17T09:00:00"}),
        ({0x9003: NINE}, {"taken_at_local": "2026-05-17T09:00:00"}),
        ({0x9003: NINE, 0x9011: "+99:00"}, {"taken_at_local": "2026-05-17T09:00:00"}),
        ({0x9003: NINE, 0x9012: "-03:30"}, at_offset("-03:30")),
        ({0x9003: NINE, 0x9010: "+0545"}, at_offset("+05:45")),
        ({0x9003: NINE, 0x9010: "Z"}, at_offset("+00:00")),
        ({0x9003: NINE, 0x9011: "      ", 0x9010: "+01:00"}, at_offset("+01:00")),
        ({0x8827: 65535, 0x8830: 2, 0x8832: 102400}, {"iso": 102400}),
        ({0x8827: 65535, 0x8830: 1, 0x8831: 80000}, {"iso": 80000}),
        ({0x8827: 65535, 0x8833: 204800}, {"iso": 204800}),
        ({0x8827: 65535}, {}),
        ({0x8827: 65534}, {"iso": 65534}),
        ({0xA434: "\x00 \x07"}, {}),
        ({0xA434: "x" * 500}, {"lens": "x" * 100}),
        ({0x8827: (800, 0)}, {"iso": 800}),
        ({0x8827: 0}, {}),
        ({0x829A: IFDRational(10, 3)}, {"exposure_s": 3.33333}),
    ],
)
def test_facts_that_make_no_sense_are_left_out(ifd, facts):
    assert exif_with(ifd) == facts


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("NIKON CORPORATION", "NIKON Z 8", "NIKON Z 8"),
        ("Apple", "iPhone 17", "Apple iPhone 17"),
        ("", "Box", "Box"),
        ("Kodak", "", "Kodak"),
    ],
)
def test_the_maker_is_named_once(make, model, camera):
    assert exif_with({}, make=make, model=model) == {"camera": camera}


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_with_broken_exif_is_shown_as_it_lies(kind):
    data = pictures.saved(pictures.cornered(), kind, exif=b"Exif\0\0no directory at all")
    rendered = render(data)
    assert rendered.exif == {}
    assert (rendered.width, rendered.height) == (96, 64)


@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_the_position_is_told_only_when_it_is_asked_for(kind):
    data = pictures.saved(pictures.photograph(60, 60), kind, exif=spoken())
    assert render(data).exif == FACTS
    asked = render(data, position=True)
    assert asked.exif == {**FACTS, "latitude": 52.52, "longitude": 13.41}
    assert_bare(asked)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({1: "S", 2: (33.0, 0.0, 0.0), 3: "W", 4: (70.0, 30.0, 0.0)}, (-33.0, -70.5)),
        ({1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (13.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (52.0, 0.0), 3: "E", 4: (13.0, 0.0, 0.0)}, None),
        ({1: "X", 2: (52.0, 0.0, 0.0), 3: "E", 4: (13.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (52.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (float("nan"), 0.0, 0.0), 3: "E", 4: (13.0, 0.0, 0.0)}, None),
    ],
)
def test_a_position_that_makes_no_sense_is_left_out(where, told):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(where)
    found = facts(exif, position=True)
    assert found == ({} if told is None else {"latitude": told[0], "longitude": told[1]})
