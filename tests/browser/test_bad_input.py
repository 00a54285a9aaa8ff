"""Bad input ends in words and a way on, and nothing is lost."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit
from tests.browser.pictures import BROKEN, CAT, HUGE, PDF, SCRIPT, drawn

New = Callable[[], Person]


def test_files_that_are_no_pictures_are_told_one_by_one(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    anna.link("New post").click()
    anna.choose(HUGE, PDF, CAT)
    alert = anna.page.get_by_role("alert")
    expect(alert).to_contain_text("huge.jpg")
    expect(alert).to_contain_text("29 MB; 20 MB is the most")
    expect(alert).to_contain_text("holiday.jpg")
    expect(alert).to_contain_text("This is not a picture")
    expect(anna.page.locator(".upload-item")).to_have_count(1)


def test_of_ten_pictures_the_one_that_fails_stops_no_other(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    anna.link("New post").click()
    anna.choose(*[drawn(number) for number in range(9)], BROKEN, drawn(11))
    expect(anna.page.get_by_role("alert").first).to_contain_text("A post has up to 10 pictures.")
    failed = anna.page.locator(".upload-item.failed")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("broken.jpg")
    expect(failed.get_by_role("button", name="Retry")).to_be_visible()
    expect(anna.page.locator(".upload-item.ready")).to_have_count(9)
    anna.go_on_to("Tell")
    expect(anna.told("A picture has failed.")).to_be_visible()
    expect(anna.button("Publish")).to_be_disabled()
    anna.button("Remove broken.jpg").click()
    anna.button("Publish").click()
    expect(anna.posts()).to_contain_text("1/9")


def test_a_caption_that_is_too_long_keeps_its_text(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    anna.link("New post").click()
    anna.choose(drawn(1))
    anna.go_on_to("Tell")
    anna.fill(Caption="a" * 2201)
    expect(anna.told("1 character too many")).to_be_visible()
    expect(anna.button("Publish")).to_be_disabled()
    anna.fill(Caption="a" * 2202)
    expect(anna.told("2 characters too many")).to_be_visible()
    anna.fill(Caption="a" * 2200)
    expect(anna.told("0 characters left")).to_be_visible()
    anna.button("Publish").click()
    expect(anna.posts()).to_be_visible()
    anna.button("more").click()
    expect(anna.button("more")).to_have_count(0)


def test_a_script_in_any_field_is_only_text(visit: Visit, new: New) -> None:
    ann = new()
    ann.patch("/me", {"display_name": SCRIPT[:64], "bio": SCRIPT})
    post = ann.publish(SCRIPT)
    ann.post("/comment", {"post_id": post["post_id"], "text": SCRIPT})
    anna = visit().log_in(ann)
    expect(anna.posts()).to_contain_text("onerror")
    for path in (f"/p/{post['post_id']}", f"/u/{ann.username}", "/settings", f"/search?q={SCRIPT}"):
        anna.open(path)
        expect(anna.page.locator("h1").first).to_be_attached()
        anna.page.wait_for_load_state("networkidle")
        assert anna.page.title() != "taken"
        assert anna.page.locator("script:not([src])").count() == 0


def test_a_script_that_is_typed_into_every_field_is_only_text(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().open("/signup")
    anna.fill(Username=SCRIPT, Password=SCRIPT, **{"E-mail": SCRIPT})
    anna.button("Sign up").click()
    expect(anna.page.get_by_role("alert").first).to_be_visible()
    anna.open("/reset").fill(Username=SCRIPT)
    anna.open("/login").fill(Username=SCRIPT, Password=SCRIPT)
    anna.button("Log in").click()
    expect(anna.page.get_by_role("alert")).to_be_visible()
    anna.log_in(ann, "/settings")
    anna.fill(Name=SCRIPT, **{"About you": SCRIPT})
    anna.button("Save changes").click()
    expect(anna.told("Your profile is changed.")).to_be_visible()
    anna.link("Search").first.click()
    anna.fill(Search=SCRIPT)
    expect(anna.heading("Nobody is called")).to_be_visible()
    anna.link("New post").click()
    anna.choose({**drawn(1), "name": f"{SCRIPT.replace('/', '')}.jpg"})
    anna.go_on_to("Tell")
    anna.fill(Caption=SCRIPT, Place=SCRIPT)
    anna.button("Publish").click()
    expect(anna.posts()).to_contain_text("onerror")
    field = anna.page.get_by_label("Add a comment")
    field.fill(SCRIPT)
    field.press("Enter")
    expect(anna.posts().locator(".first-comment")).to_contain_text("onerror")
    anna.link("1 comment").click()
    anna.button("Reply").click()
    field.fill(SCRIPT)
    field.press("Enter")
    expect(anna.page.locator(".replies")).to_contain_text("onerror")
    assert anna.page.title() != "taken"
    assert anna.page.locator("script:not([src])").count() == 0


def test_a_dead_link_says_so(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    for path in ("/u/nobody_at_all", "/p/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/p/%E0%A4%A", "/nowhere"):
        anna.open(path)
        expect(anna.heading("This is gone, or was never yours to see")).to_be_visible()
        expect(anna.link("Go home")).to_be_visible()


def test_an_address_that_is_too_long_is_nothing_else(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    long = "a" * 12_000
    for path in (f"/u/{long}", f"/p/{long}", f"/p/{long}/likes", f"/stories/{long}"):
        anna.open(path)
        expect(anna.heading("This is gone, or was never yours to see")).to_be_visible()
    anna.open(f"/search?q={long}")
    expect(anna.heading("Nobody is called")).to_be_visible()


def test_a_foreign_token_in_storage_leads_to_the_door(visit: Visit, new: New) -> None:
    anna = visit().open("/")
    anna.page.evaluate("sessionStorage.setItem('fanlight.refresh', 'not.a.token')")
    anna.open("/settings")
    expect(anna.heading("Log in to see this")).to_be_visible()
    assert anna.page.evaluate("sessionStorage.getItem('fanlight.refresh')") is None
    ann = new()
    anna.fill(Username=ann.username, Password=ann.password)
    anna.button("Log in").click()
    expect(anna.heading("Settings")).to_be_visible()


def test_the_page_works_where_storage_is_forbidden(visit: Visit, new: New) -> None:
    anna = visit()
    anna.context.add_init_script("""
      const get = () => { throw new DOMException("no", "SecurityError"); };
      for (const name of ["localStorage", "sessionStorage", "indexedDB"])
        Object.defineProperty(window, name, { get });
    """)
    anna.log_in(new())
    anna.publish(CAT, caption="Kept nowhere")
    expect(anna.posts()).to_contain_text("Kept nowhere")


def test_the_page_works_where_storage_is_full(visit: Visit, new: New) -> None:
    anna = visit()
    anna.context.add_init_script("""
      const full = () => { throw new DOMException("full", "QuotaExceededError"); };
      Storage.prototype.setItem = full;
      IDBObjectStore.prototype.put = full;
    """)
    anna.log_in(new())
    anna.link("New post").click()
    anna.choose(drawn(1))
    expect(anna.told("This browser cannot keep the draft")).to_be_visible()
    anna.go_on_to("Tell")
    anna.button("Publish").click()
    expect(anna.posts()).to_be_visible()


def test_refused_sign_ups_say_why_beside_the_field(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().open("/signup")
    anna.fill(Username="a!", Password="short", **{"E-mail": "nowhere"})
    anna.button("Sign up").click()
    invalid = anna.page.locator("[aria-invalid=true]")
    mended = {"Username": "right_name", "E-mail": "a@example.com", "Password": "long enough"}
    for number, (name, value) in enumerate(mended.items()):
        expect(invalid).to_have_count(len(mended) - number)  # the API names all of them at once
        expect(invalid.first).to_have_accessible_name(name)
        anna.fill(**{name: value})
        if name != "Password":
            anna.button("Sign up").click()
    anna.fill(Username=ann.username, Password="correct horse", **{"E-mail": "a@example.com"})
    anna.button("Sign up").click()
    expect(anna.page.get_by_role("alert")).to_contain_text(re.compile("taken", re.IGNORECASE))
    anna.open("/login")
    anna.fill(Username=ann.username, Password="wrong horse")
    anna.button("Log in").click()
    expect(anna.page.get_by_role("alert")).to_be_visible()
    expect(anna.page.get_by_label("Username", exact=True)).to_have_value(ann.username)
