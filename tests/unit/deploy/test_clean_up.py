"""The smoke tests' clean-up names the users that it could not delete, however it ends."""

import pytest
import requests

from tests.blackbox import deployed
from tests.blackbox.client import Service

FORMS = [{"username": name, "password": "correct horse"} for name in ("ada", "bob", "cleo")]


@pytest.fixture
def service():
    """A service at which three users have signed up."""
    made = Service.__new__(Service)
    made.session, made.base_url, made.sign_ups = requests.Session(), "http://127.0.0.1:1", FORMS
    return made


def test_who_cannot_be_reached_is_named_and_the_rest_is_tried(service, monkeypatch):
    def answer(_session, _base_url, form):
        if form["username"] == "bob":
            raise requests.ConnectionError("gone")

    monkeypatch.setattr(deployed, "_erase", answer)
    assert service.erase_everybody() == ["bob: gone"]


def test_a_user_left_by_a_second_signal_is_named(service, monkeypatch):
    def stopped(_session, _base_url, form):
        if form["username"] == "bob":
            raise KeyboardInterrupt

    monkeypatch.setattr(deployed, "_erase", stopped)
    assert service.erase_everybody() == ["bob: not tried", "cleo: not tried"]
