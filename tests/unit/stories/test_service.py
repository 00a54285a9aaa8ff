"""Stories: made, seen for a day to the second, viewed once, deleted."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from functions.config import Settings
from functions.counters.domain import Counts
from functions.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests
from functions.http.pages import ListQuery
from functions.media.domain import AWAITED
from functions.stories.domain import FRESH, MAX_ACTIVE, StoryRef, author_of, is_over, story_id_of
from functions.stories.schemas import NewStory
from infra.local.provision import TEMPLATE
from infra.local.template import read_template
from tests.fakes.courier import Courier
from tests.fakes.pictures import CORRUPT, picture
from tests.fakes.world import STORY_TTL, World


def create(world, author, media_id, new_id=None):
    return world.stories.create(new_id or world.new_id(), author, NewStory(media_id))


class TestMaking:
    """POST /stories."""

    def test_a_story_of_a_ready_picture_begins_at_once(self, world, ada):
        story = world.story(ada)
        assert (story.state, story.width, story.blurhash[:3]) == ("published", 1080, "L00")
        assert story.created_at == world.clock()
        assert story.expires_at == world.clock() + timedelta(hours=24)
        assert author_of(story.story_id) == ada

    def test_a_story_begins_at_a_whole_second(self, world, ada):
        world.clock.move(seconds=0.9)
        story = world.story(ada)
        assert story.expires_at.microsecond == 0
        assert story.expires_at - story.created_at == STORY_TTL

    def test_a_story_of_a_picture_on_its_way_has_no_time_yet(self, world, ada, bob):
        story = world.story(ada, ready=False)
        assert (story.state, story.width, story.published_at) == ("processing", None, None)
        assert story.expires_at is None
        assert world.stories.of_user(ada, ada, ListQuery(10)).items == []
        with pytest.raises(NotFound):
            world.stories.view(bob, story.story_id)

    def test_a_second_try_finds_the_story_done(self, world, ada):
        media_id, new_id = world.upload(ada, kind="story"), world.new_id()
        first = create(world, ada, media_id, new_id)
        assert create(world, ada, media_id, new_id) == first
        assert len(world.story_store.rows.rows()) == 1

    @pytest.mark.parametrize("what", ["unknown", "anothers", "a posts", "taken", "failed", "old"])
    def test_a_picture_that_cannot_be_taken_makes_no_story(self, world, ada, bob, what):
        def old():
            media_id = world.upload(ada, kind="story")
            world.media_store.keep(media_id)  # a stage may keep what no story takes for longer
            world.clock.move(seconds=FRESH.total_seconds() + 1)
            return media_id

        def failed():
            media_id = world.upload(ada, ready=False, kind="story")
            world.settle(media_id, CORRUPT)
            return media_id

        def taken():
            media_id = world.upload(ada, kind="story")
            create(world, ada, media_id)
            return media_id

        media_id = {
            "unknown": lambda: "unknown",
            "anothers": lambda: world.upload(bob, kind="story"),
            "a posts": lambda: world.upload(ada),
            "taken": taken,
            "failed": failed,
            "old": old,
        }[what]()
        stories = len(world.story_store.rows.rows())
        with pytest.raises(NotFound if what in ("unknown", "anothers") else Conflict):
            create(world, ada, media_id)
        assert len(world.story_store.rows.rows()) == stories

    def test_a_picture_as_old_as_it_may_be_is_taken(self, world, ada):
        media_id = world.upload(ada, kind="story")
        world.media_store.keep(media_id)
        world.clock.move(seconds=FRESH.total_seconds())
        assert create(world, ada, media_id).state == "published"

    def test_a_picture_lost_to_another_story_at_the_last_moment_makes_no_story(self, world, ada):
        media_id = world.upload(ada, kind="story")
        create_in_store = world.story_store.create

        def overtaken(story, steps):
            world.story_store.create = create_in_store
            create(world, ada, media_id)
            create_in_store(story, steps)

        world.story_store.create = overtaken
        with pytest.raises(Conflict, match="another story"):
            create(world, ada, media_id)
        assert len(world.story_store.rows.rows()) == 1

    def test_what_stands_in_the_way_for_ever_is_told_to_be_tried_again(
        self, world, ada, monkeypatch
    ):
        monkeypatch.setattr(world.stories, "_create", lambda *_: None)
        with pytest.raises(TooManyRequests):
            world.story(ada)

    def test_nobody_has_more_than_a_hundred_at_a_time(self, world, ada):
        for _ in range(MAX_ACTIVE):
            world.story(ada)
        with pytest.raises(Conflict, match="100"):
            world.story(ada)
        world.clock.move(hours=24)
        assert world.story(ada).state == "published"

    def test_what_is_yet_to_be_published_counts_among_the_hundred(self, world, ada):
        waiting = [world.story(ada, ready=False) for _ in range(MAX_ACTIVE)]
        with pytest.raises(Conflict, match="100"):
            world.story(ada)
        world.story_store.fail(waiting[0].story_id)
        assert world.story(ada).state == "published"


def test_the_lifecycle_rule_never_takes_a_picture_that_is_still_shown():
    [longest] = [meta.le for meta in Settings.__annotations__["story_ttl_seconds"].__metadata__]
    rules = read_template(TEMPLATE)["Resources"]["MediaBucket"]["Properties"]
    lifecycle = rules["LifecycleConfiguration"]["Rules"]
    [rule] = [rule for rule in lifecycle if rule.get("Prefix") == "stories/"]
    assert timedelta(days=rule["ExpirationInDays"]) >= FRESH + timedelta(seconds=longest)


class TestCompleting:
    """A story whose picture comes later."""

    @pytest.mark.parametrize("hours", [0, 3])
    def test_its_time_runs_from_when_its_picture_is_ready(self, world, ada, hours):
        courier = Courier(world)
        story = world.story(ada, ready=False)
        media_id = world.story_store.get(story.story_id).media_id
        courier.settle()
        world.clock.move(hours=hours)
        world.settle(media_id, picture(media_id, ada, "story"))
        courier.settle()
        [shown] = world.stories.of_user(ada, ada, ListQuery(10)).items
        assert shown.story_id == story.story_id
        assert shown.expires_at == world.clock() + STORY_TTL
        assert shown.created_at == story.created_at

    def test_it_is_given_up_when_its_picture_fails_or_never_comes(self, world, ada):
        courier = Courier(world)
        failed, swept = world.story(ada, ready=False), world.story(ada, ready=False)
        world.settle(world.story_store.get(failed.story_id).media_id, CORRUPT)
        courier.settle()
        world.clock.move(seconds=AWAITED.total_seconds())
        world.media_store.sweep()
        courier.settle()
        for story in (failed, swept):
            assert world.story_store.get(story.story_id).state == "failed"

    def test_a_picture_ready_at_the_last_moment_before_the_story_is_made_publishes_it(
        self, world, ada
    ):
        courier, create_in_store = Courier(world), world.story_store.create
        media_id = world.upload(ada, ready=False, kind="story")

        def overtaken(story, steps):
            world.story_store.create = create_in_store
            world.settle(media_id, picture(media_id, ada, "story"))
            create_in_store(story, steps)

        world.story_store.create = overtaken
        assert create(world, ada, media_id).state == "published"
        courier.settle()
        assert len(world.stories.of_user(ada, ada, ListQuery(10)).items) == 1

    def test_completing_again_changes_nothing(self, world, ada):
        story = world.story(ada)
        held = world.story_store.get(story.story_id)
        world.clock.move(hours=1)
        world.stories.complete(story.story_id)
        world.stories.complete("unknown")
        assert world.story_store.get(story.story_id) == held

    def test_a_deleted_story_is_not_completed(self, world, ada):
        courier, story = Courier(world), world.story(ada, ready=False)
        media_id = world.story_store.get(story.story_id).media_id
        world.stories.delete(ada, story.story_id)
        world.settle(media_id, picture(media_id, ada, "story"))
        courier.settle()
        assert world.story_store.get(story.story_id) is None


class TestADay:
    """To the second, whatever TTL does."""

    @pytest.mark.parametrize("moved", [{"hours": 23, "minutes": 59, "seconds": 59}, {"hours": 24}])
    def test_at_23_59_59_it_is_there_and_at_24_00_00_it_is_not(self, world, ada, bob, moved):
        over = moved == {"hours": 24}
        story = world.story(ada)
        world.clock.move(**moved)
        assert len(world.stories.of_user(bob, ada, ListQuery(10)).items) == (not over)
        for call in (
            lambda: world.stories.view(bob, story.story_id),
            lambda: world.stories.viewers(ada, story.story_id, ListQuery(10)),
            lambda: world.stories.see(ada, story.story_id),
            lambda: world.stories.delete(ada, story.story_id),
        ):
            if over:
                with pytest.raises(NotFound):
                    call()
            else:
                call()

    @given(st.integers(1, 172_800), st.integers(-172_800, 172_800), st.integers(0, 999_999))
    def test_a_story_is_visible_exactly_while_now_is_before_its_end(self, shown, around, micros):
        world = World()
        world.stories._shown = timedelta(seconds=shown)
        ada, bob = world.person("ada"), world.person("bob")
        world.social.follow(bob, ada)
        world.clock.moment += timedelta(microseconds=micros)
        story = world.story(ada)
        world.tray.deliver([bob], ada)
        world.clock.moment = max(world.clock.moment, story.expires_at + timedelta(seconds=around))
        visible = world.clock() < story.expires_at
        assert len(world.stories.of_user(bob, ada, ListQuery(10)).items) == visible
        assert len(world.tray.read(bob, ListQuery(10)).items) == visible
        assert is_over(story.expires_at, world.clock()) == (not visible)


class TestViews:
    """Who has seen it."""

    def test_a_viewer_counts_once_and_the_author_never(self, world, ada, bob):
        story = world.story(ada)
        assert not self.shown(world, bob, ada).seen
        for viewer in (bob, bob, ada):
            world.stories.view(viewer, story.story_id)
        assert self.shown(world, bob, ada).seen
        assert [
            (view.user.user_id, view.viewed_at) for view in self.viewers(world, ada, story)
        ] == [(bob, world.clock())]

    def shown(self, world, viewer, author):
        [story] = world.stories.of_user(viewer, author, ListQuery(10)).items
        return story

    def viewers(self, world, author, story, limit=10):
        found, cursor = [], None
        while True:
            page = world.stories.viewers(author, story.story_id, ListQuery(limit, cursor))
            found += page.items
            if (cursor := page.next_cursor) is None:
                return found

    def test_the_count_is_told_to_the_author_alone(self, world, ada, bob):
        story = world.story(ada)
        world.counts.rows[story.story_id] = Counts(views=7)
        assert self.shown(world, ada, ada).view_count == 7
        assert self.shown(world, bob, ada).view_count is UNSET

    def test_viewers_are_paged_and_those_who_have_gone_left_out(self, world, ada):
        story = world.story(ada)
        names = [world.person(f"viewer-{number}") for number in range(7)]
        for name in names:
            world.stories.view(name, story.story_id)
        world.users.rows.drop(names[2])
        found = [view.user.user_id for view in self.viewers(world, ada, story, limit=2)]
        assert found == [*names[:2], *names[3:]]

    def test_a_stranger_to_the_story_is_refused_as_the_rule_says(self, world, ada, bob):
        story = world.story(ada)
        with pytest.raises(Forbidden):
            world.stories.viewers(bob, story.story_id, ListQuery(10))
        with pytest.raises(Forbidden):
            world.stories.delete(bob, story.story_id)
        world.users.update(ada, {"is_private": True})
        for call in (
            lambda: world.stories.viewers(bob, story.story_id, ListQuery(10)),
            lambda: world.stories.delete(bob, story.story_id),
            lambda: world.stories.view(bob, story.story_id),
            lambda: world.stories.of_user(bob, ada, ListQuery(10)),
        ):
            with pytest.raises(NotFound):
                call()
        assert world.views.rows.rows() == []

    @pytest.mark.parametrize("story_id", ["unknown", "ada.unknown", ".", "nobody.01X"])
    def test_what_is_no_story_is_not_found(self, world, ada, story_id):
        for call in (
            lambda: world.stories.view(ada, story_id),
            lambda: world.stories.viewers(ada, story_id, ListQuery(10)),
            lambda: world.stories.delete(ada, story_id),
        ):
            with pytest.raises(NotFound):
                call()


class TestLists:
    """An author's stories."""

    def test_they_are_oldest_first_page_by_page_whatever_is_deleted(self, world, ada, bob):
        stories = []
        for _ in range(5):
            stories.append(world.story(ada).story_id)
            world.clock.move(minutes=1)
        first = world.stories.of_user(bob, ada, ListQuery(2))
        world.stories.delete(ada, stories[1])
        world.stories.delete(ada, stories[3])
        second = world.stories.of_user(bob, ada, ListQuery(2, first.next_cursor))
        assert [one.story_id for one in first.items] == stories[:2]
        assert [one.story_id for one in second.items] == [stories[2], stories[4]]
        assert second.next_cursor is None

    def test_a_cursor_is_good_for_its_list_alone(self, world, ada, bob):
        for author in (ada, ada, bob, bob):
            world.story(author)
        cursor = world.stories.of_user(bob, ada, ListQuery(1)).next_cursor
        with pytest.raises(Invalid):
            world.stories.of_user(bob, bob, ListQuery(1, cursor))

    def test_a_deleted_story_is_gone_at_once_and_deleting_again_finds_none(self, world, ada, bob):
        story = world.story(ada)
        world.stories.delete(ada, story.story_id)
        assert world.stories.of_user(bob, ada, ListQuery(10)).items == []
        with pytest.raises(NotFound):
            world.stories.delete(ada, story.story_id)

    def test_a_story_that_is_published_while_it_is_deleted_is_deleted(self, world, ada):
        courier, story = Courier(world), world.story(ada, ready=False)
        media_id = world.story_store.get(story.story_id).media_id
        world.settle(media_id, picture(media_id, ada, "story"))
        delete = world.story_store.delete

        def overtaken(seen):
            world.story_store.delete = delete
            courier.settle()
            return delete(seen)

        world.story_store.delete = overtaken
        world.stories.delete(ada, story.story_id)
        assert world.story_store.get(story.story_id) is None


@given(st.text(min_size=1, max_size=60), st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1))
def test_a_public_id_carries_its_author(author, ulid):
    assert author_of(story_id_of(author, ulid)) == author


def test_only_a_published_story_has_a_name_in_lists(world, ada):
    story = world.story_store.get(world.story(ada).story_id)
    assert story.ref == StoryRef(story.published_id, story.story_id, ada, story.expires_at)
    with pytest.raises(ValueError, match="never published"):
        _ = world.story_store.get(world.story(ada, ready=False).story_id).ref


def test_the_picture_of_a_deleted_story_can_be_told_again(world, ada):
    media_id = world.upload(ada, kind="story")
    first = create(world, ada, media_id)
    with pytest.raises(Conflict, match="another story"):
        create(world, ada, media_id)
    world.stories.delete(ada, first.story_id)
    assert create(world, ada, media_id).state == "published"
