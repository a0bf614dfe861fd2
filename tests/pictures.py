"""Pictures for tests, drawn on the spot."""

import io
from typing import Any

from PIL import Image


def drawn(kind: str = "JPEG", *, size: tuple[int, int] = (800, 600), mode: str = "RGB", **saved: Any) -> bytes:
    """A file of a picture with a red half on the left and a blue one on the right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **saved)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """The picture in a file, read whole."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
