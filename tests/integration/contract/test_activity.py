"""The tables of activity."""

from msgspec.structs import replace

from functions.activity.domain import Group, Marks, Person, Position


def group(backend, name="2026-05-01.like.p", **more):
    people = more.pop("people", [Person("bob", 1, 1000, ["c"])])
    positions = {"s": Position("123456789012345678901234567890", 7)}
    return Group(
        owner_id=backend.mark, name=name, people=people, positions=positions, changes=1, **more
    )


def test_a_group_is_replaced_only_as_it_was_read(backend):
    groups, first = backend.groups, group(backend)
    assert groups.read(first.owner_id, [first.name]) == {}
    assert [groups.save(None, first), groups.save(None, replace(first, others=9))] == [True, False]
    assert groups.read(first.owner_id, [first.name, "no other"]) == {first.name: first}
    second = replace(first, others=2, changes=2)
    assert groups.save(first, second)
    assert not groups.save(first, replace(first, others=3, changes=2))
    assert groups.read(first.owner_id, [first.name]) == {first.name: second}


def test_groups_are_listed_from_the_greatest_name(backend):
    names = [f"2026-05-0{day}.like.p" for day in (1, 2, 3)]
    for name in names:
        backend.groups.save(None, group(backend, name))
    listed = [one.name for one in backend.groups.page(backend.mark, None, 2)]
    assert listed == names[:0:-1]
    rest = backend.groups.page(backend.mark, names[1], 2)
    assert [one.name for one in rest] == names[:1]


def test_an_empty_group_is_kept_only_while_records_may_come_again(backend):
    empty = group(backend, people=[])
    backend.groups.save(None, empty)
    assert backend.groups.page(backend.mark, None, 10) == [empty]
    backend.clock.move(days=2)
    assert backend.groups.page(backend.mark, None, 10) == []


def test_the_groups_of_a_thread_are_dropped(backend):
    names = ["2026-05-01.reply.p.c", "2026-05-02.reply.p.c", "2026-05-02.reply.p.d"]
    for name in names:
        backend.groups.save(None, group(backend, name))
    assert backend.groups.drop_thread(backend.mark, "2026-05-02", "c") == [names[1]]
    left = backend.groups.page(backend.mark, None, 10)
    assert [one.name for one in left] == [names[2], names[0]]


def test_marks_move_forward_and_their_sets_grow_and_shrink(backend):
    marks, owner = backend.marks, backend.mark
    assert marks.get(owner) == Marks(owner_id=owner)
    for at in (2, 5, 3):
        marks.read_up_to(owner, at)
    marks.add_unread(owner, ["a", "b"])
    marks.add_unread(owner, ["b", "c"])
    marks.drop_unread(owner, ["b", "x"])
    for post_id in ("p", "q"):
        marks.mute(owner, post_id)
    marks.unmute(owner, "p")
    held = Marks(
        owner_id=owner,
        read_up_to=5,
        unread=frozenset({"a", "c"}),
        muted_posts=frozenset({"q"}),
    )
    assert marks.get(owner) == held
    assert backend.read_together(marks.lookup([owner, "nobody"])) == [{(owner,): held}]
