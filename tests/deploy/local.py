"""The local stage, as an operator's commands see one."""

import boto3

from infra.deploy.context import Context


class Local(Context):
    """Its settings are in the environment already."""

    def client(self, service):
        return boto3.client(service)

    def environment(self):
        return {}
