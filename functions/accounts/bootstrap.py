"""Accounts, wired to AWS."""

from functools import cache
from typing import TYPE_CHECKING

from functions.clock import utc_now
from functions.config import settings

if TYPE_CHECKING:
    from functions.accounts.service import Accounts


@cache
def accounts() -> "Accounts":
    """The accounts of this stage."""
    from functions.accounts.pool import CognitoPool
    from functions.accounts.service import Accounts
    from functions.accounts.storage import UserTable

    stage = settings()
    pool = CognitoPool(
        stage.user_pool_id, stage.user_pool_client_id, auto_confirm=stage.sign_up_auto_confirm
    )
    return Accounts(UserTable(), pool, utc_now)
