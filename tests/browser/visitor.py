"""A person at a browser, and everything that went wrong while they were at it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.blackbox.people import Person

PATIENCE_MS = 60_000
"""Only a failure takes so long: a machine that runs other tests beside is slow."""
STEPS = ("Arrange", "Look", "Tell")
"""The titles of the steps of a new post that follow the first one."""
NETWORK = "Failed to load resource"
"""Chromium reports every refused request; tests that provoke refusals expect these lines."""
POLICY = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
KEPT = """async ([kind, pictures, caption, patience]) => {
  const done = (request) => new Promise((resolve, reject) => {
    const late = () => reject(`the browser has kept no ${kind} of ${pictures} and ${caption}`);
    setTimeout(late, patience - performance.now() + start);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const start = performance.now();
  const database = await done(indexedDB.open("fanlight", 1));
  const isKept = (one) =>
    one.kind === kind && one.items.length === pictures && one.caption === caption;
  for (;;) {
    const drafts = await done(database.transaction("drafts").objectStore("drafts").getAll());
    if (drafts.some(isKept)) return database.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}"""


class Visitor:
    """A person at a browser. `problems` has console errors, exceptions and policy violations."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.base_url = base_url
        self.context = context
        self.problems: list[str] = []
        self.refusals: list[str] = []
        context.add_init_script(POLICY)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base_url)
        self.page: Page = self.new_page()

    def new_page(self) -> Page:
        """Open another tab."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        is_network = message.text.startswith(NETWORK)
        (self.refusals if is_network else self.problems).append(message.text)

    def open(self, path: str = "/") -> "Visitor":
        """Open an address of the page."""
        self.page.goto(self.base_url + path)
        return self

    def sign_up(self, username: str, password: str) -> "Visitor":
        """Make an account by hand."""
        self.open("/signup")
        self.fill(Username=username, Password=password, **{"E-mail": f"{username}@example.com"})
        self.button("Sign up").click()
        expect(self.heading("Home")).to_be_visible()
        return self

    def log_in(self, person: Person, path: str = "/") -> "Visitor":
        """Log in by hand, and go to an address."""
        self.open(path if path != "/" else "/login")
        self.fill(Username=person.username, Password=person.password)
        self.button("Log in").click()
        expect(self.page.get_by_role("navigation", name="Main")).to_be_visible()
        return self

    def fill(self, **values: str) -> None:
        """Fill in fields by their labels."""
        for label, value in values.items():
            self.page.get_by_label(label, exact=True).fill(value)

    def button(self, name: str) -> Locator:
        """The button of that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        """The link of that name."""
        return self.page.get_by_role("link", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        """The heading of that name."""
        return self.page.get_by_role("heading", name=name)

    def posts(self, name: str | None = None) -> Locator:
        """The posts that are shown, or those of one author."""
        return self.page.get_by_role("article", name=f"Post by {name}" if name else "Post by")

    def choose(self, *files: Path | dict[str, Any]) -> None:
        """Choose files for a new post."""
        chosen: Sequence[Any] = [
            {"name": one.name, "mimeType": "", "buffer": one.read_bytes()}
            if isinstance(one, Path)
            else one
            for one in files
        ]
        self.page.get_by_label("Choose pictures").set_input_files(chosen)

    def publish(self, *files: Path | dict[str, Any], caption: str = "") -> None:
        """Post pictures, step by step, and wait for the post in the feed."""
        self.link("New post").click()
        self.choose(*files)
        self.go_on_to("Tell")
        self.fill(Caption=caption)
        self.button("Publish").click()
        expect(self.posts().filter(has_text=caption).first).to_be_visible()

    def go_on_to(self, last: str) -> None:
        """Go from the pictures of a new post to the step of that title. Each step is waited for:
        a click that comes before it would be one on the step before.
        """
        for title in STEPS[: STEPS.index(last) + 1]:
            self.button("Next").click()
            expect(self.heading(title)).to_be_visible()

    def keeps(self, kind: str, pictures: int, caption: str = "") -> None:
        """Wait until the browser has kept a draft like that, which it does a moment after the last
        change.
        """
        self.page.evaluate(KEPT, [kind, pictures, caption, PATIENCE_MS])

    def told(self, text: str) -> Locator:
        """A notice, or an alert, with that text."""
        return self.page.get_by_text(text).first
