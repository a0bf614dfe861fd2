"""QR codes are read back by another program, as a phone would read them."""

import re

import numpy as np
import pytest
import zxingcpp

from hub_finder.qr import QrCode, draw_qr

MODULE = 4
ADDRESS = "https://families.example/services/acorn-stay-and-play"


def picture(qr: QrCode) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """What the path draws, black on white, four points to a module."""
    modules = np.full((qr.size, qr.size), 255, np.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", qr.path):
        modules[int(y), int(x) : int(x) + int(width)] = 0
    return modules.repeat(MODULE, axis=0).repeat(MODULE, axis=1)


@pytest.mark.parametrize("address", [ADDRESS, f"https://families.example/shortlist/shared?list={'aB3_-' * 213}"])
def test_code_is_read_back(address: str) -> None:
    (read,) = zxingcpp.read_barcodes(picture(draw_qr(address)))

    assert read.text == address


def test_code_is_read_back_with_a_stain_on_it() -> None:
    drawn = picture(draw_qr(ADDRESS))
    middle, size = drawn.shape[0] // 2, drawn.shape[0] // 12
    drawn[middle - size : middle + size, middle - size : middle + size] = 255

    (read,) = zxingcpp.read_barcodes(drawn)

    assert read.text == ADDRESS


def test_code_has_the_quiet_edge_that_scanners_need() -> None:
    drawn = picture(draw_qr(ADDRESS))
    edge = 4 * MODULE

    assert drawn[:edge].min() == drawn[-edge:].min() == drawn[:, :edge].min() == drawn[:, -edge:].min() == 255
    assert drawn[edge, edge] == 0
