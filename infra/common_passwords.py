"""Writes the list of common passwords that sign-up refuses, from a wheel of Django.

    pip download --no-deps django
    python -m infra.common_passwords Django-*.whl

Django keeps the list: 20,000 passwords from leaks, collected by Royce Williams. Only those that are
long enough to be chosen here are kept.
"""

import gzip
import sys
import zipfile
from pathlib import Path

from functions.accounts.domain import MIN_PASSWORD
from functions.accounts.password_rule import COMMON_FILE, comparable

SOURCE = "django/contrib/auth/common-passwords.txt.gz"


def common_passwords(wheel: Path) -> list[str]:
    """Return the passwords of a wheel that could be chosen, in the form that is compared."""
    with zipfile.ZipFile(wheel) as archive:
        given = gzip.decompress(archive.read(SOURCE)).decode().splitlines()
    return sorted({comparable(one) for one in given if len(comparable(one)) >= MIN_PASSWORD})


def main() -> None:
    """Write the list. The same wheel gives the same bytes."""
    found = common_passwords(Path(sys.argv[1]))
    COMMON_FILE.write_bytes(gzip.compress("\n".join(found).encode(), mtime=0))
    print(f"{len(found)} passwords in {COMMON_FILE}")


if __name__ == "__main__":
    main()
