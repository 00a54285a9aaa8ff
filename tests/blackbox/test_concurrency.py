"""Many people at once: exact counts, and answers that never reach the wrong person."""

from functools import partial

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person, ids, new_name, sign_up_form
from tests.blackbox.together import at_once
from tests.blackbox.waiting import until

CROWD = 16


def test_a_crowd_signs_up_follows_and_posts_at_once(service: Service) -> None:
    star = Person(service)
    crowd = at_once([partial(Person, service)] * CROWD)
    assert len({person.user_id for person in crowd}) == CROWD

    at_once([partial(person.follow, star) for person in crowd])
    assert star.me()["follower_count"] == CROWD
    followers = star.whole(f"/users/{star.user_id}/followers", 5)
    assert {one["username"] for one in followers} == {one.username for one in crowd}

    at_once([partial(star.follow, person) for person in crowd])
    assert star.me()["following_count"] == CROWD

    posts = at_once([partial(person.publish, person.username) for person in crowd])
    for person, post in zip(crowd, posts, strict=True):
        assert post["caption"] == post["author"]["username"] == person.username
        assert person.grid() == [post["post_id"]]
        assert person.me()["post_count"] == 1
    feed = until(star.feed, lambda feed: len(feed) >= CROWD)
    assert sorted(feed) == sorted(ids(posts))
    shown = star.whole(f"/feed/{star.user_id}", 3)
    assert ids(shown) == feed

    own = star.publish("for everybody")
    at_once(
        [
            partial(person.sees, own["post_id"], post["post_id"])
            for person, post in zip(crowd, posts, strict=True)
        ]
    )

    at_once([partial(person.unfollow, star) for person in crowd])
    assert star.me()["follower_count"] == 0
    assert all(
        person.feed() == [post["post_id"]] for person, post in zip(crowd, posts, strict=True)
    )


def test_nobody_is_given_anothers_answer(service: Service) -> None:
    crowd = [Person(service) for _ in range(4)]

    def ask(person: Person) -> None:
        for number in range(10):
            assert person.me()["username"] == person.username
            bio = f"{person.username} {number}"
            assert person.patch("/me", {"bio": bio}).json()["bio"] == bio
            found = person.get("/users", params={"username": crowd[0].username}).json()
            assert found["user_id"] == crowd[0].user_id
            assert person.get("/feed/somebody-else").status_code == 403
            assert Client(service).get("/me").status_code == 401

    at_once([partial(ask, person) for person in crowd])


def test_one_name_is_given_to_one_of_many(service: Service) -> None:
    nobody, name = Client(service), new_name()
    forms = [sign_up_form(name, email=f"{number}@example.com") for number in range(CROWD)]
    answers = at_once([partial(nobody.post, "/signup", form) for form in forms])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (CROWD - 1)


def test_following_the_same_person_many_times_at_once_counts_once(
    anna: Person, ben: Person
) -> None:
    path = f"/users/{ben.user_id}/follow"
    answers = at_once([partial(anna.put, path)] * CROWD)
    assert {answer.status_code for answer in answers} <= {200, 409, 429}
    assert 200 in {answer.status_code for answer in answers}
    assert (ben.me()["follower_count"], anna.me()["following_count"]) == (1, 1)
    answers = at_once([partial(anna.delete, path)] * CROWD)
    assert {answer.status_code for answer in answers} <= {204, 409, 429}
    anna.unfollow(ben)
    assert (ben.me()["follower_count"], anna.me()["following_count"]) == (0, 0)


def test_following_and_unfollowing_at_once_leaves_counts_that_agree(
    anna: Person, ben: Person
) -> None:
    path = f"/users/{ben.user_id}/follow"
    at_once([partial(anna.put, path), partial(anna.delete, path)] * (CROWD // 2))
    follows = anna.seen(f"/users/{ben.user_id}")["relationship"]["following"] == "yes"
    assert ben.me()["follower_count"] == anna.me()["following_count"] == int(follows)
    assert len(ben.whole(f"/users/{ben.user_id}/followers")) == int(follows)
    # Later requests still get through.
    anna.follow(ben)
    anna.sees(ben.publish()["post_id"])


def test_a_picture_posted_many_times_at_once_is_in_one_post(anna: Person) -> None:
    media_id = anna.ready()
    tasks = [partial(anna.post, "/posts", {"media_ids": [media_id]})] * CROWD
    answers = at_once(tasks)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (CROWD - 1)
    assert len(anna.grid()) == anna.me()["post_count"] == 1


def test_a_post_deleted_many_times_at_once_is_counted_off_once(anna: Person) -> None:
    kept, gone = anna.publish(), anna.publish()
    answers = at_once([partial(anna.delete, f"/posts/{gone['post_id']}")] * CROWD)
    assert {answer.status_code for answer in answers} <= {204, 404}
    assert anna.me()["post_count"] == 1
    assert anna.grid() == [kept["post_id"]]
    # Later requests still get through.
    anna.sees(anna.publish()["post_id"], kept["post_id"])


def test_posts_made_at_once_are_all_counted_and_listed(anna: Person) -> None:
    media_ids = [anna.ready() for _ in range(10)]
    posts = at_once([partial(anna.post_of, [media_id]) for media_id in media_ids])
    assert anna.me()["post_count"] == len(posts)
    assert sorted(anna.grid()) == sorted(ids(posts))
    until(anna.feed, lambda feed: sorted(feed) == sorted(ids(posts)))
