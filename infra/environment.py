"""Converts the outputs of infra/resources.yaml to the product's settings."""

import re
from collections.abc import Mapping

from functions.config import Settings

SETTINGS = frozenset(name.upper() for name in Settings.__struct_fields__)


def settings_among(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are settings of a stage."""
    return {name: value for name, value in variables.items() if name in SETTINGS}


def settings_of(outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the template's outputs that are settings, by their variables.

    The output UserPoolId becomes USER_POOL_ID.
    """
    return settings_among({_variable(name): value for name, value in outputs.items()})


def _variable(output: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", output).upper()
