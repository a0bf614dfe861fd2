"""The pages where staff keep families' own words: try, add, change, move, remove, undo."""

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub_finder.directory.needs import understand
from hub_finder.directory.phrases import PER_PAGE, Step, find_changes, find_phrases, keep
from hub_finder.directory.thesaurus import Wording, find_wordings
from hub_finder.extensions import db
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import main_words, only, read, said_beside, summary
from tests.signing_in import press

# Signed in before a context stays open, which would keep the token of the page for signing in.
pytestmark = pytest.mark.usefixtures("catalogue", "staff", "session")
LIST = "/moderation/words"
ADD, TRY, HISTORY = f"{LIST}/add", f"{LIST}/try", f"{LIST}/history"
ZONKED, NOSH = Wording("sleep", "zonked", "slang"), Wording("food", "nosh", "slang")


def stand(*wordings: Wording) -> str:
    """Put phrases into the thesaurus; returns the path of the first."""
    keep([Step(None, one) for one in wordings], actor="Kim Ash")
    db.session.commit()
    return path_of(wordings[0])


def path_of(wording: Wording) -> str:
    [phrase] = find_phrases(wording.text, need=wording.need).rows
    return f"{LIST}/{phrase.id}"


def words_now() -> list[Wording]:
    db.session.rollback()
    return find_wordings()


def first(text: str) -> str | None:
    db.session.rollback()
    return next((one.need.slug for one in understand(text, most=1)), None)


def boxes(page: BeautifulSoup, action: str) -> dict[str, str]:
    """What a browser sends for a form, without a button."""
    form = only(page, f"main form[action='{action}']")
    sent = {str(one["name"]): str(one.get("value", "")) for one in form.select("input")}
    if form.select("#also:not([checked])"):
        del sent["also"]
    sent |= {str(one["name"]): one.get_text().removeprefix("\n") for one in form.select("textarea")}
    chosen = {str(one["name"]): one.select_one("option[selected]") for one in form.select("select")}
    return sent | {name: str(one["value"]) if one else "" for name, one in chosen.items()}


