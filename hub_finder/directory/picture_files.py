"""A picture that somebody sent, read with suspicion and made anew: nothing of the file is kept but how it looks."""

import io
import re
import warnings
import zipfile
from dataclasses import dataclass

from PIL import Image, ImageFile, ImageOps

from hub_finder.directory.pictures import LARGEST_FILE, BadPicture

# As much as the cameras of phones give.
MOST_PIXELS = 51_000_000
# Each side of a picture, in pixels: what is less shows nothing, what is more is for print.
LEAST_SIDE, WIDEST, SMALL = 200, 1200, 640
TOO_MANY_PIXELS = "The picture has too many pixels. Make it smaller and try again"
UNREADABLE = "We could not read this picture. It may be cut off. Open it, save it again, and send that"
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 80
# Other kinds of file begin or end with these; in the middle of a picture they may stand by chance.
_SOMETHING_ELSE = re.compile(rb"%PDF-|<script|<html|<!doctype|<\?php|<svg|<iframe", re.IGNORECASE)
_EDGE = 2_000
# What a JPEG of ours says beside the picture: nothing of its maker.
_OF_OURS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
_SVG = re.compile(rb"\s*(?:\xef\xbb\xbf\s*)?(?:<\?xml|<!--|<svg|<!doctype svg)", re.IGNORECASE)
_HEIC = re.compile(rb"....ftyp(?:hei[cfmsx]|hevc|mif1|msf1|avif)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class MadePicture:
    """A picture as JPEG, and the same in small. Sizes are in pixels."""

    content: bytes
    size: tuple[int, int]
    small: bytes
    small_size: tuple[int, int]


def make_picture(data: bytes) -> MadePicture:
    """The picture that a file of JPEG, PNG or WebP shows, the right way up and without anything written in it.

    Raises BadPicture, and nothing else.
    """
    _check_file(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in a file and does no harm
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_image(image)
                flat = _flatten(image)
        except BadPicture:
            raise
        except Image.DecompressionBombError as error:
            raise BadPicture(TOO_MANY_PIXELS) from error
        except Exception as error:
            raise BadPicture(UNREADABLE) from error
    content, small = _fit(flat, WIDEST), _fit(flat, SMALL)
    return MadePicture(content=_written(content), size=content.size, small=_written(small), small_size=small.size)


def restore_picture(data: bytes) -> MadePicture:
    """A picture that `make_picture` made before, with its bytes as they are. Raises BadPicture."""
    made = make_picture(data)
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.format != "JPEG" or image.size != made.size or not _OF_OURS.issuperset(image.info):
            raise BadPicture("This picture was not made here")
    return MadePicture(content=data, size=made.size, small=made.small, small_size=made.small_size)


def _check_file(data: bytes) -> None:
    if not data:
        raise BadPicture("The file is empty. Choose another picture")
    if len(data) > LARGEST_FILE:
        raise BadPicture(f"The picture must be smaller than {LARGEST_FILE // 1_000_000} MB. Send a smaller one")
    if _SVG.match(data):
        raise BadPicture("This is a drawing (SVG). Save it as a PNG picture and try again")
    if _HEIC.match(data):
        raise BadPicture("We cannot read this kind of picture (HEIC or AVIF). Save it as a JPEG picture and try again")
    edges = data[:_EDGE] + data[-_EDGE:]
    if zipfile.is_zipfile(io.BytesIO(data)) or _SOMETHING_ELSE.search(edges):
        raise BadPicture("This file holds something else beside a picture. Take a screenshot of it and send that")
    if not data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")):
        raise BadPicture("This is no picture that we can read. Send a JPEG, PNG or WebP picture")


def _check_image(image: ImageFile.ImageFile) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise BadPicture(TOO_MANY_PIXELS)
    if min(image.size) < LEAST_SIDE:
        raise BadPicture(f"The picture must be at least {LEAST_SIDE} pixels wide and high")
    # Phones put a second picture behind a JPEG, for brightness or depth: that one is no movement.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise BadPicture("The picture moves. Send one that stands still")


def _flatten(image: ImageFile.ImageFile) -> Image.Image:
    """The picture in plain colours on white, no larger than is kept; all that the file says of it is left behind."""
    image.draft("RGB", (WIDEST, WIDEST))  # a JPEG is then read at about that size, in a fraction of the memory
    image.load()
    upright = ImageOps.exif_transpose(image)
    has_holes = upright.has_transparency_data
    coloured = upright.convert("RGBA" if has_holes else "RGB")
    coloured.thumbnail((WIDEST, WIDEST))
    flat = Image.new("RGB", coloured.size, "white")
    flat.paste(coloured, mask=coloured if has_holes else None)
    return flat


def _fit(image: Image.Image, widest: int) -> Image.Image:
    copy = image.copy()
    copy.thumbnail((widest, widest))
    return copy


def _written(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
