"""Adds CloudFront's two key types to ministack's CloudFormation.

ministack's CloudFront has them, its CloudFormation does not. They refuse what CloudFront refuses:
to change a key, to delete a key of a group, and to delete a group of a distribution.
"""

from typing import Any

Made = tuple[str, dict[str, str]]
"""The physical id, and the attributes."""


class PublicKeys:
    """Handles AWS::CloudFront::PublicKey. `cloudfront` is ministack's module."""

    def __init__(self, cloudfront: Any) -> None:
        self._cloudfront = cloudfront

    def handlers(self) -> dict[str, Any]:
        """Return the functions that CloudFormation calls."""
        return {"create": self._create, "update": self._update, "delete": self._delete}

    def _create(self, logical_id: str, properties: dict[str, Any], stack: str) -> Made:
        made, config = self._cloudfront._pk_id(), properties["PublicKeyConfig"]
        if any(one["Config"]["Name"] == config["Name"] for one in self._all.values()):
            raise ValueError(f"PublicKeyAlreadyExists: {config['Name']}")
        self._all[made] = _record(self._cloudfront, made, config)
        return made, {"Id": made}

    def _update(self, made: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> Made:
        if new["PublicKeyConfig"] != old["PublicKeyConfig"]:
            raise ValueError("CannotChangeImmutablePublicKeyFields")
        return made, {"Id": made}

    def _delete(self, made: str, properties: dict[str, Any]) -> None:
        if self._cloudfront._public_keys_using(made):
            raise ValueError("PublicKeyInUse")
        self._all.pop(made, None)

    @property
    def _all(self) -> Any:
        return self._cloudfront._public_keys


class KeyGroups:
    """Handles AWS::CloudFront::KeyGroup. `cloudfront` is ministack's module."""

    def __init__(self, cloudfront: Any) -> None:
        self._cloudfront = cloudfront

    def handlers(self) -> dict[str, Any]:
        """Return the functions that CloudFormation calls."""
        return {"create": self._create, "update": self._update, "delete": self._delete}

    def _create(self, logical_id: str, properties: dict[str, Any], stack: str) -> Made:
        return self._put(self._cloudfront._kg_id(), properties)

    def _update(self, made: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> Made:
        return self._put(made, new)

    def _delete(self, made: str, properties: dict[str, Any]) -> None:
        if self._cloudfront._key_groups_using(made):
            raise ValueError("ResourceInUse")
        self._cloudfront._key_groups.pop(made, None)

    def _put(self, made: str, properties: dict[str, Any]) -> Made:
        config = properties["KeyGroupConfig"]
        if not set(config["Items"]).issubset(self._cloudfront._public_keys.keys()):
            raise ValueError(f"InvalidArgument: unknown keys: {config['Items']}")
        self._cloudfront._key_groups[made] = _record(self._cloudfront, made, config)
        return made, {"Id": made}


def _record(cloudfront: Any, made: str, config: dict[str, Any]) -> dict[str, Any]:
    now = cloudfront._now_iso()
    etag = cloudfront.new_uuid()
    return {"Id": made, "ETag": etag, "CreatedTime": now, "LastModifiedTime": now, "Config": config}