def look(staff: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Open a form, type, and press the button that only looks."""
    return staff.post(path, data={**boxes(read(staff.get(path)), path), **typed, "look": "1"})


def save(staff: FlaskClient, path: str, shown: TestResponse, **typed: str) -> TestResponse:
    """Press "Save" on a page that was looked at."""
    return staff.post(path, data={**boxes(read(shown), path), **typed, "save": "1"})


def sides(page: BeautifulSoup) -> dict[str, list[str]]:
    """What each text is understood as, now and after the change."""
    panels = [one for one in page.select("section.hf-panel") if one.select(".hf-sides")]
    return {words_of(one.h3): [words_of(side) for side in one.select(".hf-sides > div")] for one in panels}


# ---- the list


def test_phrases_are_listed_by_need_and_found_by_their_words(staff: FlaskClient) -> None:
    stand(NOSH, ZONKED, Wording("sleep", "up all night", "family"))

    whole, found = read(staff.get(LIST)), read(staff.get(f"{LIST}?q=ZONK&need=sleep"))

    assert [words_of(one) for one in whole.select("h3")] == ["Sleep", "Food"]
    assert [words_of(one) for one in whole.select(".hf-words li")] == ["up all night", "zonked Slang", "nosh Slang"]
    assert [words_of(one) for one in found.select(".hf-words a")] == ["zonked"]
    assert "1 phrase" in words_of(only(found, "main [role=status]"))


def test_long_list_has_pages(staff: FlaskClient) -> None:
    stand(*(Wording("sleep", f"night number {number}", "family") for number in range(PER_PAGE + 1)))

    second, beyond = read(staff.get(f"{LIST}?need=sleep&page=2")), main_words(staff.get(f"{LIST}?page=9"))

    assert len(second.select(".hf-words li")) == 1
    assert "51 phrases, page 2 of 2" in words_of(second.main)
    assert "There is no page 9." in beyond


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (f"q={'z' * 201}", "What you look for must be 200 characters or fewer"),
        ("need=zzz", "“zzz” is not a need we know. Choose from the list."),
        ("page=x", "Page must be a whole number"),
    ],
)
def test_list_that_cannot_be_asked_for_says_why(staff: FlaskClient, asked: str, said: str) -> None:
    assert said in " ".join(summary(read(staff.get(f"{LIST}?{asked}"))))


@pytest.mark.parametrize("path", [f"{LIST}/999", f"{LIST}/{10**30}", f"{HISTORY}/999", f"{HISTORY}/{10**30}"])
def test_number_that_there_is_not_answers_404(staff: FlaskClient, path: str) -> None:
    assert staff.get(path).status_code == 404


# ---- trying


def test_tried_words_show_needs_with_the_words_that_spoke_and_the_first_listings(
    staff: FlaskClient, catalogue: Catalogue
) -> None:
    catalogue.add(id="club", name="Sleep Club", needs="sleep")
    stand(ZONKED)

    page = read(staff.get(f"{TRY}?said=my+zonked+sleep"))

    best = only(page, ".hf-understood li:first-child")
    assert words_of(best).startswith("Sleep, ")
    assert "“" not in words_of(only(page, "q"))
    assert words_of(best.q) == "zonked, sleep"
    assert [words_of(one) for one in page.select("section[aria-labelledby=found] li")] == ["Sleep Club"]
    assert "may mean danger" not in words_of(page.main)


def test_tried_words_of_danger_say_so(staff: FlaskClient) -> None:
    assert "It may mean danger (danger)." in main_words(staff.get(f"{TRY}?said=he+hits+me"))


def test_words_that_are_not_understood_say_so_and_can_be_added(staff: FlaskClient) -> None:
    page = read(staff.get(f"{TRY}?said=xylophone"))

    assert "Nothing is understood." in words_of(page.main)
    link = only(page, f"a[href^='{ADD}']")
    assert only(read(staff.get(str(link["href"]))), "#phrases").get_text().strip() == "xylophone"


def test_too_many_words_to_try_are_told_beside_the_box(staff: FlaskClient) -> None:
    page = read(staff.get(f"{TRY}?said={'z' * 201}"))

    assert said_beside(page, "said") == "What you try must be 200 characters or fewer"


# ---- adding


def test_phrases_are_added_after_a_look_at_before_and_after(staff: FlaskClient) -> None:
    shown = look(staff, ADD, need="sleep", kind="slang", phrases=" zonked \n\nkip", said="she is zonked")

    looked = sides(read(shown))
    assert list(looked) == ["“she is zonked”", "“zonked”", "“kip”"]
    assert looked["“zonked”"][0] == "Now Nothing is understood."
    assert looked["“zonked”"][1].startswith("After the change Sleep, ")
    assert words_now() == []

    response = save(staff, ADD, shown)

    assert (response.status_code, response.location) == (303, f"{LIST}?need=sleep")
    assert words_now() == [ZONKED, Wording("sleep", "kip", "slang")]
    assert first("zonked") == "sleep"
    assert {one.actor for one in find_changes().rows} == {"Robin Moss"}
    assert "2 phrases are added. They count from now on." in main_words(staff.get(LIST))


def test_what_was_not_looked_at_is_not_saved_but_shown(staff: FlaskClient) -> None:
    shown = look(staff, ADD, need="sleep", phrases="zonked")

    answer = save(staff, ADD, shown, phrases="zonked\nkip")

    assert "“kip”" in sides(read(answer))
    assert words_now() == []
    assert save(staff, ADD, answer).status_code == 303


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"phrases": " \n "}, "phrases", "Write at least one phrase"),
        ({"phrases": "kip\n" + "z" * 101}, "phrases", f"“{'z' * 39}…” is 101 characters long; the most is 100"),
        ({"phrases": "?!"}, "phrases", "“?!” has no word in it"),
        ({"phrases": "kip\nKip!"}, "phrases", "“Kip!” is there twice: case and marks do not count"),
        ({"phrases": "\n".join(map(str, range(51)))}, "phrases", "Write at most 50 phrases at once; these are 51"),
        ({"phrases": "Zonked"}, "phrases", "“Zonked” is a phrase of Sleep already"),
        ({"need": ""}, "need", "Choose the need that families mean"),
        ({"need": "\0zzz"}, "need", "“zzz” is not a need we know. Choose from the list."),
        ({"kind": ""}, "kind", "Choose what kind of words they are"),
        ({"kind": "posh"}, "kind", "“posh” cannot be chosen for kind of words."),
        ({"said": "z" * 201}, "said", "What you try must be 200 characters or fewer"),
    ],
)
@pytest.mark.parametrize("button", ["look", "save"])
def test_what_cannot_be_added_is_told_beside_its_box_and_nothing_is_lost(
    staff: FlaskClient, button: str, typed: dict[str, str], field: str, said: str
) -> None:
    stand(ZONKED)
    sent = {**boxes(read(staff.get(ADD)), ADD), "need": "sleep", "phrases": "kip", **typed, button: "1"}

    page = read(staff.post(ADD, data=sent))

    assert said_beside(page, field).startswith(said)
    assert any(one.startswith(said) for one in summary(page))
    assert page.title
    assert page.title.get_text().strip().startswith("Error: ")
    assert boxes(page, ADD)["phrases"].split() == sent["phrases"].split()
    assert page.select("button[name=save]") == []
    assert words_now() == [ZONKED]


def test_words_of_another_need_are_added_only_when_both_are_meant(staff: FlaskClient) -> None:
    stand(ZONKED)
    shown = look(staff, ADD, need="food", kind="slang", phrases="zonked")
    assert "Other needs have these words too zonked: Sleep" in main_words(shown)

    refused = save(staff, ADD, shown)

    assert said_beside(read(refused), "also") == "Say that they truly mean both, or take them out"
    assert words_now() == [ZONKED]
    assert save(staff, ADD, refused, also="yes").status_code == 303
    assert words_now() == [ZONKED, ZONKED._replace(need="food")]


def test_phrase_that_someone_added_meanwhile_is_not_added_twice(staff: FlaskClient) -> None:
    shown = look(staff, ADD, need="sleep", phrases="zonked")
    stand(ZONKED)

    answer = save(staff, ADD, shown)

    assert said_beside(read(answer), "phrases") == "“zonked” is a phrase of Sleep already"
    assert words_now() == [ZONKED]


# ---- one phrase


def test_page_of_a_phrase_shows_what_it_does(staff: FlaskClient) -> None:
    page = read(staff.get(stand(ZONKED)))

    with_it, without = sides(page)["“zonked”"]
    assert with_it.startswith("With it Sleep, ")
    assert without == "Without it Nothing is understood."


def test_phrase_is_changed_and_moved_after_a_look(staff: FlaskClient) -> None:
    path = stand(ZONKED)
    shown = look(staff, path, phrase="zonked out", need="food")
    looked = sides(read(shown))
    assert looked["“zonked”"][0].startswith("Now Sleep, ")
    assert looked["“zonked”"][1].startswith("After the change Food, ")
    assert words_now() == [ZONKED]

    response = save(staff, path, shown)

    assert (response.status_code, response.location) == (303, f"{LIST}?need=food")
    assert words_now() == [Wording("food", "zonked out", "slang")]
    assert first("zonked") == "food"


def test_phrase_that_is_saved_as_it_was_changes_nothing(staff: FlaskClient) -> None:
    path = stand(ZONKED)

    response = look(staff, path)

    assert response.status_code == 303
    assert "Nothing was different" in main_words(staff.get(path))
    assert find_changes().total == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"phrase": ""}, "phrase", "Write the phrase, or remove it below"),
        ({"phrase": "up all night"}, "phrase", "“up all night” is a phrase of Sleep already"),
        ({"need": ""}, "need", "Choose the need that families mean"),
    ],
)
def test_change_that_cannot_be_is_told_beside_its_box(
    staff: FlaskClient, typed: dict[str, str], field: str, said: str
) -> None:
    path = stand(ZONKED, Wording("sleep", "up all night", "family"))

    page = read(look(staff, path, **typed))

    assert said_beside(page, field) == said
    assert page.select("button[name=save]") == []


def test_change_of_words_that_another_need_has_is_made_only_when_both_are_meant(staff: FlaskClient) -> None:
    path = stand(ZONKED, NOSH)
    shown = look(staff, path, phrase="nosh")

    refused = save(staff, path, shown)

    assert said_beside(read(refused), "also")
    assert save(staff, path, refused, also="yes").status_code == 303
    assert words_now() == [Wording("sleep", "nosh", "slang"), NOSH]


def test_what_was_typed_for_a_phrase_that_is_gone_can_still_be_added(staff: FlaskClient) -> None:
    path = stand(ZONKED)
    shown = look(staff, path, phrase="zonked out")
    keep([Step(ZONKED, None)], actor="Kim Ash")
    db.session.commit()

    answer = save(staff, path, shown)

    page = read(answer)
    assert answer.status_code == 409
    assert "Someone removed or moved this phrase" in " ".join(summary(page))
    assert boxes(page, ADD)["phrases"] == "zonked out"
    assert words_now() == []


def test_phrase_that_someone_else_changed_meanwhile_is_shown_again(staff: FlaskClient) -> None:
    path = stand(ZONKED)
    shown = look(staff, path, phrase="zonked out")
    keep([Step(ZONKED, ZONKED._replace(kind="family"))], actor="Kim Ash")
    db.session.commit()

    answer = save(staff, path, shown)

    assert answer.status_code == 200
    assert words_now() == [ZONKED._replace(kind="family")]
    assert boxes(read(answer), path)["phrase"] == "zonked out"


def test_phrase_is_removed(staff: FlaskClient) -> None:
    path = stand(ZONKED, NOSH)
    sent = boxes(read(staff.get(path)), f"{path}/remove")

    response = staff.post(f"{path}/remove", data=sent)

    assert (response.status_code, response.location) == (303, f"{LIST}?need=sleep")
    assert words_now() == [NOSH]
    assert first("zonked") is None
    assert "“zonked” is removed." in main_words(staff.get(LIST))
    assert staff.get(path).status_code == 404


def test_phrase_that_was_changed_since_it_was_shown_is_not_removed(staff: FlaskClient) -> None:
    path = stand(ZONKED)

    response = press(staff, path, f"{path}/remove", shown="zzz")

    assert response.location == path
    assert "Someone changed it since you opened this page. Nothing was changed." in main_words(staff.get(path))
    assert words_now() == [ZONKED]


# ---- history


def entries(page: BeautifulSoup) -> list[Tag]:
    return page.select(".hf-rows > li")


def test_history_tells_who_did_what_and_each_change_can_be_undone_and_done_again(staff: FlaskClient) -> None:
    stand(ZONKED)
    keep([Step(ZONKED, ZONKED._replace(need="food"))], actor="Kim Ash")
    db.session.commit()
    moved, added = entries(read(staff.get(HISTORY)))
    assert "Added by Kim Ash, " in words_of(added)
    assert words_of(only(moved, ".hf-diff")) == "Need Before: Sleep After: Food"

    for back in (ZONKED, ZONKED._replace(need="food")):
        path = str(entries(read(staff.get(HISTORY)))[0].select("a")[-1]["href"])
        shown = read(staff.get(path))
        assert "“zonked”" in sides(shown)
        response = staff.post(path, data=boxes(shown, path))
        assert (response.status_code, response.location) == (303, HISTORY)
        assert words_now() == [back]
        assert first("zonked") == back.need

    assert "Changed by Robin Moss" in words_of(entries(read(staff.get(HISTORY)))[0])
    assert "to undo number" in words_of(entries(read(staff.get(HISTORY)))[0])


def test_undoing_what_moved_on_since_the_page_was_shown_is_shown_again(staff: FlaskClient) -> None:
    stand(ZONKED)
    path = f"{HISTORY}/{find_changes().rows[0].id}"
    sent = boxes(read(staff.get(path)), path)
    keep([Step(ZONKED, ZONKED._replace(kind="family"))], actor="Kim Ash")
    db.session.commit()

    answer = staff.post(path, data=sent)

    assert answer.status_code == 409
    assert "Someone changed it since you opened this page" in " ".join(summary(read(answer)))
    assert words_now() == [ZONKED._replace(kind="family")]


def test_change_that_is_undone_already_says_so(staff: FlaskClient) -> None:
    stand(ZONKED)
    keep([Step(ZONKED, None)], actor="Kim Ash")
    db.session.commit()

    page = read(staff.get(f"{HISTORY}/{find_changes().rows[1].id}"))

    assert "It is undone by now." in words_of(page.main)
    assert page.select(f"form[action^='{HISTORY}']") == []


def test_what_was_typed_is_shown_as_text_and_never_as_markup(staff: FlaskClient) -> None:
    shown = look(staff, ADD, need="sleep", phrases="<script>alert(1)</script>")
    save(staff, ADD, shown)

    pages = [staff.get(path) for path in (LIST, HISTORY, path_of(words_now()[0]))]

    assert all("<script>alert" not in page.get_data(as_text=True) for page in pages)
