"""Creates an S3 bucket from the template's properties, converted to S3's API."""

from collections.abc import Callable
from typing import Any

import boto3

from infra.local.applied import check


def make_bucket(properties: dict[str, Any]) -> str:
    """Create a bucket and remove the properties that were applied. Returns the bucket's name."""
    s3 = boto3.client("s3")
    name = str(properties.pop("BucketName"))
    s3.create_bucket(Bucket=name)
    for known, (setting, argument, convert) in _PARTS.items():
        if known not in properties:
            continue
        asked = convert(properties.pop(known))
        getattr(s3, f"put_{setting}")(Bucket=name, **{argument: asked})
        check(f"{name}, {known}", _described(s3, name, setting, argument), asked)
    return name


def _described(s3: Any, name: str, setting: str, argument: str) -> Any:
    """Return a setting as S3 has it. Some answers contain it as an element, others are it."""
    answer = getattr(s3, f"get_{setting}")(Bucket=name)
    return answer.get(argument, answer)


def _encryption(asked: dict[str, Any]) -> dict[str, Any]:
    rules = asked["ServerSideEncryptionConfiguration"]
    return {
        "Rules": [
            {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
            for rule in rules
        ]
    }


def _notification(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "QueueConfigurations": [
            {"QueueArn": one["Queue"], "Events": [one["Event"]]}
            for one in asked["QueueConfigurations"]
        ]
    }


def _lifecycle(asked: dict[str, Any]) -> dict[str, Any]:
    return {"Rules": [_lifecycle_rule(dict(rule)) for rule in asked["Rules"]]}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    expiration = {"Days": int(rule.pop("ExpirationInDays"))} if "ExpirationInDays" in rule else None
    aborted = rule.pop("AbortIncompleteMultipartUpload", None)
    converted = {
        "ID": rule.pop("Id"),
        "Status": rule.pop("Status"),
        "Filter": {"Prefix": rule.pop("Prefix", "")},
        **({"Expiration": expiration} if expiration else {}),
        **({"AbortIncompleteMultipartUpload": aborted} if aborted else {}),
    }
    if rule:
        raise ValueError(f"the local stack does not know {sorted(rule)} of a lifecycle rule")
    return converted


def _cors(asked: dict[str, Any]) -> dict[str, Any]:
    renamed = {"MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders", "Id": "ID"}
    return {
        "CORSRules": [
            {renamed.get(key, key): value for key, value in rule.items()}
            for rule in asked["CorsRules"]
        ]
    }


def _same(asked: dict[str, Any]) -> dict[str, Any]:
    return asked


_PARTS: dict[str, tuple[str, str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "PublicAccessBlockConfiguration": (
        "public_access_block", "PublicAccessBlockConfiguration", _same,
    ),
    "BucketEncryption": ("bucket_encryption", "ServerSideEncryptionConfiguration", _encryption),
    "OwnershipControls": ("bucket_ownership_controls", "OwnershipControls", _same),
    "NotificationConfiguration": (
        "bucket_notification_configuration", "NotificationConfiguration", _notification,
    ),
    "LifecycleConfiguration": (
        "bucket_lifecycle_configuration", "LifecycleConfiguration", _lifecycle,
    ),
    "CorsConfiguration": ("bucket_cors", "CORSConfiguration", _cors),
    "VersioningConfiguration": ("bucket_versioning", "VersioningConfiguration", _same),
}  # fmt: skip
