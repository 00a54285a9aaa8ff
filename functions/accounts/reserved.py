"""Usernames that nobody can take, because they would look like the service or its staff.

A stage adds its own with `RESERVED_USERNAMES`. Dots and underscores do not count, so `ad.min` is
as reserved as `admin`.
"""

from collections.abc import Iterable

_STAFF = """
    admin administration administrator admins compliance dev developer developers fanlight
    founder helpdesk mod moderation moderator moderators mods official operator operators owner
    press root staff sudo superuser support sysadmin system team trust verified
"""
_MAILBOXES = """
    abuse billing contact feedback ftp hello help hostmaster info legal mail mailer mailerdaemon
    noc noreply postmaster privacy sales security usenet uucp webmaster www
"""
"""Local parts that belong to a domain's operator (RFC 2142), and common ones."""
_WORDS = """
    about account accounts activity anonymous api app apps archive auth block blocks blog
    bookmarks callback cdn comment comments config confirm dashboard deleted demo direct
    docs download edit error everybody everyone explore export faq favicon feed filters follow
    followers following forgot guest health here highlights home images inbox index instance
    invite javascript jobs known like likes login logout manifest media me message messages mute
    mutes new none notification notifications null oauth oembed openapi password photo photos
    policy post posts profile public register reset robots rules save saved search self sessions
    settings share shop signin signout signup sitemap static status stories story streaming
    suggestions tag tags terms test token true false undefined unknown upload uploads user username
    users verify void web welcome wellknown you
"""
"""Words of the API, of web pages and of programs: names that would be taken for a part of them."""
RESERVED = frozenset(f"{_STAFF} {_MAILBOXES} {_WORDS}".split())


def bare(username: str) -> str:
    """Return a name without its dots and underscores."""
    return username.replace(".", "").replace("_", "")


def reserved_with(more: Iterable[str]) -> frozenset[str]:
    """Return the reserved names, and those that a stage adds."""
    return RESERVED | {bare(name) for name in more}
