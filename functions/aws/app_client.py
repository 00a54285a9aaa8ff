"""The secret of the user pool's app client. Without it nobody can call the pool in our place, past
the limits and the rules of this API: the client's id alone is in every token.
"""

import base64
import hmac
from functools import cache

from functions.aws.clients import client


@cache
def client_secret(pool_id: str, client_id: str) -> str:
    """Return the secret of an app client. A process asks the pool once, with its first login.

    Cognito made the secret and keeps it. It is in no environment, stack output or second store.
    """
    found = client("cognito-idp").describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)
    return str(found["UserPoolClient"]["ClientSecret"])


def secret_hash(secret: str, client_id: str, username: str) -> str:
    """Return the proof that the caller of the pool knows the secret, for a call about a username.

    Source: Amazon Cognito's developer guide, "Computing secret hash values".
    """
    digest = hmac.digest(secret.encode(), f"{username}{client_id}".encode(), "sha256")
    return base64.b64encode(digest).decode()
