"""Lists of rows by term, against plain sets."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.postings import Lexicon, Rows, cut, holds, intersect, number, post, spans, unite

row_sets = st.sets(st.integers(0, 60), max_size=30)


def rows(given: set[int]) -> Rows:
    return np.array(sorted(given), np.int32)


@settings(deadline=None)
@given(st.lists(row_sets, min_size=1, max_size=4))
def test_intersecting_and_uniting_are_those_of_sets(given: list[set[int]]) -> None:
    lists = [rows(one) for one in given]

    assert intersect(lists).tolist() == sorted(set.intersection(*given))
    assert unite(lists).tolist() == sorted(set.union(*given))


@settings(deadline=None)
@given(row_sets, row_sets)
def test_a_list_tells_which_rows_it_holds(posting: set[int], asked: set[int]) -> None:
    assert holds(rows(posting), rows(asked)).tolist() == [row in posting for row in sorted(asked)]


@settings(deadline=None)
@given(row_sets, st.lists(st.integers(0, 60), min_size=2, max_size=8, unique=True).map(sorted))
def test_a_list_is_cut_down_to_ranges(posting: set[int], edges: list[int]) -> None:
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    starts, ends = (np.array(side) for side in zip(*pairs, strict=True))
    within = {row for start, end in pairs for row in range(start, end)}

    assert cut(rows(posting), starts, ends).tolist() == sorted(posting & within)
    assert spans(starts, ends).tolist() == sorted(within)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=6), max_size=8))
def test_each_term_has_the_rows_that_hold_it(texts: list[list[str]]) -> None:
    lexicon = Lexicon()
    terms, lengths = number([" ".join(text) for text in texts], lexicon)
    postings = post(np.repeat(np.arange(len(texts)), lengths), terms, terms_known=len(lexicon))

    for letter in "abcde":
        expected = [row for row, text in enumerate(texts) if letter in text]
        assert postings.of(lexicon.get(letter)).tolist() == expected
    assert postings.of(len(lexicon) + 3).tolist() == []
