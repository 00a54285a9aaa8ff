"""Chalice's output is hidden unless it fails."""

import sys

import pytest

from infra.deploy.deployer import _kept_quiet


def chalice(lines, *, fails=False):
    with _kept_quiet():
        sys.stdout.write("\n".join(map(str, range(lines))))
        if fails:
            raise RuntimeError


def test_what_chalice_prints_is_kept_to_itself(capsys):
    chalice(20)
    assert capsys.readouterr().out == ""


def test_the_end_of_it_is_said_where_it_fails(capsys):
    with pytest.raises(RuntimeError):
        chalice(20, fails=True)
    assert capsys.readouterr().out.split() == [str(number) for number in range(12, 20)]
