"""Adds the restored moment to ministack's descriptions of restored tables."""

from datetime import datetime
from typing import Any


class Restores:
    """Wraps ministack's functions. `dynamodb` is its module."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb
        self._restore = dynamodb._restore_table_to_point_in_time
        self._describe = dynamodb._table_description
        self._moments: dict[str, float] = {}

    def restore(self, asked: dict[str, Any]) -> Any:
        """Answer RestoreTableToPointInTime with the present rows, and note the moment asked for."""
        moment = asked.get("RestoreDateTime", datetime.now().timestamp())
        self._moments[asked["TargetTableName"]] = moment
        return self._restore(asked)

    def describe(self, name: str) -> dict[str, Any]:
        """Return a table's description."""
        description: dict[str, Any] = self._describe(name)
        if name in self._moments:
            moment = self._moments[name]
            description["RestoreSummary"] = {
                "RestoreDateTime": moment,
                "RestoreInProgress": False,
            }
        return description
