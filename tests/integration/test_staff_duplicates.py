"""The pages of pairs that may be the same: found, kept apart, compared, merged and parted."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub_finder.extensions import db
from hub_finder.models.merges import Merge, NotDuplicate
from hub_finder.models.services import Status
from hub_finder.moderation import candidates
from tests.factories import Catalogue
from tests.integration.feeding import edit
from tests.merging import HALL, rows, stored
from tests.page_client import words_of
from tests.reading import main_words, only, read, summary
from tests.signing_in import press, token_of

LIST = "/moderation/duplicates"
APART = f"{LIST}/different"
COMPARE = f"{LIST}/compare"
BOTH = f"{COMPARE}?keep=oak-club&lose=oak-youth-club"


@pytest.fixture
def pair(catalogue: Catalogue, staff: FlaskClient, session: object) -> None:
    """Two listings that may be one, and one that is like neither."""
    common = {"phone": "01632 960001", "organisation": "Oak Trust", **HALL}
    catalogue.add(id="oak-club", name="Oak Club", summary="Games.", needs="sleep", **common)
    catalogue.add(id="oak-youth-club", name="Oak Youth Club", summary="Music.", email="oak@example.org", **common)
    catalogue.add(id="far-library", name="Far Library", organisation="Council", city="Elmton", kind="library")


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def boxes(page: BeautifulSoup) -> dict[str, str]:
    """What a browser sends for the form of a comparison, without a button."""
    form = only(page, f"form[action='{COMPARE}']")
    fields = form.select("input[type=hidden], input[checked]")
    return {str(one["name"]): str(one["value"]) for one in fields}


def send(client: FlaskClient, **changed: str) -> TestResponse:
    """Open the comparison, choose, and press a button; choice_phone is box choice-phone."""
    given = {name.replace("choice_", "choice-"): text for name, text in changed.items()}
    return client.post(COMPARE, data=boxes(read(client.get(BOTH))) | given)


def chosen(page: BeautifulSoup) -> dict[str, str]:
    return {name: text for name, text in boxes(page).items() if name.startswith("choice-")}


# ---- the list


def test_pairs_are_told_in_words_with_both_listings(pair: None, staff: FlaskClient) -> None:
    [row] = read(staff.get(LIST)).select(".hf-rows > li")

    links = {words_of(link): link["href"] for link in row.select("a")}
    assert links["Oak Club"] == "/moderation/listings/oak-club"
    assert links["Oak Youth Club"] == "/moderation/listings/oak-youth-club"
    assert links["Compare and merge Oak Club and Oak Youth Club"] == BOTH
    said = words_of(row)
    assert "the same. For it: " in said
    assert "same building: 1 High Street" in said


def test_start_counts_pairs_and_a_change_is_counted_at_once(
    pair: None, catalogue: Catalogue, staff: FlaskClient
) -> None:
    def counted() -> str:
        tasks = {words_of(only(one, "a")): one for one in read(staff.get("/moderation")).select(".hf-tasks li")}
        return words_of(only(tasks["Listings that may be the same"], "strong"))

    before = counted()
    edit(catalogue, "oak-youth-club", name="Zebra", phone="01632 960777", city="Elmton", address_1="", postal_code="")

    assert (before, counted()) == ("1", "0")


def test_too_many_listings_are_not_compared_for_a_page(
    pair: None, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(candidates, "QUICK", 1)

    assert "takes too long for a page" in main_words(staff.get(LIST))
    assert "Look Listings that may be the same" in main_words(staff.get("/moderation"))


def test_pair_that_is_kept_apart_is_not_shown_again(pair: None, staff: FlaskClient) -> None:
    response = press(staff, LIST, APART, first="oak-youth-club", second="oak-club")

    assert (response.status_code, response.location) == (303, LIST)
    words = main_words(staff.get(LIST))
    assert "Oak Youth Club and Oak Club are kept apart." in words
    assert "0 pairs" in words
    assert db.session.scalars(select(NotDuplicate.actor)).all() == ["Robin Moss"]
    press(staff, LIST, APART, first="oak-club", second="oak-youth-club")
    assert count(NotDuplicate) == 1


def test_listing_is_not_kept_apart_from_itself(pair: None, staff: FlaskClient) -> None:
    press(staff, LIST, APART, first="oak-club", second="oak-club")

    assert "These are one listing. Nothing was changed." in main_words(staff.get(LIST))
    assert count(NotDuplicate) == 0


@pytest.mark.parametrize("page", ["0", "zzz", "9" * 30])
def test_page_that_cannot_be_read_says_why(pair: None, staff: FlaskClient, page: str) -> None:
    assert list(summary(read(staff.get(f"{LIST}?page={page}"))).values()) == ["#main"]
    form = {"csrf_token": token_of(staff.get(LIST)), "first": "oak-club", "second": "oak-youth-club", "page": page}
    sent = staff.post(APART, data=form)
    assert (sent.status_code, sent.location) == (303, LIST)


def test_listing_names_what_it_may_be_the_same_as(pair: None, staff: FlaskClient) -> None:
    one, other = (read(staff.get(f"/moderation/listings/{slug}")) for slug in ("oak-youth-club", "far-library"))

    assert only(one, "section[aria-labelledby=same] a")["href"] == f"{COMPARE}?keep=oak-youth-club&lose=oak-club"
    assert other.select("#same") == []


# ---- compared


def test_comparison_shows_each_field_with_what_comes_of_it(pair: None, staff: FlaskClient) -> None:
    page = read(staff.get(BOTH))

    told = {words_of(one.legend): words_of(one) for one in page.select("fieldset")}
    assert told["Summary"] == "Summary Of the one that stays: Games. Of the other: Music. Result: Games."
    assert told["Email"] == "Email Of the one that stays: blank Of the other: oak@example.org Result: oak@example.org"
    assert "Both together Result: sleep|baby-toddler-groups" in told["Needs"]
    assert chosen(page)["choice-summary"] == "keep"
    assert chosen(page)["choice-email"] == "lose"
    assert chosen(page)["choice-needs"] == "both"


def test_result_is_shown_for_what_is_chosen_before_anything_is_merged(pair: None, staff: FlaskClient) -> None:
    page = read(send(staff, choice_summary="lose", choice_email="keep", look="1"))

    told = {words_of(one.legend): words_of(one) for one in page.select("fieldset")}
    assert told["Summary"].endswith("Result: Music.")
    assert told["Email"].endswith("Result: blank")
    assert chosen(page)["choice-summary"] == "lose"
    assert count(Merge) == 0


def test_the_other_one_may_stay_and_choices_turn_with_it(pair: None, staff: FlaskClient) -> None:
    page = read(send(staff, choice_summary="lose", choice_needs="both", swap="1"))

    sent = boxes(page)
    assert (sent["keep"], sent["lose"]) == ("oak-youth-club", "oak-club")
    assert (sent["choice-summary"], sent["choice-needs"], sent["choice-email"]) == ("keep", "both", "keep")
    response = staff.post(COMPARE, data=sent)
    assert response.location == "/moderation/listings/oak-youth-club"
    assert rows("oak-youth-club")[0]["summary"] == "Music."


def test_what_finds_no_room_is_told_before_and_after(pair: None, catalogue: Catalogue, staff: FlaskClient) -> None:
    edit(catalogue, "oak-club", attributes="room=1")
    edit(catalogue, "oak-youth-club", attributes="room=2")
    assert "This finds no room Other facts: room=2" in main_words(staff.get(BOTH))

    response = send(staff)

    assert "This found no room: Other facts: room=2" in main_words(staff.get(str(response.location)))


@pytest.mark.parametrize(
    "asked",
    ["", "keep=oak-club", "keep=oak-club&lose=none", "keep=%00&lose=oak-club", f"keep={'x' * 300}&lose=oak-club"],
)
def test_listing_that_is_not_there_cannot_be_compared(pair: None, staff: FlaskClient, asked: str) -> None:
    assert staff.get(f"{COMPARE}?{asked}").status_code == 404
    sent = dict(one.split("=") for one in asked.replace("%00", "\0").split("&") if one)
    assert press(staff, LIST, COMPARE, **sent).status_code == 404
    assert press(staff, LIST, APART, **sent).status_code == 404


@pytest.mark.parametrize(
    ("status", "other", "why"),
    [
        (Status.PUBLISHED, "oak-club", "cannot be merged with itself"),
        (Status.RETIRED, "oak-youth-club", "oak-youth-club is no longer running"),
        (Status.MERGED, "oak-youth-club", "oak-youth-club is part of another listing already"),
    ],
)
def test_pair_that_cannot_be_merged_says_why(
    pair: None, staff: FlaskClient, status: Status, other: str, why: str
) -> None:
    sent = boxes(read(staff.get(BOTH)))
    stored("oak-youth-club").status = status
    db.session.commit()

    shown = staff.get(f"{COMPARE}?keep=oak-club&lose={other}")
    answer = staff.post(COMPARE, data=sent | {"lose": other})

    assert why in " ".join(summary(read(shown)))
    assert read(shown).select(f"form[action='{COMPARE}']") == []
    assert answer.status_code == 409
    assert count(Merge) == 0


# ---- merged and parted


def test_merge_is_done_with_the_choices_in_ones_own_name(pair: None, staff: FlaskClient) -> None:
    response = send(staff, choice_summary="lose", choice_name="lose")

    assert (response.status_code, response.location) == (303, "/moderation/listings/oak-club")
    assert count(Merge) == 1
    merged = rows("oak-club")[0]
    assert (merged["name"], merged["summary"], merged["alternate_names"]) == ("Oak Youth Club", "Music.", "Oak Club")
    assert db.session.scalars(select(Merge.actor)).one() == "Robin Moss"
    assert "Oak Youth Club is part of this listing now." in main_words(staff.get("/moderation/listings/oak-club"))
    assert "0 pairs" in main_words(staff.get(LIST))


def test_listing_that_changed_meanwhile_is_shown_again_with_the_choices(
    pair: None, catalogue: Catalogue, staff: FlaskClient
) -> None:
    sent = boxes(read(staff.get(BOTH))) | {"choice-summary": "lose"}
    edit(catalogue, "oak-youth-club", summary="Dance.")
    looked = boxes(read(staff.post(COMPARE, data=sent | {"look": "1"})))

    response = staff.post(COMPARE, data=looked)

    page = read(response)
    assert response.status_code == 409
    assert "Someone changed one of them" in " ".join(summary(page))
    assert chosen(page)["choice-summary"] == "lose"
    assert "Result: Dance." in words_of(only(page, "main"))
    assert count(Merge) == 0
    assert staff.post(COMPARE, data=boxes(page)).status_code == 303
    assert count(Merge) == 1


def test_sensitive_listing_is_merged_once_its_places_are_chosen_away(
    pair: None, catalogue: Catalogue, staff: FlaskClient
) -> None:
    catalogue.add(id="haven", name="Oak Haven", sensitive="yes")
    page = staff.get(f"{COMPARE}?keep=oak-club&lose=haven")
    assert "may name no place, and oak-club has one" in " ".join(summary(read(page)))

    refused = staff.post(COMPARE, data=boxes(read(page)) | {"choice-summary": "lose"})

    assert refused.status_code == 409
    assert chosen(read(refused))["choice-summary"] == "lose"
    assert count(Merge) == 0
    answer = staff.post(COMPARE, data=boxes(read(refused)) | {"choice-place": "lose"})
    assert answer.status_code == 303
    assert (rows("oak-club")[0]["sensitive"], rows("oak-club")[0]["city"]) == ("yes", "")


@pytest.mark.parametrize("choice", [{"choice-summary": "zzz"}, {"choice-zzz": "keep"}, {"choice-sensitive": "keep"}])
def test_choice_that_there_is_not_merges_nothing(pair: None, staff: FlaskClient, choice: dict[str, str]) -> None:
    response = staff.post(COMPARE, data=boxes(read(staff.get(BOTH))) | choice)

    assert response.status_code == 409
    assert "cannot be chosen for" in " ".join(summary(read(response)))
    assert count(Merge) == 0


def test_second_press_does_not_merge_twice(pair: None, staff: FlaskClient) -> None:
    sent = boxes(read(staff.get(BOTH)))

    answers = [staff.post(COMPARE, data=sent).status_code for _ in range(2)]

    assert answers == [303, 409]
    assert count(Merge) == 1


def test_merge_is_undone_from_the_merged_listing(pair: None, catalogue: Catalogue, staff: FlaskClient) -> None:
    send(staff, choice_summary="lose")
    edit(catalogue, "oak-club", summary="Games and music.")
    page = "/moderation/listings/oak-youth-club"
    part = only(read(staff.get(page)), "section[aria-labelledby=merged]")
    assert only(part, "p a")["href"] == "/moderation/listings/oak-club"

    response = press(staff, page, str(only(part, "form")["action"]))

    assert (response.status_code, response.location) == (303, page)
    words = main_words(staff.get(page))
    assert "It is no longer part of oak-club." in words
    assert "Summary of oak-club was edited since the merge, so it stays as it is." in words
    assert "Part of another listing" not in words
    assert count(Merge) == 0
    press(staff, page, f"{page}/undo-merge")
    assert "oak-youth-club is not part of another listing. Nothing was changed." in main_words(staff.get(page))
