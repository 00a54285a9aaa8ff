"""Writing, listing and deleting comments."""

import pytest

from functions.errors import Forbidden, Invalid, NotFound
from functions.reactions.domain import MAX_COMMENT
from functions.reactions.schemas import CommentsQuery, NewComment


@pytest.fixture
def post_id(world, ada):
    return world.post(ada).post_id


@pytest.fixture
def say(world, post_id):
    """Writes a comment on the post."""

    def say(user_id, text="lovely", reply_to=None, comment_id=None):
        new = NewComment(post_id, text, reply_to)
        return world.reactions.comment(comment_id or world.new_id(), user_id, new)

    return say


def texts(world, viewer, post_id, limit=10, *, newest_first=False):
    """The texts of a post's comments, page by page."""
    seen, cursor = [], None
    while True:
        page = world.reactions.comments(
            viewer, post_id, CommentsQuery(limit, cursor, "newest" if newest_first else "oldest")
        )
        seen.append([comment.text for comment in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return seen


def test_a_comment_is_kept_as_it_was_written(world, say, bob, post_id):
    text = " <b>Ö</b> 🙂\n\tyes "
    written = say(bob, text)
    assert (written.text, written.author.user_id, written.reply_to) == (text, bob, None)
    assert written.created_at == world.clock()
    page = world.reactions.comments("ada", post_id, CommentsQuery(10))
    assert page.items == [written]


def test_who_has_just_signed_up_can_comment(world, say, bob, post_id):
    world.users.rows.hold_index()
    newcomer = world.person("cid")
    assert say(newcomer).author.user_id == newcomer


@pytest.mark.parametrize("text", ["a\0b", "\x1b[1m", "\x7f", "\x85", "\ud800", "x" * 1001])
def test_text_that_cannot_be_kept_or_shown_is_refused(world, say, bob, text):
    with pytest.raises(Invalid, match="text"):
        say(bob, text)
    assert world.comments.rows == {}


@pytest.mark.parametrize("text", [" ", "\n\t ", "\u3000", "\u200b\u2060", "\ufeff"])
def test_text_that_shows_nothing_is_refused(world, say, bob, text):
    with pytest.raises(Invalid) as refused:
        say(bob, text)
    assert list(refused.value.errors) == ["text"]
    assert world.comments.rows == {}


def test_the_times_of_comments_are_in_the_order_of_the_list(world, say, bob, post_id):
    """A retried request takes up an id that was drawn before others'."""
    drawn = world.new_id()
    world.clock.move(seconds=2)
    say(bob, "second")
    say(bob, "first", comment_id=drawn)
    page = world.reactions.comments(bob, post_id, CommentsQuery(10))
    assert [one.text for one in page.items] == ["first", "second"]
    assert page.items[0].created_at < page.items[1].created_at


def test_length_is_counted_in_characters(say, bob):
    assert len(say(bob, "🙂" * MAX_COMMENT).text) == MAX_COMMENT


def test_the_same_comment_sent_twice_is_one(world, say, bob, post_id):
    comment_id = world.new_id()
    first = say(bob, "one", comment_id=comment_id)
    world.clock.move(seconds=5)
    assert say(bob, "one", comment_id=comment_id) == first
    assert texts(world, bob, post_id) == [["one"]]


def test_comments_are_listed_from_both_ends_page_by_page(world, say, bob, post_id):
    for n in range(5):
        say(bob, str(n))
    assert texts(world, bob, post_id, 2) == [["0", "1"], ["2", "3"], ["4"]]
    assert texts(world, bob, post_id, 2, newest_first=True) == [["4", "3"], ["2", "1"], ["0"]]


def test_a_cursor_of_one_order_is_none_of_the_other(world, say, bob, post_id):
    for _ in range(3):
        say(bob)
    cursor = world.reactions.comments(bob, post_id, CommentsQuery(1)).next_cursor
    with pytest.raises(Invalid):
        world.reactions.comments(bob, post_id, CommentsQuery(1, cursor, "newest"))


def test_comments_that_come_and_go_meanwhile_neither_repeat_nor_hide_one(world, say, bob, post_id):
    written = [say(bob, str(n)) for n in range(4)]
    first = world.reactions.comments(bob, post_id, CommentsQuery(2, None, "newest"))
    say(bob, "new")
    world.reactions.delete_comment(bob, post_id, written[2].comment_id)
    rest = world.reactions.comments(bob, post_id, CommentsQuery(2, first.next_cursor, "newest"))
    assert [one.text for one in [*first.items, *rest.items]] == ["3", "2", "1", "0"]


def test_a_reply_to_a_reply_joins_its_thread(say, ada, bob):
    top = say(ada)
    reply = say(bob, reply_to=top.comment_id)
    answer = say(ada, reply_to=reply.comment_id)
    assert reply.reply_to == answer.reply_to == top.comment_id


def test_what_is_not_there_cannot_be_answered(world, say, bob, ada):
    elsewhere = world.post(ada).post_id
    other = world.reactions.comment(world.new_id(), bob, NewComment(elsewhere, "there"))
    for reply_to in ("unknown", other.comment_id):
        with pytest.raises(NotFound, match="no such comment"):
            say(bob, reply_to=reply_to)


def test_comments_of_those_who_are_gone_are_left_out(world, say, bob, post_id, ada):
    for user, text in ((bob, "0"), (ada, "1"), (bob, "2"), (ada, "3")):
        say(user, text)
    world.users.rows.drop(bob)
    assert texts(world, ada, post_id, 1) == [["1"], ["3"]]


def test_a_comment_is_deleted_by_its_writer_or_by_the_posts_author(world, say, ada, bob, post_id):
    eve = world.person("eve")
    first, second = say(bob), say(bob)
    for nobody_elses in (first, second):
        with pytest.raises(Forbidden):
            world.reactions.delete_comment(eve, post_id, nobody_elses.comment_id)
    world.reactions.delete_comment(bob, post_id, first.comment_id)
    world.reactions.delete_comment(ada, post_id, second.comment_id)
    assert world.comments.rows == {}
    with pytest.raises(NotFound, match="no such comment"):
        world.reactions.delete_comment(bob, post_id, first.comment_id)


def test_a_comment_that_goes_at_the_same_moment_is_gone(world, say, bob, post_id):
    written = say(bob)
    world.comments.remove = lambda *_: False
    with pytest.raises(NotFound):
        world.reactions.delete_comment(bob, post_id, written.comment_id)


def test_replies_outlive_what_they_answer(world, say, ada, bob, post_id):
    top = say(ada, "top")
    say(bob, "reply", reply_to=top.comment_id)
    world.reactions.delete_comment(ada, post_id, top.comment_id)
    assert texts(world, ada, post_id) == [["reply"]]


def test_what_one_cannot_see_has_no_comments_and_takes_none(world, say, ada, bob, post_id):
    written = say(ada)
    world.users.update(ada, {"is_private": True})
    for act in (
        lambda: say(bob),
        lambda: texts(world, bob, post_id),
        lambda: world.reactions.delete_comment(bob, post_id, written.comment_id),
    ):
        with pytest.raises(NotFound, match="no such post"):
            act()
    assert len(world.comments.rows) == 1


def test_own_words_are_taken_back_though_the_post_is_hidden(world, say, ada, bob, post_id):
    own, another = say(bob), say(ada)
    world.users.update(ada, {"is_private": True})
    world.reactions.delete_comment(bob, post_id, own.comment_id)
    for comment_id in (own.comment_id, another.comment_id, "unknown"):
        with pytest.raises(NotFound, match="no such post"):
            world.reactions.delete_comment(bob, post_id, comment_id)
    assert [comment_id for _, comment_id in world.comments.rows] == [another.comment_id]


def test_own_words_are_taken_back_though_the_post_is_deleted(world, say, ada, bob, post_id):
    written = say(bob)
    world.posts.delete(ada, post_id)
    world.reactions.delete_comment(bob, post_id, written.comment_id)
    assert world.comments.rows == {}


def test_whoever_has_no_profile_any_more_writes_nothing_that_is_shown(world, post_id, say):
    with pytest.raises(NotFound):
        say("ghost")


def test_a_comment_that_is_hidden_by_a_block_cannot_be_answered(world):
    ada, bob, eve = (world.person(name) for name in ("ada", "bob", "eve"))
    post = world.post(ada).post_id
    word = world.reactions.comment(world.new_id(), eve, NewComment(post, "hello"))
    world.boundaries.block(eve, bob)
    with pytest.raises(NotFound):
        world.reactions.comment(world.new_id(), bob, NewComment(post, "hi", word.comment_id))
    answer = world.reactions.comment(world.new_id(), ada, NewComment(post, "hi", word.comment_id))
    assert answer.reply_to == word.comment_id
