"""Positions, and the order of shards."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.counters.domain import (
    COMMENTS,
    LIKES,
    POSITION_KEPT,
    SEQUENCE_DIGITS,
    Record,
    Shard,
    Tally,
    by_target,
    padded,
    parents_first,
    position,
    shard_key,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NUMBERS = st.integers(1, 10**SEQUENCE_DIGITS - 1)


@given(NUMBERS, NUMBERS)
def test_a_position_compares_with_a_number_as_the_numbers_do(one, other):
    held, first = position(padded(str(one)), NOW), padded(str(other))
    assert (held < first) == (one < other)
    assert Tally({}, {"s": held}).counted_to("s") == padded(str(one))


def test_a_shard_that_was_never_counted_stands_before_all():
    assert Tally().counted_to("s") < padded("0")


def test_a_position_is_kept_for_the_hour_in_which_its_records_expire():
    def stale(after):
        return bool(Tally({}, {"s": position(padded("1"), NOW)}).stale(NOW + after))

    assert not stale(POSITION_KEPT)
    assert not stale(POSITION_KEPT + timedelta(minutes=59))
    assert stale(POSITION_KEPT + timedelta(hours=1))


def test_shards_of_other_streams_kinds_and_labels_have_other_positions():
    arns = ("arn:…:table/t/stream/2026-05-01T12:00:00.000", "arn:…:table/t/stream/2026-05-02")
    keys = {
        shard_key(kind, arn, shard)
        for kind in (LIKES, COMMENTS) for arn in arns for shard in ("shardId-1", "shardId-2")
    }  # fmt: skip
    assert len(keys) == 8


def test_a_row_that_has_gone_through_a_days_shards_is_still_one_write_unit():
    from bench.meter import item_size

    longest = position("9" * SEQUENCE_DIGITS, NOW)
    row = {"target_id": {"S": "0" * 26}, "changes": {"N": "1000000"}, "likes": {"N": "1000000"},
           "comments": {"N": "100000"}}  # fmt: skip
    for kind in (LIKES, COMMENTS):
        row.update({shard_key(kind, "arn", f"shard-{i}"): {"S": longest} for i in range(7)})
    assert item_size(row) <= 1024


@given(st.lists(st.integers(0, 30), max_size=30), st.randoms())
def test_a_shard_stands_behind_those_that_it_continues(parents, chance):
    shards = [
        Shard(f"s{i}", f"s{parent}" if parent < i else None) for i, parent in enumerate(parents)
    ]
    chance.shuffle(shards)
    ordered = [shard.shard_id for shard in parents_first(shards)]
    assert sorted(ordered) == sorted(shard.shard_id for shard in shards)
    for shard in shards:
        if shard.parent_id in ordered:
            assert ordered.index(shard.parent_id) < ordered.index(shard.shard_id)


def test_a_record_that_changes_no_count_is_left_out():
    some = [Record(padded(str(n)), f"t{n % 2}", "u", change) for n, change in enumerate([1, 0, -1])]
    assert by_target(some) == {"t0": [some[0], some[2]]}
