"""The named filters: what a post may ask for. Their names only, so that the API needs no Pillow.

`recipes.toml` says what each does, `build.py` makes colour tables of it, `looks.py` applies one.
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
