"""The layer of passes: the scan of all tables that erasures and exports share."""

from functools import cached_property
from typing import TYPE_CHECKING

from functions.stage.feeds import WithFeeds
from functions.stage.tables import Tables

if TYPE_CHECKING:
    from functions.aws.tables import Table
    from functions.passes.service import Passes

SEARCHED = ("likes", "comments")
"""The tables in which an export finds a user's rows by a pass alone."""


class WithPasses(WithFeeds):
    """A stage's pass."""

    @cached_property
    def passes(self) -> "Passes":
        from functions.passes.scan import TableScan
        from functions.passes.service import Passes

        models = {self._entity(one): one for one in self.tables()}
        scan = TableScan(
            self.pass_store,
            [models[name] for name in sorted(models) if name != "counts"],
            # Last: they are written to when rows of other tables are deleted.
            [models["counts"]],
            {name: models[name] for name in SEARCHED},
            self.found_rows.put,
            self.users.find,
        )
        return Passes(self.pass_store, scan, self.send, self.now, self.new_id)

    def tables(self) -> "list[type[Table]]":
        """Return the models of all tables of this stage."""
        from functions.aws.tables import Table
        from functions.http import idempotency, limits  # noqa: F401 - each has a table of its own

        # Importing a module makes its model known, and asking for a table imports its module.
        for name, found in vars(Tables).items():
            if isinstance(found, cached_property):
                getattr(self, name)
        prefix = self.settings.table("")
        return [one for one in Table.__subclasses__() if one.Meta.table_name.startswith(prefix)]

    def _entity(self, table: "type[Table]") -> str:
        return table.Meta.table_name.removeprefix(self.settings.table(""))
