"""Measures the signatures of a page of 20 posts by 20 authors, with one picture or with ten each:
`python -m bench.signing`.

Cold: nothing is cached, but the library is loaded. Warm: the same page again.
"""

import time
from datetime import timedelta
from statistics import median
from typing import Any

from bench.local import start

AUTHORS, RUNS = 20, 50
ALBUMS = (1, 10)


def main() -> None:
    """Print the table."""
    start()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    from bench.meter import table_of
    from functions.media.urls import signer_of
    from infra.media_keys import new_pair

    old = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    rows: list[tuple[str, ...]] = [
        (
            "key",
            "pictures",
            "a signature, us",
            "a page cold, ms",
            "a page warm, ms",
            "bytes of URLs",
        )
    ]
    for name, pem in (("RSA 2048", old.decode()), ("ECDSA P-256", new_pair()[0])):
        sign = signer_of(pem)
        one = median(timed(lambda sign=sign: sign(b"x" * 150)) for _ in range(500)) * 1e6
        for album in ALBUMS:
            cold, warm, size = page(sign, album)
            figures = (f"{one:.0f}", f"{cold:.2f}", f"{warm:.2f}", f"{size:,}")
            rows.append((name, str(album), *figures))
    print(table_of(rows))


def page(sign: Any, album: int) -> tuple[float, float, int]:
    """Return the CPU milliseconds of a page's URLs, cold and warm, and their length in total."""
    from bench.flow import picture
    from functions.clock import utc_now
    from functions.media.urls import MediaUrls

    pictures = [
        picture(f"media-{i:023}-{j:02}", f"author-{i:030}")
        for i in range(AUTHORS)
        for j in range(album)
    ]
    colds, warms, size = [], [], 0

    def urls_of(urls: Any) -> list[str]:
        owners = dict.fromkeys(one.owner_id for one in pictures)
        found = [urls.avatar(owner_id, f"avatar-{owner_id}", 150) for owner_id in owners]
        for one in pictures:
            found.append(urls.full("post", one.owner_id, one.media_id))
            found += [view.url for view in urls.renditions(one).values()]
        return found

    for _ in range(RUNS):
        urls = MediaUrls(
            "https://media.example.com",
            86_400,
            timedelta(days=1),
            lambda: ("K2JCJMDEHXQW5F", sign),
            utc_now,
        )
        colds.append(timed(lambda urls=urls: urls_of(urls)))
        warms.append(timed(lambda urls=urls: urls_of(urls)))
        size = sum(len(url) for url in urls_of(urls))
    return median(colds) * 1000, median(warms) * 1000, size


def timed(run: Any) -> float:
    """Return the CPU seconds of a call."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
