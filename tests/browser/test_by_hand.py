"""Pictures are dropped, pasted and dragged; people are muted and refused; a face is changed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, expect

from tests.blackbox.people import Person
from tests.blackbox.pictures import plain
from tests.blackbox.waiting import until
from tests.browser.conftest import Visit
from tests.browser.pictures import CAT, EVENING, PASTE, PATH, SCRIPT
from tests.browser.visitor import Visitor

New = Callable[[], Person]
COUNTING = """() => {
  window.dropped = 0;
  document.addEventListener("drop", () => window.dropped++, true);
}"""


def drop(visitor: Visitor, *files: str) -> None:
    """Drag files of the system over the page, and let them fall. A busy browser loses a drop at
    times; then they are dragged once more."""
    visitor.page.evaluate(COUNTING)
    until(lambda: _dropped(visitor, files), bool)


def _dropped(visitor: Visitor, files: tuple[str, ...]) -> bool:
    browser = visitor.context.new_cdp_session(visitor.page)
    data = {"items": [], "files": list(files), "dragOperationsMask": 1}
    words = visitor.page.get_by_text("Drop pictures to begin a post")

    def drag(kind: str) -> bool:
        browser.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})
        return words.is_visible()

    drag("dragEnter")
    until(lambda: drag("dragOver"), bool)  # as a system tells it again and again
    drag("dragOver")  # the browser drops only where the page took the last one
    drag("drop")
    try:
        visitor.page.wait_for_function("() => window.dropped > 0", timeout=5000)
    except Error:
        return False
    return True


def arranged(visitor: Visitor) -> list[str]:
    """The names of the pictures in their order."""
    images = visitor.page.locator(".arrange img")
    return [str(one.get_attribute("alt")).split(": ")[1] for one in images.all()]


def test_pictures_that_are_dropped_anywhere_begin_a_post(visit: Visit, new: New) -> None:
    anna = visit().log_in(new(), "/activity")
    expect(anna.heading("Activity")).to_be_visible()
    drop(anna, str(EVENING), str(CAT))
    expect(anna.heading("New post")).to_be_visible()
    expect(anna.page.locator(".upload-item")).to_have_count(2)
    drop(anna, str(PATH))
    expect(anna.page.locator(".upload-item")).to_have_count(3)
    expect(anna.page.locator(".whole-drop")).to_have_count(0)


def test_a_picture_that_is_pasted_anywhere_begins_a_post(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    anna.page.evaluate(PASTE, list(plain()))
    expect(anna.heading("New post")).to_be_visible()
    expect(anna.page.locator(".upload-item")).to_contain_text("pasted.jpg")


def test_pictures_are_put_in_order_by_dragging_and_by_keys(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    anna.link("New post").click()
    anna.choose(EVENING, CAT, PATH)
    anna.button("Next").click()
    pictures = anna.page.locator(".arrange li")
    pictures.nth(2).drag_to(pictures.nth(0))
    assert arranged(anna) == [PATH.name, EVENING.name, CAT.name]
    anna.button("Move picture 3 forward").focus()
    anna.page.keyboard.press("Enter")
    expect(anna.button("Move picture 2 forward")).to_be_focused()
    anna.page.keyboard.press("Enter")
    assert arranged(anna) == [CAT.name, PATH.name, EVENING.name]
    anna.page.keyboard.press("Tab")  # the focus has stayed with the picture
    expect(anna.button("Move picture 1 backward")).to_be_focused()
    anna.page.keyboard.press("Enter")
    assert arranged(anna) == [PATH.name, CAT.name, EVENING.name]


def test_somebody_is_muted_and_heard_again(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    ann.follow(ben)
    ann.sees(ben.publish("Loud")["post_id"])
    anna = visit().log_in(ann)
    anna.posts().get_by_role("button", name="More").click()
    anna.button(f"Mute {ben.username}").click()
    expect(anna.told("Their posts and stories stay out of your way.")).to_be_visible()
    anna.open("/")
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    anna.open(f"/u/{ben.username}").button("More").click()
    expect(anna.button("Unmute")).to_be_visible()
    anna.page.keyboard.press("Escape")
    anna.open("/settings").page.get_by_role("link", name="Muted people").click()
    anna.button("Unmute").click()
    expect(anna.heading("You have muted nobody")).to_be_visible()
    anna.open("/")
    expect(anna.posts()).to_contain_text("Loud")


def test_a_request_is_refused_and_can_be_made_again(visit: Visit, new: New) -> None:
    ann, cem = new(), new()
    ann.patch("/me", {"is_private": True})
    cems = visit().log_in(cem, f"/u/{ann.username}")
    cems.button("Follow").click()
    expect(cems.button("Requested")).to_be_visible()
    anna = visit().log_in(ann, "/activity")
    expect(anna.page.locator("div.person")).to_contain_text(cem.username)
    anna.button("Refuse").click()
    expect(anna.heading("Nobody is waiting")).to_be_visible()
    cems.page.reload()
    expect(cems.heading("This wall is private")).to_be_visible()
    cems.button("Follow").click()
    expect(cems.button("Requested")).to_be_visible()


def test_a_face_is_changed_and_removed(visit: Visit, new: New) -> None:
    anna = visit().log_in(new(), "/settings")
    field = anna.page.get_by_label("Choose your picture")
    field.set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7"}])
    expect(anna.told("This is not a picture.")).to_be_visible()
    field.set_input_files(CAT)
    face = anna.page.locator(".face .avatar img")
    expect(face).to_have_attribute("src", re.compile("/cdn/"))
    anna.page.wait_for_function("() => document.querySelector('.face img').naturalWidth > 0")
    anna.button("Remove").click()
    expect(face).to_have_count(0)


def test_a_focal_point_is_chosen_by_a_click_or_by_keys(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().log_in(ann)
    anna.link("New post").click()
    anna.choose(EVENING, CAT)
    anna.go_on_to("Arrange")
    anna.button("Focal point of picture 1").click()
    field = anna.page.get_by_role("button", name=re.compile("Focal point of evening"))
    expect(anna.told("Fanlight finds it by itself.")).to_be_visible()
    box = field.bounding_box()
    assert box is not None
    field.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    expect(anna.told("25 % from the left, 75 % from the top.")).to_be_visible()
    field.press("ArrowRight")
    field.press("ArrowUp")
    expect(anna.told("30 % from the left, 70 % from the top.")).to_be_visible()
    anna.button("Done").click()
    expect(anna.page.locator(".arrange img").first).to_have_css(
        "object-position", re.compile(r"(29|30)\S*% (69|70)\S*%")
    )
    anna.button("Next").click()
    anna.button("Next").click()
    expect(anna.heading("Tell")).to_be_visible()
    anna.fill(Caption="Two of them")
    anna.button("Publish").click()
    expect(anna.posts().filter(has_text="Two of them").first).to_be_visible()
    [post] = ann.call("GET", f"/users/{ann.user_id}/posts").json()["items"]
    chosen, left_out = (one["focus"] for one in post["media"])
    assert chosen == pytest.approx({"x": -0.4, "y": -0.4}, abs=0.02)
    assert left_out is None


def test_a_story_shows_the_focal_point_that_was_chosen(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().log_in(ann, "/new?kind=story")
    anna.choose(EVENING)
    anna.button("Focal point").click()
    anna.page.get_by_role("button", name=re.compile("Focal point of evening")).press("ArrowLeft")
    anna.button("Done").click()
    with anna.page.expect_request(lambda sent: sent.url.endswith("/stories")) as sent:
        anna.button("Share").click()
    assert sent.value.post_data_json["focus"] == {"x": -0.1, "y": 0}


def test_pictures_are_described_and_described_better(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().log_in(ann)
    anna.link("New post").click()
    anna.choose(EVENING, CAT)
    anna.button("Next").click()
    anna.fill(**{"Alt text of picture 2": "A cat"})
    anna.button("Move picture 2 forward").click()
    expect(anna.page.get_by_label("Alt text of picture 1")).to_have_value("A cat")
    for title in ("Look", "Tell"):
        anna.button("Next").click()
        expect(anna.heading(title)).to_be_visible()
    anna.fill(Caption="Two of them")
    anna.button("Publish").click()
    images = anna.posts().locator(".picture-box img")
    expect(images.first).to_have_attribute("alt", "A cat")
    expect(images.last).to_have_attribute("alt", re.compile(f"Photograph by {ann.username}"))
    anna.button("More").click()
    anna.button("Edit").click()
    expect(anna.page.get_by_label("Alt text of picture 1")).to_have_value("A cat")
    anna.fill(**{"Alt text of picture 1": "", "Alt text of picture 2": SCRIPT})
    anna.button("Save changes").click()
    expect(images.last).to_have_attribute("alt", SCRIPT)
    expect(images.first).to_have_attribute("alt", re.compile("Photograph by"))


def test_a_cut_picture_shows_its_focal_point(visit: Visit, new: New) -> None:
    ann = new()
    post = ann.publish("Look to the right")
    media = [{"media_id": post["media"][0]["media_id"], "focus": {"x": 1, "y": 0.5}}]
    assert ann.patch(f"/posts/{post['post_id']}", {"media": media}).status_code == 200
    anna = visit().log_in(ann, f"/u/{ann.username}")
    expect(anna.page.locator("a.tile img")).to_have_css("object-position", "100% 25%")
