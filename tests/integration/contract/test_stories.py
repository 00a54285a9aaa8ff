"""The contract of `functions.stories.ports`: stories, views and trays."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from functions.aws.tables import ConditionFailed
from functions.clock import whole_second
from functions.stories.domain import Story, StoryRef, View, story_id_of
from tests.fakes.pictures import media, picture


@pytest.fixture
def author(backend):
    return backend.name("author")


@pytest.fixture
def make(backend, author):
    """Return a function that makes stories, unpublished unless told otherwise."""

    def make(*, published=False, steps=(), **fields):
        now = whole_second(backend.clock())
        plain = {
            "story_id": story_id_of(author, backend.new_id()),
            "author_id": author,
            "state": "published" if published else "processing",
            "media_id": "m1",
            "picture": picture("m1", author, "story") if published else None,
            "created_at": now,
            "published_id": backend.new_id() if published else None,
            "expires_at": now + timedelta(hours=24),
            "correlation_id": "request",
        }
        story = Story(**{**plain, **fields})
        backend.stories.create(story, list(steps))
        return story

    return make


def begun(backend, story):
    return replace(
        story,
        state="published",
        published_id=backend.new_id(),
        picture=picture("m1", story.author_id, "story"),
        expires_at=whole_second(backend.clock()) + timedelta(hours=24),
    )


def test_a_story_is_read_as_written(backend, make):
    for story in (make(), make(published=True)):
        assert backend.stories.get(story.story_id) == story
    assert backend.stories.get(story_id_of("nobody", backend.new_id())) is None


@pytest.mark.parametrize("story_id", ["unknown", ".", ".x", "x.", "a.b.c", "x" * 128])
def test_what_is_no_id_of_a_story_is_not_found(backend, story_id):
    assert backend.stories.get(story_id) is None


def test_a_story_is_created_once_and_with_its_steps_or_not_at_all(backend, author, make):
    story = make()
    with pytest.raises(ConditionFailed) as failed:
        backend.stories.create(replace(story, media_id="m2"), [])
    assert failed.value.failed == (0,)
    assert backend.stories.get(story.story_id) == story
    anothers = media(backend.name("media"), "another")
    backend.media.create(anothers, backend.clock() + timedelta(days=1))
    claim = backend.media.claim_step(replace(anothers, owner_id=author), "some story", None)
    with pytest.raises(ConditionFailed):
        make(story_id=story_id_of(author, "second"), steps=[claim])
    assert backend.stories.get(story_id_of(author, "second")) is None


def test_a_processing_story_is_published_once(backend, make):
    story = make()
    first, second = begun(backend, story), begun(backend, story)
    assert backend.stories.publish(first)
    assert not backend.stories.publish(second)
    assert not backend.stories.fail(story.story_id)
    assert backend.stories.get(story.story_id) == first


def test_a_story_given_up_is_never_published(backend, make):
    story = make()
    assert backend.stories.fail(story.story_id)
    assert not backend.stories.fail(story.story_id)
    assert not backend.stories.publish(begun(backend, story))
    assert not backend.stories.fail(story_id_of("nobody", "none"))
    assert backend.stories.get(story.story_id) == replace(story, state="failed")


def test_a_deleted_story_leaves_no_row_and_is_deleted_once(backend, make):
    story = make(published=True)
    assert backend.stories.delete(story)
    assert not backend.stories.delete(story)
    assert backend.stories.get(story.story_id) is None
    assert not backend.stories.publish(begun(backend, story))


def test_a_story_that_changed_its_state_meanwhile_is_not_deleted(backend, make):
    seen = make()
    backend.stories.publish(begun(backend, seen))
    assert not backend.stories.delete(seen)
    assert backend.stories.get(seen.story_id).published


def test_active_are_the_published_in_the_order_of_their_publication(backend, author, make):
    late = make()
    first = make(published=True)
    make()
    backend.stories.delete(make(published=True))
    last = begun(backend, late)
    backend.stories.publish(last)
    assert list(backend.stories.active(author)) == [first, last]
    assert list(backend.stories.active(backend.name("nobody"))) == []


def test_held_are_the_published_and_those_to_be_published(backend, author, make):
    make()
    make(published=True)
    backend.stories.fail(make().story_id)
    backend.stories.delete(make(published=True))
    assert backend.stories.held(author) == 2
    assert backend.stories.held(backend.name("nobody")) == 0
    backend.clock.move(hours=24)
    assert backend.stories.held(author) == 0


def test_a_story_is_active_until_the_second_its_time_is_over(backend, author, make):
    story = make(published=True)
    backend.clock.move(hours=23, minutes=59, seconds=59)
    assert list(backend.stories.active(author)) == [story]
    backend.clock.move(seconds=1)
    assert list(backend.stories.active(author)) == []


def test_a_story_is_read_from_a_streams_image(backend, make):
    story = make(published=True)
    image = backend.image(backend.stories, story.author_id, story.story_id)
    assert backend.stories.from_image(image) == story
    assert backend.stories.from_image(None) is None


def test_a_viewer_views_a_story_once(backend):
    story_id, expires = backend.name("story"), backend.clock() + timedelta(hours=24)
    first = View(story_id, "bob", backend.clock())
    assert backend.views.add(first, expires)
    backend.clock.move(minutes=1)
    assert not backend.views.add(View(story_id, "bob", backend.clock()), expires)
    assert list(backend.views.of(story_id, None, 10)) == [first]
    assert backend.views.from_image(backend.image(backend.views, story_id, "bob")) == first
    assert backend.views.from_image(None) is None


def test_viewers_are_read_in_a_stable_order_page_by_page(backend):
    story_id, now = backend.name("story"), backend.clock()
    views = [View(story_id, f"viewer-{number}", now) for number in range(5)]
    for view in reversed(views):
        backend.views.add(view, now + timedelta(hours=24))
    assert list(backend.views.of(story_id, None, 2)) == views[:2]
    assert list(backend.views.of(story_id, "viewer-1", 10)) == views[2:]
    pairs = [(story_id, "viewer-3"), (story_id, "nobody"), ("other", "viewer-3")]
    [found] = backend.read_together(backend.views.lookup(pairs))
    assert found == {pairs[0]: True}


@pytest.fixture
def refs(backend, author):
    """Return three stories of an author, oldest first."""

    def ref():
        ends = whole_second(backend.clock()) + timedelta(hours=24)
        return StoryRef(backend.new_id(), backend.name("story"), author, ends)

    made = []
    for _ in range(3):
        made.append(ref())
        backend.clock.move(hours=1)
    return made


def test_a_tray_has_one_entry_an_author_and_a_late_one_never_makes_it_older(backend, refs):
    viewer, other = backend.name("viewer"), backend.name("other")
    backend.tray.put([(viewer, refs[1]), (other, refs[0])])
    assert list(backend.tray.read(viewer, 10)) == [refs[1]]
    backend.tray.put([(viewer, refs[0])])
    assert list(backend.tray.read(viewer, 10)) == [refs[1]]
    backend.tray.put([(viewer, refs[2]), (viewer, refs[2])])
    assert list(backend.tray.read(viewer, 10)) == [refs[2]]
    assert list(backend.tray.read(other, 10)) == [refs[0]]


def test_an_entry_is_removed_whatever_story_it_names_and_an_older_one_can_come_again(backend, refs):
    viewer, author = backend.name("viewer"), refs[0].author_id
    backend.tray.put([(viewer, refs[1])])
    backend.tray.remove([(viewer, "another"), (backend.name("nobody"), author)])
    assert list(backend.tray.read(viewer, 10)) == [refs[1]]
    for _ in range(2):
        backend.tray.remove([(viewer, author)])
    assert list(backend.tray.read(viewer, 10)) == []
    backend.tray.put([(viewer, refs[0])])
    assert list(backend.tray.read(viewer, 10)) == [refs[0]]


def test_an_entry_has_left_the_second_its_story_ends_and_is_not_put_after(backend, refs):
    viewer = backend.name("viewer")
    backend.tray.put([(viewer, refs[0])])
    backend.clock.move(hours=20, minutes=59, seconds=59)
    assert list(backend.tray.read(viewer, 10)) == [refs[0]]
    backend.clock.move(seconds=1)
    assert list(backend.tray.read(viewer, 10)) == []
    late = backend.name("viewer")
    backend.tray.put([(late, refs[0])])
    backend.clock.move(hours=-1)
    assert list(backend.tray.read(late, 10)) == []


def test_a_tray_is_read_so_far_and_many_are_filled_at_once(backend, refs):
    viewer = backend.name("viewer")
    theirs = [replace(refs[0], author_id=f"author-{number}") for number in range(40)]
    backend.tray.put((viewer, ref) for ref in theirs)
    assert list(backend.tray.read(viewer, 100)) == sorted(theirs, key=lambda ref: ref.author_id)
    assert len(backend.tray.read(viewer, 7)) == 7
    backend.tray.remove((viewer, ref.author_id) for ref in theirs)
    assert list(backend.tray.read(viewer, 100)) == []
