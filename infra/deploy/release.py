"""Releases the functions with Chalice's deployer, and keeps a record in the releases bucket.

The record is stored with the stage, so any machine can deploy next. Before a release begins, the
record lists everything that it will create. However the release ends, the next one looks up in AWS
which of it exists (`adopted`).
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.adopted import Entry, adopted, planned
from infra.deploy.console import FailedError
from infra.deploy.context import Context
from infra.deploy.deployer import Deployer
from infra.deploy.layers import layers_of
from infra.deploy.project import digest_of, write_project

KEY = "releases/last.json"


def read_record(context: Context) -> dict[str, Any]:
    """Return the record of the last release, or an empty one before the first.

    It holds the project's `digest`, None if the release did not finish, and Chalice's own record.
    """
    try:
        found = context.client("s3").get_object(Bucket=_bucket(context), Key=KEY)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchBucket", "404"}:
            return {}
        raise
    record: dict[str, Any] = json.loads(found["Body"].read())
    return record


def release(context: Context) -> str:
    """Deploy the functions unless the project has not changed since the last release."""
    folder = write_project(context)
    record = read_record(context)
    digest = digest_of(folder)
    if record.get("digest") == digest and not context.force:
        context.api_url = api_url(record)
        return "unchanged"
    deployer = Deployer(context, folder)
    resources = deployer.resources()
    entries = _known(record, planned(context, resources))
    # Without a digest: until the deploy ends, neither the old nor the new release is complete.
    _write_record(context, None, entries)
    made = deployer.deploy(list(adopted(context, resources, entries)))
    _write_record(context, digest, made)
    context.api_url = str(_api(made)["rest_api_url"])
    return f"{len(context.functions)} functions, {context.api_url}"


def withdraw(context: Context) -> str:
    """Delete the functions and the API. The inverse of `release`."""
    record = read_record(context)
    context.layers = dict.fromkeys(layers_of(), "")
    deployer = Deployer(context, write_project(context))
    resources = deployer.resources()
    there = list(adopted(context, resources, _known(record, planned(context, resources))))
    deployer.delete(there)
    context.client("s3").delete_object(Bucket=_bucket(context), Key=KEY)
    return "deleted" if there else "there were none"


def _known(record: dict[str, Any], new: list[Entry]) -> list[Entry]:
    """Return all entries that may exist: the recorded ones and those of the new release.

    The record includes functions that the app no longer has, which the release must delete.
    """
    entries = {entry["name"]: entry for entry in _resources(record)}
    for entry in new:
        entries[entry["name"]] = {**entries.get(entry["name"], {}), **entry}
    return list(entries.values())


def api_id(record: dict[str, Any]) -> str:
    """Return the REST API's id."""
    return str(_api(_resources(record))["rest_api_id"])


def api_url(record: dict[str, Any]) -> str:
    """Return the API's address. Raises `FailedError` if no release has finished yet."""
    url = known_url(record)
    if url is None:
        raise FailedError("the first release did not finish: run make deploy")
    return url


def known_url(record: dict[str, Any]) -> str | None:
    """Return the API's address, or None if no release has finished yet."""
    found = (one for one in _resources(record) if "rest_api_url" in one)
    return next((str(one["rest_api_url"]) for one in found), None)


def _resources(record: dict[str, Any]) -> list[Entry]:
    found: list[Entry] = record.get("chalice", {}).get("resources", [])
    return found


def _api(resources: list[Entry]) -> Entry:
    return next(entry for entry in resources if entry["resource_type"] == "rest_api")


def _write_record(context: Context, digest: str | None, resources: list[Entry]) -> None:
    record = {"digest": digest, "chalice": {"resources": resources}}
    body = json.dumps(record, indent=2).encode()
    context.client("s3").put_object(Bucket=_bucket(context), Key=KEY, Body=body)


def _bucket(context: Context) -> str:
    return context.outputs["ReleasesBucket"]
