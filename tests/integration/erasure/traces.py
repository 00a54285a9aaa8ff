"""Searches everything in the local stage for a user, without knowledge of the product."""

import boto3

from functions.config import settings


def traces(user_id: str, username: str) -> list[str]:
    """Return where a user's id is found, or the username in the places of names. The user's own
    tombstone does not count, and the hold of the name, which tells nothing but the name.
    """
    return [*_in_tables(user_id, username), *_in_buckets(user_id), *_in_pool(user_id, username)]


def _in_tables(user_id: str, username: str) -> list[str]:
    dynamodb, found = boto3.client("dynamodb"), []
    for page in dynamodb.get_paginator("list_tables").paginate():
        for table in page["TableNames"]:
            for part in dynamodb.get_paginator("scan").paginate(TableName=table):
                for row in part["Items"]:
                    tombstone = table.endswith("-users") and row["user_id"]["S"] == user_id
                    hold = table.endswith("-names") and row["state"]["S"] == "held"
                    named = username in str(row) and not tombstone and not hold
                    if named or (user_id in str(row) and not tombstone):
                        found.append(f"{table}: {row}")
    return found


def _in_buckets(user_id: str) -> list[str]:
    s3, found = boto3.client("s3"), []
    for bucket in (settings().uploads_bucket, settings().media_bucket):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            keys = [one["Key"] for one in page.get("Contents", ())]
            found += [f"{bucket}: {key}" for key in keys if user_id in key]
    return found


def _in_pool(user_id: str, username: str) -> list[str]:
    pages = boto3.client("cognito-idp").get_paginator("list_users")
    users = [
        user
        for page in pages.paginate(UserPoolId=settings().user_pool_id)
        for user in page["Users"]
    ]
    return [
        f"pool: {user['Username']}"
        for user in users
        if user["Username"].partition(":")[0] == username or user_id in str(user["Attributes"])
    ]


def tombstone(user_id: str) -> dict[str, object] | None:
    """Return the rest of a user's row."""
    found = boto3.client("dynamodb").get_item(
        TableName=settings().table("users"), Key={"user_id": {"S": user_id}}
    )
    return found.get("Item")
