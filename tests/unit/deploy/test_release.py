"""Chalice is let finish when a deploy is stopped, so that what it makes is known."""

import pytest

from infra.deploy.release import _ended


class Chalice:
    """A process that is stopped while it is waited for, so many times."""

    def __init__(self, stopped):
        self.stopped, self.ended = stopped, False

    def communicate(self):
        if self.stopped:
            self.stopped -= 1
            raise KeyboardInterrupt
        self.ended = True
        return "Creating Rest API", None


def test_what_it_says_is_kept():
    assert _ended(Chalice(stopped=0)) == "Creating Rest API"


def test_it_is_let_finish_before_the_deploy_stops(capsys):
    chalice = Chalice(stopped=1)
    with pytest.raises(KeyboardInterrupt):
        _ended(chalice)
    assert chalice.ended
    assert "let finish" in capsys.readouterr().out


def test_it_is_left_alone_when_it_is_stopped_once_more():
    chalice = Chalice(stopped=2)
    with pytest.raises(KeyboardInterrupt):
        _ended(chalice)
    assert not chalice.ended
