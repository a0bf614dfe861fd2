"""Other scripts, accents, and signs that a query language reads: searched for as words, and never an error."""

import pytest
from flask.testing import FlaskClient

from tests.factories import Catalogue

ODD = {
    "Welsh": "grŵp rhieni a babanod yng Nghaerdydd, tŷ, sŵn, môr, ŷd",
    "Welsh without its accents": "grwp rhieni ty swn mor",
    "Welsh in parts": "gr\u0077\u0302p t\u0079\u0302",
    "Polish": "żłobek dla trzylatka, Łódź, źrebię, ćma, ńówka, ąę",
    "Ukrainian": "допомога з їжею, ґанок, є, і, мовлення",
    "Arabic": "مجموعة للأطفال الصغار، دعم",
    "Arabic with vowel signs": "مَجْمُوعَة",
    "Hebrew": "קבוצת הורים",
    "Urdu": "بچوں کی مدد",
    "Chinese": "婴儿 小组 语言治疗",
    "Japanese": "子育て支援センター",
    "Korean": "육아 지원",
    "Hindi": "बच्चों की मदद",
    "Thai": "กลุ่มเด็ก",
    "Turkish": "İSTANBUL ıI çocuk",
    "German": "Straße STRASSE groß",
    "Greek": "ΟΜΆΔΑ ομάδας",
    "emoji": "👶🏽 🤱 👨‍👩‍👧‍👦 🏳️‍🌈",
    "right-to-left marks": "\u200fgroup\u200e \u202egroup\u202c \u2067x\u2069",
    "joiners": "gro\u200bup gr\u00adoup \u200d\u200c\ufeff",
    "mathematical letters": "𝓰𝓻𝓸𝓾𝓹 ｇｒｏｕｐ ﬁeld",
    "one letter 200 times": "a" * 200,
    "200 characters": "ŵ " * 100,
    "a word of 200 Chinese signs": "语" * 200,
    "a sign with 199 accents": "e" + "\u0301" * 199,
    "words of the query languages": "AND OR NOT NEAR NEAR/2",
    "between words": "group AND NOT play OR (song) NEAR toys",
    "a column": "names:group -names:group",
    "stars": "* ** gro* *oup",
    "a start": "^group ^",
    "brackets": "((( ) [x] {y} <z>",
    "quotes": "\" ' `` '' \"\" “ ” ‘ ’ « »",
    "an open quote": 'group "play',
    "backslashes": "\\ \\\\ group\\ \\' \\\" \\x00",
    "per cents": "% %% %s %(x)s 100%",
    "tsquery": "group & !play | (song <-> toys:*) <2> :A",
    "joined by signs": "group&play|song!toys:x;y,z/w+v=u",
    "NUL": "gro\x00up \x00",
    "numbers": "0 00 1e9 ½ ² Ⅷ ٣ ৭",
    "empty words": "the a of and",
    "marks alone": "?! … — • ¿ ¡ §",
    "surrogates": "\ud7ff\ue000\uffff",
}


@pytest.mark.parametrize("case", ODD)
def test_odd_words_are_answered_everywhere(catalogue: Catalogue, client: FlaskClient, case: str) -> None:
    catalogue.add(name="Song Group", summary="Toys.", latitude="52.1", longitude="-1.2")

    for address in ("/api/search", "/search", "/api/needs"):
        response = client.get(address, query_string={"q": ODD[case]})

        assert response.status_code in (200, 400), address


WORDS = {
    "Grŵp Rhieni": ["grŵp", "grwp", "GRŴP", "GRWP", "gr\u0077\u0302p", "rhieni grŵp"],
    "Tŷ Hapus": ["tŷ", "ty", "TŶ hapus"],
    "Canolfan Môr a Mynydd": ["môr", "mor", "Mor a Mynydd"],
    "Żłobek Łódź": ["żłobek", "ŻŁOBEK", "zlobek", "łódź", "Łódź", "lodz", "ZLOBEK Lodz"],
    "Świetlica dla dzieci": ["świetlica", "swietlica", "SWIETLICA", "s\u0301wietlica"],
    "Poradnia Językowa": ["językowa", "jezykowa"],
    "Здоров’я дітей": ["здоров'я", "здоровʼя", "ЗДОРОВ’Я"],
    "Допомога дітям": ["допомога", "ДОПОМОГА", "дітям"],
    "Їдальня": ["їдальня", "ЇДАЛЬНЯ", "і\u0308дальня"],
    "مجموعة الأطفال": ["مجموعة", "الأطفال"],
    "婴儿 小组": ["婴儿", "小组 婴儿"],
}


@pytest.mark.parametrize("name", WORDS)
def test_a_name_is_found_in_its_own_script_with_accents_or_without(
    catalogue: Catalogue, client: FlaskClient, name: str
) -> None:
    catalogue.add(id="theirs", name=name, latitude="52.1", longitude="-1.2")
    catalogue.add(id="other", name="Song Group", latitude="52.1", longitude="-1.2")

    found = {
        typed: [one["slug"] for one in client.get("/api/search", query_string={"q": typed}).get_json()["results"]]
        for typed in WORDS[name]
    }

    assert found == {typed: ["theirs"] for typed in WORDS[name]}


@pytest.mark.parametrize("sign", [*"*^:()\"'\\%&|!<>-+~@#;,./?[]{}=`$", "\x00", "\u200f", "\u202e", "👶"])
def test_signs_round_a_word_change_nothing(catalogue: Catalogue, client: FlaskClient, sign: str) -> None:
    catalogue.add(id="song", name="Song Group", latitude="52.1", longitude="-1.2")

    for typed in (f"{sign}song", f"song{sign}", f"song {sign} group", f"{sign} song {sign}group{sign}"):
        answer = client.get("/api/search", query_string={"q": typed}).get_json()

        assert [one["slug"] for one in answer["results"]] == ["song"], typed
