"""A sign-up on a service that asks for the code of an e-mail, which can be given later."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.blackbox.people import new_name
from tests.blackbox.server import Server, code_for, running
from tests.browser.conftest import DESK
from tests.browser.visitor import Visitor

PASSWORD = "a quiet wall of pictures"
LOOK = "Look into your mail"


@pytest.fixture(scope="module")
def strict() -> Iterator[tuple[Server, str]]:
    """A server that asks for codes, and tells what it would send by e-mail."""
    with running(SIGN_UP_AUTO_CONFIRM="false") as (server, base_url):
        yield server, base_url


@pytest.fixture
def anna(browser: Browser, strict: tuple[Server, str]) -> Iterator[Visitor]:
    """Somebody who comes for the first time."""
    visitor = Visitor(browser.new_context(viewport=DESK), strict[1])
    yield visitor
    visitor.context.close()
    assert visitor.problems == []


def sign_up(visitor: Visitor, name: str, email: str) -> None:
    """Sign up by hand, as far as the code."""
    visitor.open("/signup")
    visitor.fill(Username=name, Password=PASSWORD, **{"E-mail": email})
    visitor.button("Sign up").click()
    expect(visitor.heading(LOOK)).to_be_visible()


def test_a_login_that_awaits_its_code_leads_to_the_step_that_takes_it(
    anna: Visitor, strict: tuple[Server, str]
) -> None:
    name = new_name()
    sign_up(anna, name, f"{name}@example.com")
    old = code_for(strict[0], name)
    anna.open("/activity")
    anna.fill(Username=name, Password="not the password")
    anna.button("Log in").click()
    expect(anna.page.get_by_role("alert")).to_be_visible()
    anna.fill(Password=PASSWORD)
    anna.button("Log in").click()
    expect(anna.heading(LOOK)).to_be_visible()
    anna.fill(Code="0" * 6 if old != "0" * 6 else "1" * 6)
    anna.button("Confirm").click()
    expect(anna.page.get_by_role("alert")).to_be_visible()
    anna.button("Send another code").click()
    expect(anna.told("A new code is on its way.")).to_be_visible()
    anna.fill(Code=code_for(strict[0], name, before=1))
    anna.button("Confirm").click()
    expect(anna.heading("Activity")).to_be_visible()


def test_a_wrong_address_is_put_right_before_the_code(
    anna: Visitor, strict: tuple[Server, str]
) -> None:
    name = new_name()
    sign_up(anna, name, "typo@example.com")
    code_for(strict[0], name)
    anna.button("Another address").click()
    anna.fill(**{"E-mail": f"{name}@example.com"})
    anna.button("Sign up").click()
    anna.fill(Code=code_for(strict[0], name, before=1))
    anna.button("Confirm").click()
    expect(anna.heading("Your wall is quiet")).to_be_visible()
