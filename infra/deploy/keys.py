"""The signing secret: the cursor key, and the media key pair in one of CloudFront's two slots.

The pair is kept before CloudFront is told of its public half, so a deploy that dies in between
finds it again. Its id is known only afterwards, and is then written beside it.
"""

import json
import secrets
from typing import Any

from infra.media_keys import SLOTS, new_pair


def read_keys(client: Any, secret_id: str) -> dict[str, str] | None:
    """The secret's content; None while it has none."""
    try:
        found = client.get_secret_value(SecretId=secret_id)
    except client.exceptions.ResourceNotFoundException:
        return None
    content: dict[str, str] | None = json.loads(found.get("SecretString") or "null")
    return content


def write_keys(client: Any, secret_id: str, content: dict[str, str]) -> None:
    """Put the secret's content."""
    client.put_secret_value(SecretId=secret_id, SecretString=json.dumps(content))


def new_keys() -> dict[str, str]:
    """New keys in slot A, unknown to CloudFront yet."""
    private, public = new_pair()
    return {
        "cursor_key": secrets.token_hex(32),
        "media_key_id": "",
        "media_private_key": private,
        "media_public_key_a": public,
        "media_public_key_b": "",
        "media_slot": SLOTS[0],
    }


def parameters_of(content: dict[str, str]) -> dict[str, str]:
    """The template's parameters for the public halves."""
    return {f"MediaPublicKey{slot}": content[f"media_public_key_{slot.lower()}"] for slot in SLOTS}


def with_id(content: dict[str, str], outputs: dict[str, str]) -> dict[str, str]:
    """The content with the id that CloudFront gave to the key in use."""
    return {**content, "media_key_id": outputs[f"MediaKeyId{content['media_slot']}"]}
