"""What the parts of the form ask, and how it becomes the columns of a listing."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hub_finder.area import Area
from hub_finder.directory.access import access_labels, access_of
from hub_finder.directory.columns import COLUMNS, GROUPS
from hub_finder.directory.listings import Vocabulary, parse_listing, rows_of
from hub_finder.parameters import tidy
from hub_finder.providers.drafts import draft_of
from hub_finder.providers.fillings import fill_access, take_access
from hub_finder.providers.parts import PARTS, about, part_of
from tests.factories import cells
from tests.whole_listing import whole_listing

# What nobody is asked: names in addresses and feeds, how sure we are, where it was read; contacts and notices, which
# have pages of their own or none; and what only those who keep the listings write.
NOT_ASKED = {
    *("id", "uuid", "organisation_uuid", "former_names", "confidential", "related", "attributes"),
    *("confidence", "caution"),
    *(*GROUPS["source"], *GROUPS["contact"], *GROUPS["alert"]),
}  # fmt: skip


def test_every_column_is_asked_once_or_never() -> None:
    asked = [name for part in PARTS for name in set(part.all_columns)]

    assert len(asked) == len(set(asked))
    assert set(asked) == set(COLUMNS) - NOT_ASKED
    assert {part_of(name) for name in NOT_ASKED} == {None}


def test_boxes_of_one_page_have_names_of_their_own() -> None:
    for part in PARTS:
        names = [box.name for box in (*part.boxes, *(box for table in part.tables for box in table.boxes))]
        assert len(names) == len(set(names)), part.slug


def test_what_only_the_team_reads_is_about_no_column() -> None:
    assert [part.all_columns for part in PARTS if not part.public] == [(), ()]


def whole_rows(area: Area) -> list[dict[str, str]]:
    """A listing that fills everything, in its one form."""
    first, *further = whole_listing(date(2026, 11, 24))
    needs = ["baby-toddler-groups", "sleep", "food"]
    words = Vocabulary(needs=needs, kinds=area.kinds.keys(), localities=area.localities.keys())
    listing, problems = parse_listing([cells(**first), *further], words)
    assert listing, problems
    return rows_of(listing)


def test_listing_in_parts_is_put_together_with_nothing_lost(area: Area) -> None:
    rows = whole_rows(area)

    assert draft_of(rows).rows() == rows


def test_saving_what_stands_in_the_boxes_changes_nothing(area: Area) -> None:
    rows = whole_rows(area)
    draft = draft_of(rows)

    for part in PARTS:
        if part.public:
            part.write(part.values(draft, area), draft, area)

    assert draft.rows() == rows


def test_label_of_each_kind_of_access_is_recognised_as_that_kind() -> None:
    assert {slug: access_of(f"{label}.") for slug, label in access_labels().items()} == {
        slug: frozenset({slug}) for slug in access_labels()
    }


@given(st.sets(st.sampled_from(list(access_labels()))), st.text(max_size=40).map(tidy))
def test_access_that_is_ticked_and_words_come_back(area: Area, ticked: set[str], words: str) -> None:
    draft = draft_of([dict.fromkeys(COLUMNS, "")])

    take_access({"access": list(ticked), "accessibility": [words]}, draft, area)
    filled = fill_access(draft, area)
    take_access(filled, draft, area)

    assert ticked <= set(filled["access"])
    assert fill_access(draft, area) == filled


def test_line_of_the_teams_note_is_about_the_part_that_it_names() -> None:
    [when] = [part for part in PARTS if part.slug == "when"]

    assert about(when, ["Hello.\nWhen: is it on in August?\nwhen:and at Easter?\nWhenever you can."]) == [
        "is it on in August?",
        "and at Easter?",
    ]
