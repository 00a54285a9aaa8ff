"""The local stage as the context of an operator's commands."""

from functools import cache
from typing import Any

import boto3

from infra.deploy.context import Context


@cache
def client(service: str) -> Any:
    """A client of a service of moto's. Making one costs as much as ten calls, and a deploy makes
    many."""
    return boto3.client(service)


class Local(Context):
    """The context of a stage whose settings are already in the environment."""

    def client(self, service):
        return client(service)

    def environment(self):
        return {}
