"""Provisions the local stage from infra/resources.yaml, and gives the environment it runs in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.template import Template
from infra.local.wire import Wire, start

TEMPLATE = Path(__file__).parent.parent / "resources.yaml"
PREFIX = "fanlight-local"
MEDIA_KEY_ID = "local"
LOCAL_ORIGINS = ",".join(
    f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in (3000, 5173, 8080)
)
"""Where the usual development servers of web pages listen."""

ONE_ADDRESS = {"LIMIT_SIGN_UP": "1000000/3600", "LIMIT_LOGIN": "1000000/300"}
"""Everybody on this machine has the same address."""


@dataclass(frozen=True)
class Stage:
    """A provisioned local stage."""

    wire: Wire
    base_url: str
    environment: dict[str, str]
    """For `functions.config.Settings`, beside the AWS settings that are already in force."""
    media_public_key: str
    """In PEM: what a CloudFront key group would hold."""


def provision(base_url: str, caller: Mapping[str, str]) -> Stage:
    """Start AWS in this process and make everything of the template in it.

    `caller` is the environment of whoever asks: what names a setting there is heeded. Apply the
    stage's environment before the product is imported, which reads names as it is imported.
    """
    wire = start(base_url)
    import boto3

    from infra.local.cognito import complete_user_pool
    from infra.local.resources import make
    from infra.local.transactions import complete_transactions
    from infra.previews import put_previews

    confirms = caller.get("SIGN_UP_AUTO_CONFIRM", "true").lower() in {"1", "true"}
    complete_transactions()
    complete_user_pool(sign_up_sends_code=not confirms)

    origins = allowed_origins(base_url, caller)
    parameters = {"Prefix": PREFIX, "AllowedOrigins": origins}
    outputs = Template(TEMPLATE, parameters, make).apply()
    put_previews(boto3.client("s3"), outputs["MediaBucket"])
    public_key = _fill_signing_secret(outputs["SigningSecretId"])
    return Stage(wire, base_url, environment_of(outputs, base_url, caller), public_key)


def allowed_origins(base_url: str, caller: Mapping[str, str]) -> str:
    """The caller's origins, or this machine's. The server's own address is one too: the API's
    documentation page calls from it."""
    return caller.get("ALLOWED_ORIGINS") or f"{base_url},{LOCAL_ORIGINS}"


def environment_of(
    outputs: Mapping[str, str], base_url: str, caller: Mapping[str, str]
) -> dict[str, str]:
    """The settings of a stage with these outputs; the caller may set what the stage does not."""
    from infra.environment import settings_among, settings_of

    return {
        "SIGN_UP_AUTO_CONFIRM": "true",
        **ONE_ADDRESS,
        **settings_among(caller),
        **settings_of(outputs),
        "ALLOWED_ORIGINS": allowed_origins(base_url, caller),
        "STAGE": "local",
        "RESOURCE_PREFIX": PREFIX,
        "MEDIA_BASE_URL": f"{base_url}/cdn",
    }


def _fill_signing_secret(secret_id: str) -> str:
    """Write new keys into the signing secret. Gives the public half of the media key."""
    import boto3

    from infra.deploy.keys import new_keys, write_keys

    content = {**new_keys(), "media_key_id": MEDIA_KEY_ID}
    write_keys(boto3.client("secretsmanager"), secret_id, content)
    return content["media_public_key_a"]
