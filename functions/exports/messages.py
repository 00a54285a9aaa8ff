"""What the exports queue carries."""

import msgspec


class Prepare(msgspec.Struct, frozen=True):
    """An export was asked for: make it. One of another id was asked for since, or has expired."""

    user_id: str
    export_id: str
