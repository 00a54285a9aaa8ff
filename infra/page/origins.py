"""The origins that the page and its stage must know of each other."""

from urllib.parse import urlsplit

PAGE_URL = "PageUrl"
"""The output of infra/resources.yaml that exists if the stage has a page."""


def origin_of(url: str) -> str:
    """Return a URL's origin: its scheme, its host and its port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def with_page(allowed: str, page_url: str) -> str:
    """Return ALLOWED_ORIGINS with the page's own, unless all are allowed anyway."""
    if "*" in {origin.strip() for origin in allowed.split(",")}:
        return allowed
    return f"{allowed},{page_url}" if allowed else page_url
