import pytest

from hub_finder.importers.report import Refusal, Report


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (Report(), "Nothing changed (0 rows)."),
        (Report(unchanged=1207), "Nothing changed (1,207 rows)."),
        (Report(added=2), "2 added, 0 changed, 0 unchanged."),
        (Report(changed=1, unchanged=2), "0 added, 1 changed, 2 unchanged."),
        (Report(removed=3, unchanged=2), "0 added, 0 changed, 2 unchanged, 3 removed."),
    ],
)
def test_the_counts_are_said_in_one_line(report: Report, said: str) -> None:
    assert report.lines() == [said]
    assert report.exit_code == 0


def test_refusals_follow_the_counts_and_change_the_exit_code() -> None:
    report = Report(unchanged=1)

    report.refuse(4, "min_age", 12.5, "must be a number")

    assert report.lines() == [
        "Nothing changed (1 rows), 1 refused.",
        "line 4, min_age: “12.5” must be a number",
    ]
    assert report.exit_code == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\tand   spaces", "two lines and spaces"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
        ("x" * 2_000_000, "x" * 39 + "…"),
    ],
)
def test_a_refused_value_is_shown_on_one_short_line(value: str, shown: str) -> None:
    assert Refusal(2, "name", value, "is too long").value == shown
