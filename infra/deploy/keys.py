"""The signing secret: the keys of cursors and hashes, and the media key pair in one of CloudFront's
two slots.

The pair is stored before CloudFront gets its public half, so a deploy that is interrupted in
between finds it again. CloudFront assigns the key's id, which is stored afterwards.
"""

import json
import secrets
from typing import Any

from infra.media_keys import KEY_BYTES, SLOTS, new_pair


def read_keys(client: Any, secret_id: str) -> dict[str, str] | None:
    """Return the secret's content, or None if it has none yet."""
    try:
        found = client.get_secret_value(SecretId=secret_id)
    except client.exceptions.ResourceNotFoundException:
        return None
    content: dict[str, str] | None = json.loads(found.get("SecretString") or "null")
    return content


def write_keys(client: Any, secret_id: str, content: dict[str, str]) -> None:
    """Replace the secret's content."""
    client.put_secret_value(SecretId=secret_id, SecretString=json.dumps(content))


def new_keys() -> dict[str, str]:
    """Generate new keys, in slot A and without an id."""
    private, public = new_pair()
    return {
        "cursor_key": secrets.token_hex(KEY_BYTES),
        "digest_key": secrets.token_hex(KEY_BYTES),
        "media_key_id": "",
        "media_private_key": private,
        "media_public_key_a": public,
        "media_public_key_b": "",
        "media_slot": SLOTS[0],
    }


def parameters_of(content: dict[str, str]) -> dict[str, str]:
    """Return the template's parameters that hold the public keys."""
    return {f"MediaPublicKey{slot}": content[f"media_public_key_{slot.lower()}"] for slot in SLOTS}


def with_id(content: dict[str, str], outputs: dict[str, str]) -> dict[str, str]:
    """Return the content with the id that CloudFront assigned to the key in use."""
    return {**content, "media_key_id": outputs[f"MediaKeyId{content['media_slot']}"]}
