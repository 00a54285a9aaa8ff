"""Provisions the local stage from infra/resources.yaml and builds its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.template import Template
from infra.local.wire import Wire, start

TEMPLATE = Path(__file__).parent.parent / "resources.yaml"
PREFIX = "fanlight-local"
MEDIA_KEY_ID = "local"
MAIL_FROM = "Fanlight <mail@fanlight.invalid>"
LOCAL_ORIGINS = ",".join(
    f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in (3000, 5173, 8080)
)
"""The origins of common development servers of web pages."""

ONE_ADDRESS = {"LIMIT_SIGN_UP": "1000000/3600", "LIMIT_LOGIN": "1000000/300"}
"""Limits per address, high because all users of this machine share one address."""


@dataclass(frozen=True)
class Stage:
    """A provisioned local stage."""

    wire: Wire
    base_url: str
    environment: dict[str, str]
    """The variables of `functions.config.Settings`."""
    media_public_key: str
    """The key that CloudFront's key group would hold, in PEM."""


def provision(base_url: str, caller: Mapping[str, str]) -> Stage:
    """Start AWS in this process and create the template's resources in it.

    Settings in `caller`, the caller's environment, are used. Apply the returned environment before
    importing the product, which reads the names of tables and queues when it is imported.
    """
    wire = start(base_url)
    import boto3

    from infra.local.cognito import complete_user_pool
    from infra.local.mail import complete_mail
    from infra.local.resources import make
    from infra.local.shortcuts import take_shortcuts
    from infra.local.transactions import KnownTokens, complete_transactions
    from infra.previews import put_previews

    confirms = caller.get("SIGN_UP_AUTO_CONFIRM", "true").lower() in {"1", "true"}
    take_shortcuts()
    complete_transactions()
    wire.surround(KnownTokens())
    complete_user_pool(sign_up_sends_code=not confirms)
    complete_mail(MAIL_FROM)

    origins = allowed_origins(base_url, caller)
    parameters = {"Prefix": PREFIX, "AllowedOrigins": origins}
    outputs = Template(TEMPLATE, parameters, make).apply()
    put_previews(boto3.client("s3"), outputs["MediaBucket"])
    public_key = _fill_signing_secret(outputs["SigningSecretId"])
    return Stage(wire, base_url, environment_of(outputs, base_url, caller), public_key)


def allowed_origins(base_url: str, caller: Mapping[str, str]) -> str:
    """Return the page's origins, then the caller's or else those of development servers.

    The page has two: opened as localhost, it still finds media and upload forms at 127.0.0.1.
    """
    by_name = base_url.replace("127.0.0.1", "localhost")
    return f"{base_url},{by_name},{caller.get('ALLOWED_ORIGINS') or LOCAL_ORIGINS}"


def environment_of(
    outputs: Mapping[str, str], base_url: str, caller: Mapping[str, str]
) -> dict[str, str]:
    """Return the settings of a stage with these outputs, and those that the caller has set."""
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
        "MAIL_FROM": MAIL_FROM,
    }


def _fill_signing_secret(secret_id: str) -> str:
    """Write new keys into the signing secret. Returns the public half of the media key."""
    import boto3

    from infra.deploy.keys import new_keys, write_keys

    content = {**new_keys(), "media_key_id": MEDIA_KEY_ID}
    write_keys(boto3.client("secretsmanager"), secret_id, content)
    return content["media_public_key_a"]
