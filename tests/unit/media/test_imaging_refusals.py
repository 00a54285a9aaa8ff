"""What cannot be a picture is refused with a reason, whatever the bytes are."""

import struct
import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.media.decoding import guarded
from functions.media.formats import MAX_BYTES, MAX_PIXELS, Refused, sniff
from functions.media.imaging import render
from tests.unit.media import pictures

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

KINDS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"]


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        render(data)
    assert caught.value.detail.endswith(".")
    return caught.value.code


@pytest.mark.parametrize("kind", KINDS)
def test_each_format_is_told_by_its_content(kind):
    data = pictures.saved(pictures.plain(30, 20), kind)
    assert sniff(data) == kind
    assert (render(data).width, render(data).height) == (30, 20)


@pytest.mark.parametrize(
    "data",
    [
        b"hello, I am a photo.jpg",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        b"\x00\x00\x00\x08ftyp",
        b"\xff",
        bytes(100),
    ],
    ids=["text", "pdf", "svg", "wav", "mp4", "a brand cut off", "one byte", "zeros"],
)
def test_other_formats_are_unsupported(data):
    assert refusal(data) == "unsupported_type"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "JPEG2000"])
def test_formats_that_the_decoder_library_knows_but_we_do_not_take_are_unsupported(kind):
    assert refusal(pictures.saved(pictures.plain(30, 20), kind)) == "unsupported_type"


def test_an_empty_file_is_corrupt():
    assert refusal(b"") == "corrupt"


def test_a_file_over_the_limit_is_too_large_and_one_at_the_limit_is_not():
    picture = pictures.saved(pictures.plain(30, 20), "JPEG")
    assert refusal(picture.ljust(MAX_BYTES + 1, b"\0")) == "too_large"
    assert render(picture.ljust(MAX_BYTES, b"\0")).width == 30


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_corrupt(kind, share):
    data = pictures.saved(pictures.photograph(300, 200), kind)
    assert refusal(data[: int(len(data) * share)]) in ("corrupt", "unsupported_type")


def test_a_bomb_is_refused_by_its_declared_size():
    side = 30_000
    pixels = zlib.compress(bytes(1000))
    assert refusal(pictures.png(side, side, (b"IDAT", pixels))) == "too_many_pixels"
    just_over = MAX_PIXELS // 1000 + 1
    assert refusal(pictures.png(just_over, 1000, (b"IDAT", pixels))) == "too_many_pixels"
    just_inside = MAX_PIXELS // 1000
    assert refusal(pictures.png(just_inside, 1000, (b"IDAT", pixels))) == "corrupt"


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_a_picture_whose_header_claims_too_many_pixels_is_refused(kind):
    data = bytearray(pictures.saved(pictures.plain(32, 32), kind))
    at, words = {
        "JPEG": (data.find(b"\xff\xc0") + 5, ">HH"),
        "WEBP": (26, "<HH"),
        "GIF": (6, "<HH"),
    }[kind]
    struct.pack_into(words, data, at, 9000, 16000)
    assert refusal(bytes(data)) == "too_many_pixels"


def test_a_png_without_pixels_is_corrupt():
    assert refusal(pictures.png(0, 10)) == "corrupt"
    assert refusal(pictures.png(10, 10)) == "corrupt"


def test_a_jpeg_of_a_thousand_scans_is_refused():
    data = pictures.saved(pictures.plain(64, 64), "JPEG", progressive=True)
    first = data.index(b"\xff\xda")
    assert refusal(data[:first] + data[first:-2] * 100 + data[-2:]) == "corrupt"


def test_the_first_frame_of_an_animation_is_taken():
    frames = [pictures.plain(40, 40, color) for color in (pictures.RED, pictures.BLUE)]
    for kind in ("GIF", "WEBP", "PNG", "AVIF"):
        data = pictures.saved(frames[0], kind, save_all=True, append_images=frames[1:])
        shown = pictures.decoded(render(data).renditions[-1].data)
        assert pictures.close(shown.getpixel((20, 20)), pictures.RED, 12)


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data):
    assert refusal(data) in ("corrupt", "unsupported_type")


@given(st.sampled_from(KINDS), st.binary(max_size=300))
def test_random_bytes_after_a_signature_are_refused(kind, data):
    start = {
        "JPEG": b"\xff\xd8\xff\xe0",
        "PNG": b"\x89PNG\r\n\x1a\n",
        "WEBP": b"RIFF\0\0\1\0WEBPVP8 ",
        "GIF": b"GIF89a",
        "AVIF": b"\0\0\0\x14ftypavif\0\0\0\0avif",
        "HEIF": b"\0\0\0\x14ftypheic\0\0\0\0heic",
    }[kind]
    assert refusal(start + data) in ("corrupt", "too_many_pixels")


def test_a_heic_is_unsupported_where_its_decoder_is_not_installed(monkeypatch):
    heic = pictures.saved(pictures.plain(30, 20), "HEIF")
    for module in ("heif", "hevc"):
        monkeypatch.delitem(sys.modules, f"functions.media.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert refusal(heic) == "unsupported_type"


@pytest.mark.parametrize(
    ("raised", "left"),
    [
        (MemoryError(), MemoryError),
        (OSError("out of memory when reading image file"), MemoryError),
        (ImportError("libde265.so: cannot open shared object file"), ImportError),
    ],
)
def test_a_fault_of_the_machine_is_not_told_as_the_pictures(raised, left):
    def step():
        raise raised

    with pytest.raises(left):
        guarded(step)


def imported_by(code: str) -> set[str]:
    listing = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(listing.stdout.split())


def test_formats_and_limits_are_known_without_an_imaging_library():
    assert "PIL" not in imported_by("import functions.media.formats")


def test_heavy_decoders_are_imported_only_when_met():
    names = imported_by("import functions.media.imaging")
    assert "PIL.Image" in names
    assert not names & {"pillow_heif", "PIL.AvifImagePlugin", "PIL.ImageCms", "numpy"}
