"""What the signatures of a page of 20 posts by 20 authors cost: `python -m bench.signing`.

Cold: nothing is remembered, and the library is loaded already. Warm: the same page again.
"""

import time
from datetime import timedelta
from statistics import median
from typing import Any

from bench.local import start

AUTHORS, RUNS = 20, 50


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
        ("key", "a signature, us", "a page cold, ms", "a page warm, ms", "bytes of its URLs")
    ]
    for name, pem in (("RSA 2048", old.decode()), ("ECDSA P-256", new_pair()[0])):
        sign = signer_of(pem)
        one = median(timed(lambda sign=sign: sign(b"x" * 150)) for _ in range(500)) * 1e6
        cold, warm, size = page(sign)
        rows.append((name, f"{one:.0f}", f"{cold:.2f}", f"{warm:.2f}", f"{size:,}"))
    print(table_of(rows))


def page(sign: Any) -> tuple[float, float, int]:
    """CPU milliseconds of a page's URLs, cold and warm, and how long they are together."""
    from bench.flow import picture
    from functions.clock import utc_now
    from functions.media.urls import MediaUrls

    pictures = [picture(f"media-{i:026}", f"author-{i:030}") for i in range(AUTHORS)]
    colds, warms, size = [], [], 0

    def urls_of(urls: Any) -> list[str]:
        found = [urls.avatar(one.owner_id, one.media_id) for one in pictures]
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
    """CPU seconds of a run."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
