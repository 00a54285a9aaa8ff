"""No view loads more script than the budget allows, whatever it imports on the way."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from infra.page.files import WEB
from tests.browser.conftest import Visit
from tests.browser.scene import OPEN, settled, views
from tests.web.test_scripts import SCRIPT_BYTES, compressed

LOADED = "performance.getEntriesByType('resource').map(({ name }) => name)"


def script_bytes(page: Page) -> int:
    """The bytes of all scripts that a document has loaded, as they are deployed and sent."""
    names = {urlsplit(name).path.lstrip("/") for name in page.evaluate(LOADED)}
    return sum(compressed(WEB / name) for name in names if name.endswith(".js"))


def test_each_view_loads_little_script(visit: Visit, scene: dict[str, Any]) -> None:
    loaded: dict[str, int] = {}
    anna = visit()
    for path in OPEN:
        anna.open(path)
        expect(anna.page.locator("h1")).to_be_visible()
        loaded[path] = script_bytes(anna.page)
    anna.log_in(scene["anna"])
    for name, path in views(scene).items():
        anna.open(path)
        settled(anna)
        loaded[name] = script_bytes(anna.page)
    assert max(loaded.values()) <= SCRIPT_BYTES, loaded
    assert min(loaded.values()) > SCRIPT_BYTES / 4, loaded  # they were found
