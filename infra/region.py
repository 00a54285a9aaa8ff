"""AWS_REGION, which botocore does not read: it knows AWS_DEFAULT_REGION alone."""

from collections.abc import MutableMapping


def heed_region(environment: MutableMapping[str, str]) -> None:
    """Have every client of this process, and of those that it starts, go where AWS_REGION says."""
    if environment.get("AWS_REGION"):
        environment["AWS_DEFAULT_REGION"] = environment["AWS_REGION"]
