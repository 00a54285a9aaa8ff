"""A few hundred of the fuzz's cases, so that every run of the tests has some."""

from tests.fuzz.fuzz_images import LIMIT_MB, attempt_apart, case

CASES = 400


def test_damaged_pictures_are_rendered_or_refused():
    found = attempt_apart(0, CASES)
    assert found["failures"] == []
    assert found["peak_mb"] < LIMIT_MB
    assert sum(found["outcomes"].values()) == CASES
    assert found["outcomes"]["rendered"] > CASES / 10  # otherwise the damage is too coarse
    assert found["outcomes"]["corrupt"] > CASES / 10


def test_a_case_is_the_same_file_each_time():
    assert case(7) == case(7)
    assert case(7) != case(8)
