"""How far two colours stand apart: luminance and contrast of WCAG 2.2, for colours as #rrggbb.

It asks 4.5 to 1 of text (1.4.3) and 3 to 1 of edges (1.4.11).
"""

TEXT, EDGE = 4.5, 3.0


def luminance(colour: str) -> float:
    """How bright a colour (#rrggbb) is: 0 for black, 1 for white."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours (#rrggbb) stand apart: from 1 for the same, to 21 for black and white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
