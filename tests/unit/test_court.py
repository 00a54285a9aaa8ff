"""The verdict on the policies, from what each worker heard."""

from tests.court import sentence_of

CALL = ("render", "s3:GetObject", "arn:aws:s3:::uploads/x")
OTHER = ("erase", "s3:DeleteObject", "arn:aws:s3:::media/*")


def verdict(*, denied=(), unused=(), is_whole=True):
    return {"denied": list(denied), "unused": list(unused), "all": is_whole}


def test_a_call_that_one_worker_saw_denied_fails_the_run():
    told = sentence_of([verdict(), verdict(denied=[CALL])], all_passed=False)
    assert told.startswith("infra/policies.yaml does not grant:")
    assert "render: arn:aws:s3:::uploads/x: [GetObject]" in told


def test_a_grant_is_in_vain_if_no_worker_used_it():
    verdicts = [verdict(unused=[CALL, OTHER]), verdict(unused=[OTHER])]
    told = sentence_of(verdicts, all_passed=True)
    assert "infra/policies.yaml grants in vain:" in told
    assert "erase" in told
    assert "render" not in told


def test_a_run_of_some_tests_or_one_that_failed_tells_nothing_of_unused_grants():
    assert sentence_of([verdict(unused=[CALL], is_whole=False)], all_passed=True) == ""
    assert sentence_of([verdict(unused=[CALL])], all_passed=False) == ""
    assert sentence_of([], all_passed=True) == ""
