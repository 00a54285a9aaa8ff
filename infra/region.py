"""Makes boto3 use AWS_REGION. botocore only reads AWS_DEFAULT_REGION."""

from collections.abc import MutableMapping


def use_aws_region(environment: MutableMapping[str, str]) -> None:
    """Copy AWS_REGION, if set, to AWS_DEFAULT_REGION. Processes started later inherit it."""
    if environment.get("AWS_REGION"):
        environment["AWS_DEFAULT_REGION"] = environment["AWS_REGION"]
