"""Releases the functions: Chalice's deployer, and the record of it in the releases bucket.

The record lies with the stage, not on the machine of whoever deployed last. What a release is about
to make is written there before it begins, so that nothing of it is lost sight of however it ends,
and what is there is looked up in AWS itself (`adopted`).
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
    """The last release: the project's digest, None while it has not come to its end, and Chalice's
    own record; empty before the first."""
    try:
        found = context.client("s3").get_object(Bucket=_bucket(context), Key=KEY)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchBucket", "404"}:
            return {}
        raise
    record: dict[str, Any] = json.loads(found["Body"].read())
    return record


def release(context: Context) -> str:
    """Deploy the functions, unless exactly these are deployed already."""
    folder = write_project(context)
    record = read_record(context)
    digest = digest_of(folder)
    if record.get("digest") == digest and not context.force:
        context.api_url = api_url(record)
        return "unchanged"
    deployer = Deployer(context, folder)
    resources = deployer.resources()
    entries = _known(record, planned(context, resources))
    # However it ends: neither the old release nor the new one is what is deployed.
    _write_record(context, None, entries)
    made = deployer.deploy(list(adopted(context, resources, entries)))
    _write_record(context, digest, made)
    context.api_url = str(_api(made)["rest_api_url"])
    return f"{len(context.functions)} functions, {context.api_url}"


def withdraw(context: Context) -> str:
    """Delete the functions and the API: the inverse of `release`."""
    record = read_record(context)
    context.layers = dict.fromkeys(layers_of(), "")
    deployer = Deployer(context, write_project(context))
    resources = deployer.resources()
    there = list(adopted(context, resources, _known(record, planned(context, resources))))
    deployer.delete(there)
    context.client("s3").delete_object(Bucket=_bucket(context), Key=KEY)
    return "deleted" if there else "there were none"


def _known(record: dict[str, Any], new: list[Entry]) -> list[Entry]:
    """What may be there: what was recorded, functions among it that the app no longer has, and
    what a release makes."""
    entries = {entry["name"]: entry for entry in _resources(record)}
    for entry in new:
        entries[entry["name"]] = {**entries.get(entry["name"], {}), **entry}
    return list(entries.values())


def api_id(record: dict[str, Any]) -> str:
    """The REST API's id."""
    return str(_api(_resources(record))["rest_api_id"])


def api_url(record: dict[str, Any]) -> str:
    """Where the API answers. Raises `FailedError` while no release has come to its end."""
    url = _api(_resources(record)).get("rest_api_url")
    if url is None:
        raise FailedError("the first release has not come to its end: make deploy")
    return str(url)


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
