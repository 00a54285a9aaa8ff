"""Command-line options that make variables can set too: `QUEUE=render` is `--queue render`."""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

WRONG_USAGE = 2
"""The exit status of a command that was given a wrong value."""
_SWITCH = {"1": True, "0": False, "": False}


def switch(text: str) -> bool:
    """Convert `1` or `0`. An empty make variable is off."""
    if text not in _SWITCH:
        raise argparse.ArgumentTypeError(f"{text!r} is neither 1 nor 0")
    return _SWITCH[text]


def number(text: str) -> int:
    """Convert a number from 0 up, such as minutes or seconds."""
    if not re.fullmatch("[0-9]{1,6}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 999999")
    return int(text)


@dataclass(frozen=True)
class Option:
    """One option. The make variable gives it its name: USER_ID is `--user-id`."""

    variable: str
    help: str
    type: Callable[[str], Any] = str
    default: str = ""
    """The value as text; `type` converts it."""
    is_required: bool = False

    @property
    def flag(self) -> str:
        """The option's name on the command line."""
        return f"--{self.variable.lower().replace('_', '-')}"


class Parser(argparse.ArgumentParser):
    """An argument parser that reports a mistake in one line instead of with its whole usage."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._variables: dict[str, str] = {}

    def add_options(self, options: Iterable[Option], environment: Mapping[str, str]) -> None:
        """Add options. A make variable in the environment sets what the command line leaves out."""
        for option in options:
            self._variables[option.flag] = option.variable
            given = environment.get(option.variable) or option.default
            more: dict[str, Any] = {"metavar": option.variable}
            if option.type is switch:  # `--force` alone means 1
                more = {"metavar": "1|0", "nargs": "?", "const": True}
            self.add_argument(
                option.flag,
                type=option.type,
                default=given,  # argparse converts text, so it checks make variables as well
                required=option.is_required and not given,
                help=f"{option.help} ({option.variable}= of make)",
                **more,
            )

    def error(self, message: str) -> NoReturn:
        """Print the mistake in one line and exit with status 2."""
        told = re.sub("--[a-z-]+", self._with_variable, message)
        self.exit(WRONG_USAGE, f"fanlight: {told} (--help shows the usage)\n")

    def _with_variable(self, flag: re.Match[str]) -> str:
        variable = self._variables.get(flag[0])
        return f"{flag[0]} ({variable}=)" if variable else flag[0]
