"""Waiting between attempts."""

from functions.aws.backoff import LONGEST_PAUSE, attempts


def pauses(limit, draw):
    waited = []
    assert list(attempts(limit, waited.append, draw)) == list(range(limit))
    return waited


def test_the_first_attempt_does_not_wait():
    assert pauses(1, lambda low, high: high) == []


def test_the_bounds_of_the_pauses_grow_up_to_the_longest():
    bounds = pauses(12, lambda low, high: high)
    assert bounds == sorted(bounds)
    assert bounds[1] == 2 * bounds[0]
    assert bounds[-1] == LONGEST_PAUSE


def test_a_pause_may_be_nothing_so_that_rivals_spread():
    assert pauses(4, lambda low, high: low) == [0, 0, 0]


def test_who_succeeds_waits_no_more():
    waited = []
    for attempt in attempts(8, waited.append, lambda low, high: high):
        if attempt == 2:
            break
    assert len(waited) == 2
