"""The formats that a client may upload, the limits, and the words of a refusal.

Nothing here needs an imaging library, so that the API may import it, too.
"""

from functions.media.strangers import recognised

MAX_BYTES = 20 * 1024 * 1024  # the same as the content-length-range of an upload's form

# Above the ordinary modes of all phones (48 and 50 MP), below Pillow's own alarm at 89 MP.
MAX_PIXELS = 51_000_000

# A decoder holds at most this much; with Python and the libraries it makes 300 MB. A format that
# needs more per pixel accepts fewer pixels: docs/errors.md has the numbers.
DECODER_BYTES = 240_000_000

CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
}

_TWO_NAMES = {"image/heic", "image/heif"}

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS = {b"avif", b"avis"}
_STILL_BRANDS = {b"mif1", b"miaf"}  # an image, whatever the codec
_ITEMS_READ = 4096  # the bytes in which such a file names its codec
_BRANDS_READ = 32  # of the list in a `ftyp` box; real files name fewer than ten


DAMAGED = "The file is damaged and cannot be read."
MISSING = "The file is damaged: parts of the picture are missing."


class Refused(Exception):
    """An error: the picture cannot be rendered, however often that is tried.

    `code` is one of "too_large", "unsupported_type", "corrupt", "too_many_pixels"; `detail` is a
    sentence that a client can show.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def unsupported(what: str) -> Refused:
    """Make the refusal of a file that was recognised as `what`."""
    return Refused("unsupported_type", f"This is {what}; export it as JPEG or HEIC.")


def sniff(data: bytes) -> str:
    """Return the format's name (a key of CONTENT_TYPES) by the first bytes, never by a claimed
    type.

    Raises Refused: "too_large", "corrupt" (empty) or "unsupported_type".
    """
    if len(data) > MAX_BYTES:
        raise Refused("too_large", f"The file is larger than {MAX_BYTES // 1024**2} MB.")
    if not data:
        raise Refused("corrupt", "The file is empty.")
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return _iso_media(data)


def true_type(found: str, claimed: str) -> str:
    """Return the content type to keep: the one found in the bytes. A HEIC has two names."""
    return claimed if {found, claimed} == _TWO_NAMES else found


def check_pixels(width: int, height: int) -> None:
    """Refuse a picture by its declared size, before memory is allocated for its pixels."""
    if width < 1 or height < 1:
        raise Refused("corrupt", "The picture has no pixels.")
    if width * height > MAX_PIXELS:
        raise Refused(
            "too_many_pixels",
            f"The picture has {width} x {height} pixels; "
            f"at most {MAX_PIXELS // 1_000_000} million are taken.",
        )


def check_memory(width: int, height: int, bytes_a_pixel: float) -> None:
    """Refuse a picture whose decoder would hold more than DECODER_BYTES."""
    if width * height * bytes_a_pixel > DECODER_BYTES:
        most = DECODER_BYTES / bytes_a_pixel / 1_000_000
        raise Refused(
            "too_many_pixels",
            f"The picture has {width} x {height} pixels; "
            f"at most {most:.0f} million are taken in this format.",
        )


def _iso_media(data: bytes) -> str:
    """Tell HEIC and AVIF apart, which share a container, by the brands of its first box.

    A file may call itself just "an image" (`mif1`) and name the codec only among the compatible
    brands (ISO/IEC 14496-12, section 4.3).
    """
    if data[4:8] == b"ftyp":
        end = min(int.from_bytes(data[:4], "big"), 16 + 4 * _BRANDS_READ)
        brands = [data[8:12], *(data[at : at + 4] for at in range(16, end, 4))]
        for brand in brands:
            if brand in _AVIF_BRANDS:
                return "AVIF"
            if brand in _HEIC_BRANDS:
                return "HEIF"
        if _STILL_BRANDS.intersection(brands):
            return "AVIF" if b"av01" in data[:_ITEMS_READ] else "HEIF"
    if (stranger := recognised(data)) is not None:
        raise unsupported(stranger)
    raise Refused("unsupported_type", "This is not a JPEG, PNG, WebP, GIF, HEIC or AVIF picture.")
