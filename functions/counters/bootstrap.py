"""Counters, wired to AWS."""

from functools import cache

from functions.counters.storage import CountsTable


@cache
def counts() -> CountsTable:
    """The counts of this stage."""
    return CountsTable()
