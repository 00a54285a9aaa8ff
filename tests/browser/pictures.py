"""Files to choose: photographs, and what is no photograph."""

from pathlib import Path
from typing import Any

from tests.blackbox.pictures import PHOTOS, plain

EVENING = PHOTOS / "eveningglow.jpg"
CAT = PHOTOS / "chelsea.png"
PATH = PHOTOS / "path.jpg"


def named(name: str, content: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    """A file as a person would choose it."""
    return {"name": name, "mimeType": kind, "buffer": content}


def drawn(number: int) -> dict[str, Any]:
    """A small picture, each number in its own colour."""
    return named(f"{number}.jpg", plain(colour=(20 * number % 255, 90, 160)))


SCRIPT = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
"""A text that somebody may put where words belong."""
PDF = named("holiday.jpg", b"%PDF-1.7\n" + b"0" * 2000)
HUGE = named("huge.jpg", plain() + b"\0" * 30_000_000)
BROKEN = named("broken.jpg", plain()[:200])
PASTE = """async (bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "pasted.jpg", { type: "image/jpeg" }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""
"""Pastes the bytes of a JPEG as the clipboard would."""


def photographs() -> list[Path]:
    """All photographs of the demo."""
    return sorted([*PHOTOS.glob("*.jpg"), *PHOTOS.glob("*.png")])
