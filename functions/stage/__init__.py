"""The stage: all parts of the product, wired to AWS in this one place.

A `Stage` has each table, bucket and use-case as an attribute. Each is made when it is first asked
for, and its modules are imported then: a cold start pays for what its first request touches.

Each module adds a layer to the class and knows the layers before it: `tables`, `people`, `content`,
`feeds`, `passes`, `exports`, `erasure`. Only handlers, the commands in `infra` and the tests ask a
stage for something; everything else takes what it needs as arguments. The tests' stage
(tests/fakes/world.py) replaces the tables and inherits the rest.

`cached_property` has no lock from Python 3.12 on, so two threads that ask at the same moment may
make a thing twice. That is harmless here. What is made holds nothing but the things it is made of
and memories that only save reads, such as profiles seen recently; the second one starts empty.
"""

from functools import cache

from functions.stage.erasure import WithErasure


class Stage(WithErasure):
    """All of one stage."""


@cache
def stage() -> Stage:
    """Return the stage that this process serves. Tests call `stage.cache_clear()` for a new one."""
    return Stage()
