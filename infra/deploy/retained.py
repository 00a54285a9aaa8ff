"""Finds and deletes the resources that the stack retains when it is deleted.

They are found by name, so they are found after the stack is gone, too. A later deploy of the stage
would collide with them.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.console import FailedError
from infra.deploy.context import Context
from infra.deploy.stage import TEMPLATE
from infra.local.template import read_template
from infra.policies import filled

PAGE = 1000  # objects; S3 DeleteObjects
POOLS = 60  # Cognito ListUserPools
UPDATE_POLL_SECONDS = 2
RELEASES = "ReleasesBucket"
"""The bucket of the releases."""
PUT_BY_DEPLOYS = {RELEASES, "PageBucket"}
"""The buckets that hold no data of users."""
_GONE = {"ResourceNotFoundException", "NoSuchBucket"}
Found = dict[str, Any]


def there(call: Callable[..., Found], **arguments: Any) -> Found | None:
    """Return a call's answer, or None if the resource does not exist."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            return None
        raise


class Retained:
    """The retained tables, buckets, user pools and the secret of one stage."""

    def __init__(self, context: Context) -> None:
        self._places = {"Prefix": context.prefix, "AWS::AccountId": context.account}
        self._resources = read_template(TEMPLATE)["Resources"]
        self._dynamodb, self._s3 = context.client("dynamodb"), context.client("s3")
        self._cognito = context.client("cognito-idp")
        self._region = context.region
        self._secrets = context.client("secretsmanager")
        self._tables = self._named("AWS::DynamoDB::Table", "TableName")
        self._buckets = self._named("AWS::S3::Bucket", "BucketName")
        [self._secret] = self._named("AWS::SecretsManager::Secret", "Name").values()

    def check_region(self) -> None:
        """Raise `FailedError` if the stage is in another region.

        S3 finds a bucket from every region, so a destroy in the wrong one would empty it.
        """
        for bucket in self._buckets.values():
            found = there(self._s3.get_bucket_location, Bucket=bucket)
            lies = (found or {}).get("LocationConstraint") or "us-east-1"
            if found is not None and lies != self._region:
                raise FailedError(f"{bucket} and its stage are in {lies}: use AWS_REGION={lies}")

    def is_there(self) -> bool:
        """Return whether any of the resources exists."""
        return bool(
            any(there(self._dynamodb.describe_table, TableName=t) for t in self._tables.values())
            or any(there(self._s3.list_objects_v2, Bucket=b) for b in self._buckets.values())
            or self._pools
            or there(self._secrets.describe_secret, SecretId=self._secret)
        )

    def data(self) -> Iterator[str]:
        """Yield a line for each resource that holds data."""
        for table in self._tables.values():
            if (there(self._dynamodb.scan, TableName=table, Limit=1) or {}).get("Items"):
                yield f"rows of the table {table}"
        for resource, bucket in self._buckets.items():
            if resource not in PUT_BY_DEPLOYS and self._has_data(bucket):
                yield f"objects of the bucket {bucket}"
        for pool in self._pools:
            if self._cognito.list_users(UserPoolId=pool, Limit=1)["Users"]:
                yield f"users of the user pool {pool}"

    def empty(self) -> str:
        """Delete the tables, all objects and the secret, which nothing in the stack refers to."""
        for bucket in self._buckets.values():
            self._empty(bucket)
        for table in self._tables.values():
            self._unprotect_table(table)
        for table in self._tables.values():
            self._delete_table(table)
        # The next deploy would collide with a table that is still being deleted.
        for table in self._tables.values():
            self._dynamodb.get_waiter("table_not_exists").wait(TableName=table)
        there(self._secrets.delete_secret, SecretId=self._secret, ForceDeleteWithoutRecovery=True)
        return f"{len(self._tables)} tables, the secret and all objects deleted"

    def remove(self) -> str:
        """Delete the buckets and pools, to which the stack's CDN and pool client referred."""
        for pool in self._pools:
            there(self._cognito.update_user_pool, UserPoolId=pool, DeletionProtection="INACTIVE")
            there(self._cognito.delete_user_pool, UserPoolId=pool)
        for bucket in self._buckets.values():
            self._empty(bucket)  # an upload form issued earlier may have added an object
            there(self._s3.delete_bucket, Bucket=bucket)
        return f"{len(self._buckets)} buckets and the user pool deleted"

    def _unprotect_table(self, table: str) -> None:
        found = there(self._dynamodb.describe_table, TableName=table)
        if found is not None and found["Table"].get("DeletionProtectionEnabled"):
            self._dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
            # DynamoDB refuses to delete a table that is being updated.
            waiter = self._dynamodb.get_waiter("table_exists")
            waiter.wait(TableName=table, WaiterConfig={"Delay": UPDATE_POLL_SECONDS})

    def _delete_table(self, table: str) -> None:
        found = there(self._dynamodb.describe_table, TableName=table)
        # DynamoDB refuses to delete a table that is already being deleted.
        if found is not None and found["Table"]["TableStatus"] != "DELETING":
            there(self._dynamodb.delete_table, TableName=table)

    @cached_property
    def _pools(self) -> list[str]:
        """The ids of the pools with the stage's name. Names of pools are not unique."""
        [name] = self._named("AWS::Cognito::UserPool", "UserPoolName").values()
        pages = self._cognito.get_paginator("list_user_pools").paginate(MaxResults=POOLS)
        return [one["Id"] for page in pages for one in page["UserPools"] if one["Name"] == name]

    def _named(self, kind: str, property_: str) -> dict[str, str]:
        """Return the names of the retained resources of one type, by their ids in the template."""
        return {
            resource: filled(declared["Properties"][property_]["Fn::Sub"], self._places)
            for resource, declared in self._resources.items()
            if declared["Type"] == kind and declared.get("DeletionPolicy", "Delete") != "Delete"
        }

    def _has_data(self, bucket: str) -> bool:
        """Return whether a bucket holds more than the previews, which every deploy puts there."""
        if there(self._s3.list_objects_v2, Bucket=bucket, MaxKeys=1) is None:
            return False
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return any(
            not one["Key"].startswith("previews/")
            for page in pages
            for one in page.get("Contents", ())
        )

    def _empty(self, bucket: str) -> None:
        while True:
            found = there(self._s3.list_object_versions, Bucket=bucket, MaxKeys=PAGE) or {}
            objects = [
                {"Key": one["Key"], "VersionId": one["VersionId"]}
                for one in [*found.get("Versions", ()), *found.get("DeleteMarkers", ())]
            ]
            if not objects:
                return
            done = self._s3.delete_objects(
                Bucket=bucket, Delete={"Objects": objects, "Quiet": True}
            )
            if errors := done.get("Errors"):
                first = errors[0]
                raise FailedError(
                    f"{len(errors)} objects of {bucket} cannot be deleted, such as "
                    f"{first.get('Key')}: {first.get('Message') or first.get('Code')}"
                )
