"""What an author wishes for a post, and what one can do with one's comments and likes."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit
from tests.browser.pictures import drawn

New = Callable[[], Person]


def test_a_sensitive_post_is_blurred_until_it_is_asked_for_by_key(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    wishes = {"sensitive": True, "content_note": "A spider", "hide_counts": True, "comments": "off"}
    post = ann.post_of([ann.ready()], **wishes)
    visitor = visit().log_in(ben, f"/p/{post['post_id']}")
    stage = visitor.page.locator(".post-stage")
    expect(stage).to_contain_text("A spider")
    expect(stage.locator("img")).to_have_count(0)
    visitor.button("Show the picture").focus()
    visitor.page.keyboard.press("Enter")
    expect(stage.locator("img")).to_be_visible()
    expect(visitor.page.get_by_text("Comments are off.")).to_be_visible()
    expect(visitor.link("Likes")).to_be_visible()
    visitor.button("Like").click()
    expect(visitor.button("Unlike")).to_be_visible()
    expect(visitor.link("Likes")).to_be_visible()
    visitor.open("/settings").link("Posts you like").click()
    expect(visitor.page.locator(".tile")).to_have_count(1)
    expect(visitor.page.locator(".tile")).to_contain_text("A spider")


def test_one_edits_ones_own_comment(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    post = ann.publish("Look")
    ann.post("/comment", {"post_id": post["post_id"], "text": "Another"})
    ben.post("/comment", {"post_id": post["post_id"], "text": "Lovley"})
    visitor = visit().log_in(ben, f"/p/{post['post_id']}")
    comments = visitor.page.get_by_role("region", name="Comments")
    expect(comments.locator(".comment")).to_have_count(2)
    expect(comments.get_by_role("button", name="Edit")).to_have_count(1)
    comments.get_by_role("button", name="Edit").click()
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_label("Comment").fill("Lovely")
    dialog.get_by_role("button", name="Save changes").click()
    expect(comments).to_contain_text("Lovely")
    expect(comments).to_contain_text("edited")
    expect(comments).not_to_contain_text("Lovley")


def test_the_wishes_of_a_new_post_are_chosen_in_its_last_step(visit: Visit, new: New) -> None:
    ann = new()
    visitor = visit().log_in(ann, "/new")
    visitor.choose(drawn(1))
    visitor.go_on_to("Tell")
    visitor.page.get_by_text("Followers", exact=True).click()
    visitor.page.get_by_label("Hide the number of likes").check()
    visitor.page.get_by_label("Sensitive").check()
    visitor.fill(**{"What is in it": "A spider"})
    visitor.button("Publish").click()
    expect(visitor.posts().first).to_be_visible()
    [post] = ann.whole(f"/users/{ann.user_id}/posts")
    assert post["comments"] == "followers"
    assert (post["hide_counts"], post["sensitive"], post["content_note"]) == (
        True, True, "A spider",
    )  # fmt: skip
    visitor.posts().first.get_by_role("button", name="More").click()
    visitor.page.get_by_role("dialog").get_by_role("button", name="Edit").click()
    dialog = visitor.page.get_by_role("dialog", name="Edit the post")
    expect(dialog.get_by_label("What is in it")).to_have_value("A spider")
    dialog.get_by_text("Nobody", exact=True).click()
    dialog.get_by_label("Sensitive").uncheck()
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog).to_have_count(0)
    [post] = ann.whole(f"/users/{ann.user_id}/posts")
    assert (post["comments"], post["hide_counts"]) == ("off", True)
    assert (post["sensitive"], post["content_note"]) == (False, None)
