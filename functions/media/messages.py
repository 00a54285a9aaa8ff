"""What the render queue carries beside S3's notices."""

import msgspec


class Rerender(msgspec.Struct, frozen=True):
    """Render media anew: another filter is asked for."""

    media_id: str
    correlation_id: str
