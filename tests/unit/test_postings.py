"""Lists of rows by term, against plain sets."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.postings import SPARSE, Lexicon, Rows, cut, holds, intersect, number, post, spans, unite

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
@given(
    st.lists(st.lists(st.sampled_from("abcde"), max_size=6), max_size=8),
    st.sampled_from((1, 8, 500)),
    st.lists(st.integers(0, 500), min_size=2, max_size=8, unique=True).map(sorted),
    st.sampled_from((SPARSE, 1_000_000)),
)
def test_each_term_has_the_rows_that_hold_it(
    texts: list[list[str]], apart: int, edges: list[int], counted: int
) -> None:
    """Far apart they are so few among all rows that they stand in lists, and else as bits."""
    lexicon = Lexicon()
    terms, lengths = number([" ".join(text) for text in texts], lexicon)
    held = np.repeat(np.arange(len(texts)) * apart, lengths)
    rows_known = len(texts) * apart
    postings = post(held, terms, terms_known=len(lexicon), rows_known=rows_known, counted=counted)
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    starts, ends = (np.minimum(np.array(side, np.int32), rows_known) for side in zip(*pairs, strict=True))

    for letter in "abcde":
        expected = [row * apart for row, text in enumerate(texts) if letter in text]
        posting = postings.of(lexicon.get(letter))
        assert posting.all.tolist() == expected
        assert len(posting) == len(expected)
        asked = np.arange(rows_known, dtype=np.int32)
        assert np.flatnonzero(posting.holds(asked)).tolist() == expected
        assert posting.holds(asked[::7]).tolist() == [row in expected for row in asked[::7]]
        within = [row for row in expected if any(start <= row < end for start, end in pairs)]
        assert posting.within((starts, ends)).tolist() == within
    assert postings.of(len(lexicon) + 3).all.tolist() == []


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcde"), max_size=6), min_size=1, max_size=8),
    st.sampled_from((1, 500, 20_000)),
    st.sets(st.integers(0, 7)),
    st.sampled_from((SPARSE, 1_000_000)),
)
def test_rows_are_counted_by_the_terms_that_they_have(
    texts: list[list[str]], apart: int, asked: set[int], counted: int
) -> None:
    """By lists alone, by bits alone, or by bits where there are lists as well."""
    lexicon = Lexicon()
    terms, lengths = number([" ".join(text) for text in texts], lexicon)
    rows_known = len(texts) * apart
    held = np.repeat(np.arange(len(texts)) * apart, lengths)
    postings = post(held, terms, terms_known=len(lexicon), rows_known=rows_known, counted=counted)
    kept = sorted(row for row in asked if row < len(texts))

    counts = postings.count_among(np.array(kept, np.int32) * apart, np.arange(len(lexicon) + 1))

    expected = [sum(letter in texts[row] for row in kept) for letter in lexicon]
    assert counts.tolist() == [*expected, 0]
    assert postings.count_among(np.array(kept, np.int32) * apart, np.array([], np.int64)).tolist() == []
