"""Releases the functions: `chalice deploy`, and the record of it in the releases bucket.

Chalice knows what it has deployed from a file; without it, it would make a second API. So the file
lies with the stage, not on the machine of whoever deployed last.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.deploy.layers import layers_of
from infra.deploy.project import digest_of, project_folder, write_project

KEY = "releases/last.json"
CHALICE = str(Path(__file__).with_name("recording.py"))


def read_record(context: Context) -> dict[str, Any]:
    """The last release: the project's digest and Chalice's own record; empty before the first."""
    try:
        found = context.client("s3").get_object(Bucket=_bucket(context), Key=KEY)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
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
    deployed = folder / ".chalice" / "deployed" / f"{context.stage.name}.json"
    if record:
        deployed.parent.mkdir(parents=True)
        deployed.write_text(json.dumps(record["chalice"]))
    try:
        _chalice(context, folder, "deploy")
    finally:  # what was made before it failed must be found again
        if deployed.exists():
            chalice = json.loads(deployed.read_text())
            _write_record(context, {"digest": None, "chalice": chalice})
    _write_record(context, {"digest": digest, "chalice": chalice})
    context.api_url = _api_url(chalice)
    return f"{len(context.functions)} functions, {context.api_url}"


def withdraw(context: Context) -> str:
    """Delete the functions and the API: the inverse of `release`."""
    record = read_record(context)
    if not record:
        return "there were none"
    folder = project_folder(context)
    shutil.rmtree(folder, ignore_errors=True)
    context.layers = dict.fromkeys(layers_of(), "")
    write_project(context)
    deployed = folder / ".chalice" / "deployed" / f"{context.stage.name}.json"
    deployed.parent.mkdir(parents=True)
    deployed.write_text(json.dumps(record["chalice"]))
    _chalice(context, folder, "delete")
    context.client("s3").delete_object(Bucket=_bucket(context), Key=KEY)
    return "deleted"


def api_id(record: dict[str, Any]) -> str:
    """The REST API's id."""
    return _of_api(record["chalice"], "rest_api_id")


def api_url(record: dict[str, Any]) -> str:
    """Where the API answers."""
    return _api_url(record["chalice"])


def _api_url(chalice: dict[str, Any]) -> str:
    return _of_api(chalice, "rest_api_url")


def _of_api(chalice: dict[str, Any], name: str) -> str:
    """What Chalice's record says of the API. One of a deploy that failed may lack it."""
    for resource in chalice["resources"]:
        if resource["resource_type"] == "rest_api" and name in resource:
            return str(resource[name])
    raise FailedError("there is no API yet, the last deploy was not finished: make deploy goes on")


def _chalice(context: Context, folder: Path, command: str) -> None:
    # Chalice keeps its packages by the hash of their content, not of their paths.
    shutil.rmtree(folder / ".chalice" / "deployments", ignore_errors=True)
    with subprocess.Popen(  # noqa: S603 - our own interpreter, with arguments of our own
        [sys.executable, "-P", CHALICE, command, "--stage", context.stage.name],
        cwd=folder,
        env={**os.environ, "AWS_DEFAULT_REGION": context.region, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,  # Ctrl-C is not for it
    ) as chalice:
        told = _ended(chalice)
    if chalice.returncode:
        last = "\n      ".join(told.strip().splitlines()[-8:])
        raise FailedError(f"`chalice {command}` failed:\n      {last}")


def _ended(chalice: "subprocess.Popen[str]") -> str:
    """What Chalice says until it has ended. Stopped between two calls it would know of all that it
    has made, but not in the midst of one: so it is let finish, unless it is stopped once more."""
    try:
        return chalice.communicate()[0]
    except KeyboardInterrupt:
        say("      Chalice is let finish (some minutes at most), so that nothing it makes is lost")
        chalice.communicate()
        raise


def _write_record(context: Context, record: dict[str, Any]) -> None:
    body = json.dumps(record, indent=2).encode()
    context.client("s3").put_object(Bucket=_bucket(context), Key=KEY, Body=body)


def _bucket(context: Context) -> str:
    return context.outputs["ReleasesBucket"]
