"""Chalice's command line, which also writes down what it has made before it fails or is stopped.

By itself Chalice keeps its record at the end alone. What it made in a deploy that came to nothing
it would not find again: the next one would make a second API, and stumble over event sources that
are there. It is run as a script, in the folder of a Chalice project.
"""

import sys
from typing import Any

from chalice.cli import main
from chalice.deploy import deployer


class Recording(deployer.Deployer):
    """Chalice's deployer, whose record holds whatever becomes of the deploy."""

    def _deploy(self, config: Any, chalice_stage_name: str) -> Any:
        before = config.deployed_resources(chalice_stage_name)
        known = {name: before.resource_values(name) for name in before.resource_names()}
        try:
            return super()._deploy(config, chalice_stage_name)
        except BaseException:
            for made in self._executor.resource_values:
                known[made["name"]] = {**known.get(made["name"], {}), **made}
            record = {
                "resources": list(known.values()),
                "schema_version": "2.0",
                "backend": self.BACKEND_NAME,
            }
            self._recorder.record_results(record, chalice_stage_name, config.project_dir)
            raise


if __name__ == "__main__":
    setattr(deployer, "Deployer", Recording)  # noqa: B010 - a name that mypy takes for a type
    sys.exit(main())
