"""Files from anyone become plain pictures, or are refused in words; nothing else comes of them."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hub_finder.directory.picture_files import make_picture, restore_picture
from hub_finder.directory.pictures import LARGEST_FILE, BadPicture
from tests.pictures import drawn, opened

STARTS = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8X")
FILES = {kind: drawn(kind, size=(260, 220)) for kind in ("JPEG", "PNG", "WEBP")}


def reddish(colour: object) -> bool:
    assert isinstance(colour, tuple)
    return bool(colour[0] > 200 and colour[2] < 60)


@pytest.mark.parametrize(
    ("kind", "modes"),
    [
        ("JPEG", ("RGB", "L", "CMYK", "1")),
        ("PNG", ("RGB", "L", "P", "RGBA", "LA", "1", "I;16")),
        ("WEBP", ("RGB", "RGBA")),
    ],
)
def test_a_picture_is_made_anew_as_jpeg(kind: str, modes: tuple[str, ...]) -> None:
    for mode in modes:
        made = make_picture(drawn(kind, mode=mode))

        image, small = opened(made.content), opened(made.small)
        assert (image.format, image.mode, image.size, made.size) == ("JPEG", "RGB", (800, 600), (800, 600))
        assert (small.format, small.size, made.small_size) == ("JPEG", (640, 480), (640, 480))


@pytest.mark.parametrize(
    ("size", "kept", "small"),
    [
        ((3000, 2000), (1200, 800), (640, 427)),
        ((1000, 4000), (300, 1200), (160, 640)),
        ((200, 200), (200, 200), (200, 200)),
    ],
)
def test_a_large_picture_is_scaled_and_a_small_one_is_not(
    size: tuple[int, int], kept: tuple[int, int], small: tuple[int, int]
) -> None:
    made = make_picture(drawn(size=size))

    assert (made.size, made.small_size) == (kept, small)


def test_nothing_that_a_camera_wrote_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker of cameras"
    exif.get_ifd(0x8825)[2] = (52.0, 6.0, 0.0)  # the latitude
    sent = drawn(exif=exif, comment=b"by Ann Quill", icc_profile=b"not a profile")
    assert b"Maker of cameras" in sent

    made = make_picture(sent)

    for content in (made.content, made.small):
        image = opened(content)
        assert not image.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & image.info.keys()
        assert b"Ann Quill" not in content


def test_a_picture_taken_on_its_side_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of what is seen is on the right

    made = make_picture(drawn(exif=exif))

    image = opened(made.content)
    assert image.size == (600, 800)
    assert reddish(image.getpixel((300, 10)))
    assert not reddish(image.getpixel((300, 790)))


def test_what_can_be_seen_through_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")

    image = opened(make_picture(out.getvalue()).content)

    assert image.getpixel((150, 150)) == (255, 255, 255)


def blank(width: int, height: int) -> bytes:
    """A large picture in a small file."""
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def zip_behind(picture: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("program.class", "x" * 100)
    return picture + out.getvalue()


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "is empty"),
        (b"hello", "no picture that we can read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing"),
        (b"<?xml version='1.0'?>\n<svg/>", "drawing"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00", "HEIC or AVIF"),
        (drawn("GIF"), "no picture that we can read"),
        (drawn("TIFF"), "no picture that we can read"),
        (moving("GIF"), "no picture that we can read"),
        (moving("PNG"), "moves"),
        (moving("WEBP"), "moves"),
        (drawn(size=(199, 400)), "at least 200 pixels"),
        (blank(8000, 7000), "too many pixels"),
        (blank(20_000, 20_000), "too many pixels"),
        (b"\xff\xd8\xff" + b"\0" * LARGEST_FILE, "smaller than 5 MB"),
        (zip_behind(FILES["JPEG"]), "something else"),
        (FILES["PNG"] + b"<script>alert(1)</script>", "something else"),
        (drawn(comment=b"<?php system();"), "something else"),
        (drawn(comment=b"%PDF-1.7"), "something else"),
        (FILES["JPEG"][: len(FILES["JPEG"]) // 2], "cut off"),
        (FILES["PNG"][: len(FILES["PNG"]) // 2], "cut off"),
        (FILES["WEBP"][: len(FILES["WEBP"]) // 2], "cut off"),
    ],
)
def test_what_is_no_plain_picture_is_refused_with_the_reason(sent: bytes, why: str) -> None:
    with pytest.raises(BadPicture, match=why):
        make_picture(sent)


def test_the_second_picture_that_phones_add_does_no_harm() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("red", "blue")]
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])

    assert reddish(opened(make_picture(out.getvalue()).content).getpixel((150, 150)))


def made_or_refused(sent: bytes) -> None:
    with suppress(BadPicture):
        assert opened(make_picture(sent).content).format == "JPEG"


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8X"])
)
def test_no_bytes_make_it_fail(some: bytes, start: bytes) -> None:
    made_or_refused(start + some)


@given(st.sampled_from(sorted(FILES)), st.floats(0, 1))
def test_no_cut_makes_it_fail(kind: str, part: float) -> None:
    made_or_refused(FILES[kind][: int(len(FILES[kind]) * part)])


@given(st.sampled_from(sorted(FILES)), st.floats(0, 0.999), st.binary(min_size=1, max_size=8))
def test_no_damage_makes_it_fail(kind: str, at: float, damage: bytes) -> None:
    whole = FILES[kind]
    place = int(len(whole) * at)

    made_or_refused(whole[:place] + damage + whole[place + len(damage) :])


def test_a_picture_of_ours_is_taken_over_as_it_is_and_no_other() -> None:
    ours = make_picture(drawn()).content

    assert restore_picture(ours).content == ours
    for other in (drawn("PNG"), drawn(size=(1300, 900)), drawn(comment=b"by Ann Quill")):
        with pytest.raises(BadPicture):
            restore_picture(other)
