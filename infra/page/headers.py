"""The headers of every file of the page.

Both the local server and CloudFront send them: a test compares `SiteHeaders` in
infra/resources.yaml with this list.
"""

from typing import NamedTuple


class Origins(NamedTuple):
    """The other origins that the page talks to. An empty one means the page's own."""

    media: str = ""
    api: str = ""
    uploads: str = ""


STRICT_TRANSPORT_SECURITY = ("Strict-Transport-Security", "max-age=31536000")
"""Sent only by a deployed page: a browser must not remember it for an address of this machine."""

_PLAIN = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page_headers(origins: Origins) -> dict[str, str]:
    """Return the headers of a file of the page, without its type and its caching."""
    return {"Content-Security-Policy": content_security_policy(origins), **_PLAIN}


def content_security_policy(origins: Origins) -> str:
    """Return the policy: own scripts and styles only, nothing inline, no markup made from
    strings.
    """
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:", origins.media],
        "connect-src": ["'self'", origins.api, origins.uploads],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "require-trusted-types-for": ["'script'"],
    }
    return "; ".join(
        " ".join(filter(None, (name, *sources))) for name, sources in directives.items()
    )
