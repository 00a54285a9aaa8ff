"""The rule for new passwords."""

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.accounts.domain import MAX_PASSWORD, MIN_PASSWORD
from functions.accounts.password_rule import (
    checked_password,
    common_passwords,
    comparable,
    normalized,
)
from functions.accounts.storage_cognito import POOL_LONGEST, in_pool
from functions.errors import Invalid

passwords = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=140)


@given(passwords)
def test_a_password_is_kept_in_one_spelling_or_refused(password):
    with suppress(Invalid):
        kept = checked_password(password, "ada", "ada@example.com")
        assert kept == normalized(password)
        assert MIN_PASSWORD <= len(kept) <= MAX_PASSWORD


@pytest.mark.parametrize("length", [MIN_PASSWORD, MAX_PASSWORD])
def test_the_limits_are_inside(length):
    password = "xy" * (length // 2)
    assert checked_password(password, "ada") == password
    for other in (password[2:] + "z", password + "z"):
        if not MIN_PASSWORD <= len(other) <= MAX_PASSWORD:
            with pytest.raises(Invalid, match="8 to 128"):
                checked_password(other, "ada")


def test_the_refusal_names_the_field_it_is_told():
    with pytest.raises(Invalid) as refused:
        checked_password("password1", "ada", field="new_password")
    assert refused.value.errors == {"new_password": "is one of the most common passwords"}


def test_a_reset_knows_no_address_and_an_empty_one_matches_nothing():
    assert checked_password("ada@example.com", "ada") == "ada@example.com"


def test_the_list_is_in_the_form_that_is_compared():
    found = common_passwords()
    assert len(found) > 8000
    assert all(one == comparable(one) and len(one) >= MIN_PASSWORD for one in found)
    assert {"password", "12345678", "qwertyuiop", "iloveyou", "trustno1"} <= found


def test_only_a_process_that_sets_a_password_reads_the_list():
    code = (
        "import functions.accounts.service, functions.accounts.password_rule as p;"
        "assert p.common_passwords.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(passwords)
@example(" at the ends ")
@example("x" * (POOL_LONGEST + 1))
def test_the_pool_takes_every_password(password):
    stored = in_pool(password)
    assert len(stored) <= POOL_LONGEST
    assert stored == stored.strip(" ")


@given(passwords, passwords)
def test_two_passwords_stay_two_in_the_pool(one, other):
    assert (in_pool(one) == in_pool(other)) == (one == other)
