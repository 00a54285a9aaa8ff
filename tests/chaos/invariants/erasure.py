"""Invariants of erasure."""

from collections.abc import Iterator

import boto3

from functions.config import settings
from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant
from tests.integration.erasure.traces import traces


@invariant
def nothing_is_left_of_those_who_left(found: Found) -> Iterator[str]:
    """No table, bucket or pool holds anything of a person whose account was deleted."""
    for person in found.gone():
        for name in person.names:
            for trace in traces(person.user_id, name):
                yield f"{name} left, but {trace[:300]}"


@invariant
def logins_and_profiles_match(found: Found) -> Iterator[str]:
    """Each login has a profile, and each profile a login."""
    pages = boto3.client("cognito-idp").get_paginator("list_users")
    logins = {
        attribute["Value"]
        for page in pages.paginate(UserPoolId=settings().user_pool_id)
        for user in page["Users"]
        for attribute in user["Attributes"]
        if attribute["Name"] == "sub"
    }
    for user_id in found.users.keys() - logins:
        yield f"{found.name(user_id)} has a profile and no login"


@invariant
def every_login_has_a_name(found: Found) -> Iterator[str]:
    """The row of a name leads to each login. Nobody could use or delete another."""
    led_to = {row["pool_name"] for row in found.rows("names") if row.get("pool_name")}
    pages = boto3.client("cognito-idp").get_paginator("list_users")
    logins = {
        user["Username"]
        for page in pages.paginate(UserPoolId=settings().user_pool_id)
        for user in page["Users"]
    }
    yield from (f"no name leads to the login {login}" for login in sorted(logins - led_to))


@invariant
def nobody_waits_for_a_pass(found: Found) -> Iterator[str]:
    """Every pass over the tables that somebody waited for has been made."""
    for row in found.rows("passes"):
        if row.get("user_id") and not row.get("done"):
            yield f"{found.name(row['user_id'])} still waits: {row}"
