"""The three bands on moto, through the real handlers: a small graph with low thresholds."""

from urllib.parse import urljoin

import pytest

from functions.stage import stage
from tests.integration.feed.stage import forget_pages, low_lines, were_last_here
from tests.integration.people import follow, publish, unfollow, upload


@pytest.fixture(autouse=True)
def lines(stack):
    """Set thresholds: from two followers on, deliver to active ones only; from four on, to none."""
    stack.settle(advance=True)
    with low_lines(PUSH_ALL_BELOW=2, PULL_FROM=4, ACTIVE_DAYS=5):
        yield


def fans_of(stack, author, count):
    fans = [stack.person("fan") for _ in range(count)]
    for fan in fans:
        follow(stack, fan, author)
    return fans


def post(stack, author):
    media_id = upload(stack, author)
    stack.settle()
    post_id = publish(stack, author, media_id)["post_id"]
    stack.settle()
    return post_id


def seen(stack, viewer, query=""):
    """Return a feed, as seen by a process that has read nothing before."""
    forget_pages()
    page = stack.call("GET", f"/feed/{viewer.user_id}{query}", token=viewer.token)
    assert page.status == 200, page
    return [one["post_id"] for one in page.json["items"]]


def rows(viewer):
    return [ref.post_id for ref in stage().timelines.read(viewer.user_id, None, 500)]


def band(author):
    return stage().accounts.get(author.user_id).band


def test_an_author_goes_through_all_bands_and_back_and_no_follower_misses_a_post(stack, ada):
    [first] = fans_of(stack, ada, 1)
    one = post(stack, ada)
    second, third = fans_of(stack, ada, 2)
    stack.settle(advance=True)
    were_last_here(6, second)
    two = post(stack, ada)
    assert rows(first) == rows(third) == rows(ada) == [two, one]
    assert rows(second) == [one]  # inactive, and so left out

    fourth = fans_of(stack, ada, 1)[0]
    three = post(stack, ada)  # crosses the threshold, and is still pushed
    assert band(ada) == "promoting"
    stack.settle(advance=True)
    assert band(ada) == "pulled"
    four = post(stack, ada)
    assert rows(first) == [three, two, one]
    assert rows(ada) == [four, three, two, one]
    for fan in (first, third, fourth):
        assert seen(stack, fan) == [four, three, two, one]
        assert stage().social.follows.pulled(fan.user_id) == [ada.user_id]

    seen(stack, second)  # comes back
    stack.settle(advance=True)
    assert rows(second) == [three, two, one]
    assert seen(stack, second) == [four, three, two, one]

    unfollow(stack, fourth, ada)
    stack.settle(advance=True)
    assert seen(stack, fourth) == []
    five = post(stack, ada)
    assert band(ada) == "demoting"
    stack.settle(advance=True)
    assert band(ada) == "pushed"
    for fan in (first, second, third):
        assert rows(fan) == seen(stack, fan) == [five, four, three, two, one]
        assert stage().social.follows.pulled(fan.user_id) == []


def test_what_a_pulled_author_deletes_is_gone_at_once_and_so_is_who_is_unfollowed(stack, ada):
    fan, *_ = fans_of(stack, ada, 4)
    stack.settle(advance=True)
    post(stack, ada)
    stack.settle(advance=True)
    assert band(ada) == "pulled"
    kept, gone = post(stack, ada), post(stack, ada)
    assert seen(stack, fan)[:2] == [gone, kept]
    assert stack.call("DELETE", f"/posts/{gone}", token=ada.token).status == 204
    page = stack.call("GET", f"/feed/{fan.user_id}", token=fan.token).json["items"]
    assert gone not in [one["post_id"] for one in page]
    unfollow(stack, fan, ada)
    page = stack.call("GET", f"/feed/{fan.user_id}", token=fan.token).json["items"]
    assert page == []


def test_pages_of_pushed_and_pulled_posts_have_each_once(stack, ada):
    fan, *_ = fans_of(stack, ada, 4)
    stack.settle(advance=True)
    posts = [post(stack, ada)]
    stack.settle(advance=True)
    for author in (ada, fan, ada, fan, ada):
        posts.append(post(stack, author))
    for order in ("recent", "ranked"):
        path, found = f"/feed/{fan.user_id}?limit=2&order={order}", []
        while path:
            page = stack.call("GET", path, token=fan.token)
            found += [one["post_id"] for one in page.json["items"]]
            link = page.headers.get("link")
            path = link and urljoin(path, link.partition(">")[0].removeprefix("<"))
        assert sorted(found) == sorted(posts)
        if order == "recent":
            assert found == posts[::-1]


def test_the_cursor_of_one_order_is_refused_by_the_other(stack, ada):
    for _ in range(2):
        post(stack, ada)
    orders = ("recent", "ranked")
    for order, other in (orders, orders[::-1]):
        path = f"/feed/{ada.user_id}?limit=1&order="
        cursor = stack.call("GET", path + order, token=ada.token).json["next_cursor"]
        assert stack.call("GET", f"{path}{order}&cursor={cursor}", token=ada.token).status == 200
        refused = stack.call("GET", f"{path}{other}&cursor={cursor}", token=ada.token)
        assert refused.status == 400
        assert [error["field"] for error in refused.json["errors"]] == ["cursor"]
