"""Names, numbers and web addresses come down to the same where they mean the same."""

import pytest

from hub_finder.directory.likeness import core_words, name_words, phone_key, spaced_phone, website_key


@pytest.mark.parametrize(
    ("phone", "digits", "shown"),
    [
        ("01632 960001", "01632960001", "01632 960001"),
        ("+44 1632 960001", "01632960001", "01632 960001"),
        ("+44 (0)1632 960001", "01632960001", "01632 960001"),
        ("0044 1632 960001", "01632960001", "01632 960001"),
        ("020 7946 0001", "02079460001", "020 7946 0001"),
        ("0800 144 8848", "08001448848", "0800 144 8848"),
        ("0800 1111", "08001111", "08001111"),
        ("999", "999", "999"),
    ],
)
def test_a_phone_number_is_its_national_digits(phone: str, digits: str, shown: str) -> None:
    assert (phone_key(phone), spaced_phone(digits)) == (digits, shown)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.acorn.example/", "acorn.example"),
        ("http://acorn.example", "acorn.example"),
        ("HTTPS://Acorn.example/Groups/", "acorn.example/groups"),
        ("https://m.acorn.example/index.html", "acorn.example"),
        ("https://acorn.example/a?utm_source=x&fbclid=y#top", "acorn.example/a"),
        ("https://acorn.example/library.aspx?l=84", "acorn.example/library.aspx?l=84"),
        ("https://acorn.example/a?b=2&a=1", "acorn.example/a?a=1&b=2"),
        ("https://acorn.example:443/a", "acorn.example/a"),
        ("https://[acorn", "https://[acorn"),
    ],
)
def test_a_web_address_is_where_it_leads(address: str, key: str) -> None:
    assert website_key(address) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Acorn Stay & Play", "Acorn stay and play"),
        ("Café Zoë", "cafe zoe"),
        ("Children’s Centres", "Children's centre"),
        ("Parents' Group", "parents group"),
    ],
)
def test_two_spellings_of_a_name_have_the_same_words(one: str, other: str) -> None:
    assert name_words(one) == name_words(other)


def test_the_words_of_town_and_organisation_go_as_long_as_any_are_left() -> None:
    words = name_words("Oakham Youth Club")

    assert core_words(words, name_words("Oakham")) == name_words("Youth Club")
    assert core_words(name_words("Oakham"), name_words("Oakham")) == name_words("Oakham")
