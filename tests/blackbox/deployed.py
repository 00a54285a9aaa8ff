"""A deployed stage: its address, and how the tests' people are confirmed and deleted there."""

import os
import time
from contextlib import suppress
from typing import Any

import requests

URL = os.environ.get("FANLIGHT_URL", "").rstrip("/")
"""The address of the stage; empty if the tests start a server of their own."""
POOL = os.environ.get("FANLIGHT_POOL", "")
"""Its user pool, if the stage sends codes at sign-up; empty if it does not."""
LONGEST_WAIT_SECONDS = 60
"""The longest Retry-After that the clean-up obeys. It gives up on a longer one."""


def confirm(username: str) -> None:
    """Confirm a sign-up as the pool's owner, since nobody reads the code."""
    if not POOL:
        return
    import boto3

    pool = boto3.client("cognito-idp")
    # Already confirmed if a sign-up was sent a second time with the same key.
    with suppress(pool.exceptions.NotAuthorizedException):
        pool.admin_confirm_sign_up(UserPoolId=POOL, Username=username)


def erase(session: requests.Session, base_url: str, form: dict[str, Any]) -> str | None:
    """Delete an account that a test has made. Return what went wrong; None if it is gone."""
    try:
        return _erase(session, base_url, form)
    except requests.RequestException as error:
        return f"{form['username']}: {error}"


def _erase(session: requests.Session, base_url: str, form: dict[str, Any]) -> str | None:
    password = {"password": form["password"]}
    credentials = {"username": form["username"], **password}
    login = _patiently(session, "POST", f"{base_url}/login", credentials)
    if login.status_code in {400, 401}:
        return None  # a test has deleted it, or it was never created
    if login.status_code != 200:
        return f"{form['username']}: {login.text}"
    headers = {"Authorization": f"Bearer {login.json()['id_token']}"}
    gone = _patiently(session, "DELETE", f"{base_url}/me", password, headers)
    return None if gone.status_code == 202 else f"{form['username']}: {gone.text}"


def _patiently(
    session: requests.Session,
    method: str,
    url: str,
    given: dict[str, str],
    headers: dict[str, str] | None = None,
) -> requests.Response:
    """Send a request, and once more if it was limited and the wait is short enough."""
    sent = {"json": given, "headers": headers, "timeout": LONGEST_WAIT_SECONDS}
    answer = session.request(method, url, **sent)
    wait = float(answer.headers.get("Retry-After", "inf"))
    if answer.status_code == 429 and wait <= LONGEST_WAIT_SECONDS:
        time.sleep(wait)
        answer = session.request(method, url, **sent)
    return answer
