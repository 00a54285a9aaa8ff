"""What these tests share."""

from tests.integration.contract.rollback import streams_outlive_rollbacks

__all__ = ["streams_outlive_rollbacks"]
