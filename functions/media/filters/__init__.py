"""The names of the filters. Only the names, so that the API needs no Pillow.

`recipes.toml` describes each filter, `build.py` makes colour tables from it, `looks.py` applies
one.
"""

FILTERS: tuple[str, ...] = (
    "dawn",
    "noon",
    "dusk",
    "ember",
    "honey",
    "meadow",
    "lagoon",
    "frost",
    "polar",
    "velvet",
    "orchid",
    "film",
    "faded",
    "ink",
    "silver",
    "sepia",
)
