"""Counts of people that single nobody out.

A count below five is not told. The others are rounded down to a multiple of five, so that two of them, of two days or
of a whole and its parts, do not differ by one person.
"""

LEAST = 5


def rounded(count: int) -> int | None:
    """The count as it may be told; None for "fewer than five". Nothing at all is fewer than five too."""
    return count - count % LEAST if count >= LEAST else None
