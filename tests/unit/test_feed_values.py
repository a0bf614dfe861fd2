"""Values of a feed as our cells take them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.slugs import slug_of
from hub_finder.importers.feed_http import feed_address
from hub_finder.importers.feed_values import (
    attribute,
    day_or_none,
    once_each,
    phone_or_blank,
    pieces,
    plain,
    sentences,
    web_address,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (12, "12"),
        ("  two\r\n lines\tand \u00a0more ", "two lines and more"),
        ("<p>Tea &amp; <b>cake</b></p><p>for £1</p>", "Tea & cake for £1"),
        ("a < b and c > d", "a < b and c > d"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("fish & chips; AT&T", "fish & chips; AT&T"),
        ("soft\u00adhyphen zero\u200bwidth\ufeff", "softhyphen zerowidth"),
        ("a\x00b\ud800c", "a bc"),
        ("👩‍👧 club", "👩‍👧 club"),
        ("right\u202eleft", "rightleft"),
    ],
)
def test_text_is_made_plain_in_one_line(value: object, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("given_text", "address"),
    [
        ("https://elm.example/a", "https://elm.example/a"),
        ("HTTP://elm.example", "HTTP://elm.example"),
        ("www.elm.example", "http://www.elm.example"),
        ("elm.org.uk/groups?x=1", "http://elm.org.uk/groups?x=1"),
        ("example_counselling", "example_counselling"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", ""),
    ],
)
def test_a_web_address_gets_its_beginning_only_where_it_is_one(given_text: str, address: str) -> None:
    assert web_address(given_text) == address


@pytest.mark.parametrize(
    ("given_text", "number"),
    [
        ("01632 960123", "01632 960123"),
        ("(01632) 960-123", "01632 960 123"),
        ("+44 (0)1632 960123", "+44 1632 960123"),
        ('"+44 1234 234567"', "+44 1234 234567"),
        ("01632 960123 ext 4", ""),
        ("01632 960123 or 960124", ""),
        ("ring us", ""),
        ("", ""),
    ],
)
def test_a_phone_number_is_one_number_or_none(given_text: str, number: str) -> None:
    assert phone_or_blank(given_text) == number


def test_small_things() -> None:
    assert sentences("One.", "", "Two", "One.") == "One. Two."
    assert attribute("a=b|c", "d|e=f") == "a b c=d/e=f"
    assert attribute("", "x") == "note=x"
    assert once_each(["a", "b|c", "a", ""]) == "a|b/c"
    assert day_or_none("2026-11-02T10:00:00Z") == date(2026, 11, 2)
    assert day_or_none("last week") is None


@given(st.text(alphabet="ab ", max_size=200).map(lambda text: " ".join(text.split())), st.integers(1, 30))
def test_pieces_of_a_text_lose_nothing(text: str, longest: int) -> None:
    found = pieces(text, longest)

    assert all(0 < len(piece) <= longest for piece in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


@given(st.text(max_size=200))
def test_a_slug_is_one_whatever_the_name(name: str) -> None:
    slug = slug_of(name)

    assert len(slug) <= 80
    assert slug == "" or all(part.isascii() and part.isalnum() for part in slug.split("-"))


@pytest.mark.parametrize(
    ("given_text", "address"),
    [
        ("https://Elm.example/api/v3/services/", "https://elm.example/api/v3"),
        ("http://elm.example:8080", "http://elm.example:8080"),
        (" https://elm.example/v3/ ", "https://elm.example/v3"),
    ],
)
def test_an_address_of_a_feed_has_one_form(given_text: str, address: str) -> None:
    assert feed_address(given_text) == address
