"""Errors of the storage layer. They know nothing of HTTP: `functions.http.refusals` translates."""


class Contended(Exception):
    """An item or a table has too many readers or writers at once. Nothing was written."""


class Undeliverable(Exception):
    """Mail cannot be sent to this address."""
