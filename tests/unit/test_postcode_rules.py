import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.area import Area
from hub_finder.directory import postcodes
from hub_finder.directory.place_names import candidate_keys, key_of, keys_of
from hub_finder.directory.postcodes import Typed, classify, clean, compact, repairs, spaced

LETTERS = "ABCDEFGHJKLMNPRSTUWYZ"
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
outcodes = st.one_of(
    st.from_regex(rf"[{LETTERS}]{{1,2}}[0-9]{{1,2}}", fullmatch=True),
    st.from_regex(rf"[{LETTERS}]{{1,2}}[0-9][A-Z]", fullmatch=True),
)
inwards = st.from_regex(rf"[0-9][{INWARD_LETTERS}]{{2}}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        ("DT1 1XJ", "postcode", "DT11XJ"),
        ("dt11xj", "postcode", "DT11XJ"),
        ("  dt1   1xj. ", "postcode", "DT11XJ"),
        ("D.T.1-1 X J", "postcode", "DT11XJ"),
        ("E1 6AN", "postcode", "E16AN"),
        ("SW1A 1AA", "postcode", "SW1A1AA"),
        ("GIR 0AA", "postcode", "GIR0AA"),
        ("DT1 1", "sector", "DT1 1"),
        ("dt1  1.", "sector", "DT1 1"),
        ("dt 1 1", "sector", "DT1 1"),
        ("DT111", "sector", "DT11 1"),
        ("W1A1", "sector", "W1A 1"),
        ("DT11", "outcode", "DT11"),
        ("dt 11", "outcode", "DT11"),
        ("BH2", "outcode", "BH2"),
        ("M1", "outcode", "M1"),
        ("DT1 1X", "incomplete", "DT1 1"),
        ("Wareham", "text", "Wareham"),
        ("DT2 10", "text", "DT2 10"),
        ("DTI 1XJ", "text", "DTI 1XJ"),
        ("DT1 1XC", "text", "DT1 1XC"),
    ],
)
def test_what_was_typed_is_told_apart_by_its_shape(typed: str, kind: postcodes.Kind, code: str) -> None:
    assert classify(typed) == Typed(kind, code)


@given(outcodes, inwards, st.sampled_from(["", " ", "  ", "-", ". "]))
def test_any_postcode_is_read_however_it_is_spaced_and_cased(outcode: str, inward: str, between: str) -> None:
    typed = classify(f" {outcode}{between}{inward}".lower())

    assert typed == Typed("postcode", outcode + inward)
    assert spaced(typed.code) == f"{outcode} {inward}"
    assert (postcodes.outcode_of(typed.code), postcodes.sector_of(typed.code)) == (outcode, f"{outcode} {inward[0]}")


@given(outcodes, st.sampled_from("0123456789"))
def test_a_sector_keeps_its_space(outcode: str, digit: str) -> None:
    assert classify(f"{outcode} {digit}") == Typed("sector", f"{outcode} {digit}")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("DTI 1XJ", {"DT11XJ"}),
        ("DTI IXJ", {"DT11XJ"}),
        ("DT1 lXJ", {"DT11XJ"}),
        ("BH2O 4AB", {"BH204AB"}),
        ("DT1 1X5", {"DT11XS"}),
        ("5W1A 1AA", {"SW1A1AA"}),
        ("DT1 1XJ", set()),
        ("POOLE", set()),
        ("SOLO", set()),
    ],
)
def test_letters_and_digits_that_look_alike_are_put_right_by_position(typed: str, meant: set[str]) -> None:
    assert repairs(typed) == meant


@given(outcodes, inwards, st.data())
def test_one_slip_between_look_alikes_can_always_be_repaired(outcode: str, inward: str, data: st.DataObject) -> None:
    code = outcode + inward
    slips = {**dict(zip("OIZSB", "01258", strict=True)), **dict(zip("01258", "OIZSB", strict=True))}
    places = [at for at, mark in enumerate(code) if mark in slips and at != 3]
    if not places or len(outcode) != 3 or not code[2].isdigit():
        return
    at = data.draw(st.sampled_from(places))
    typed = code[:at] + slips[code[at]] + code[at + 1 :]

    found = repairs(typed)

    assert typed not in found
    assert code in found or code[at] not in "OIZSB0258"


@given(st.text(max_size=40))
def test_any_text_at_all_is_classified_and_repaired_without_an_error(text: str) -> None:
    assert classify(clean(text)).kind in ("postcode", "sector", "outcode", "incomplete", "text")
    assert all(postcodes.is_postcode(code) for code in repairs(clean(text)))


@given(st.text(max_size=40))
def test_cleaned_text_has_no_marks_that_cannot_be_seen(text: str) -> None:
    cleaned = clean(text)

    assert cleaned == cleaned.strip()
    assert cleaned.isprintable()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Oak\x00ham\x1b", "Oakham"),
        ("\u202eOakham\u202c", "Oakham"),
        ("Oak\u200bham", "Oakham"),
        ("Oakham\u00a0Green\r\n", "Oakham Green"),
        ("ＤＴ１ １ＸＪ", "DT1 1XJ"),
        ("\ud800", ""),
    ],
)
def test_marks_that_are_not_text_are_dropped(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 High Street, Wareham, BH20 4AB", "BH204AB"),
        ("Wareham bh204ab.", "BH204AB"),
        ("BH20 4AB", None),
        ("Wareham", None),
        ("BH20 4AB, Wareham", None),
    ],
)
def test_an_address_gives_the_postcode_that_ends_it(text: str, code: str | None) -> None:
    assert postcodes.postcode_at_the_end(text) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Leonard's", "saint leonards"),
        ("Stoke-sub-Hamdon", "STOKE SUB HAMDON"),
        ("Kingston (near Corfe Castle)", "kingston nr corfe castle"),
        ("Affpuddle & Turnerspuddle", "Affpuddle and Turnerspuddle"),
        ("Llanfair Pôl", "llanfair pol"),
        ("King’s Stag", "Kings Stag"),
    ],
)
def test_ways_of_writing_one_name_meet(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_a_place_answers_to_its_name_its_short_name_and_its_aliases() -> None:
    assert keys_of("Ash (near Oakham)", ["Old Ash", "ash"]) == "|ash near oakham|ash|old ash|"


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("Oakham Green, Fairshire", [("oakham green", "")]),
        ("Oakham Green, Fairshire, UK", [("oakham green", "")]),
        ("Oakham Green Fairshire", [("oakham green fairshire", ""), ("oakham green", "")]),
        ("Oakham Green Somerset", [("oakham green somerset", ""), ("oakham green", "somerset")]),
        ("Ash, Oakham", [("ash oakham", ""), ("ash near oakham", ""), ("ash", "oakham")]),
        ("Ash nr Oakham", [("ash near oakham", ""), ("ash", "oakham")]),
    ],
)
def test_what_follows_a_name_is_used_or_told_as_left_out(area: Area, typed: str, keys: list[tuple[str, str]]) -> None:
    assert [(candidate.key, candidate.left_out) for candidate in candidate_keys(typed, area=area)] == keys


def test_compact_keeps_letters_and_digits_only() -> None:
    assert compact("dt1-1xj ") == "DT11XJ"
