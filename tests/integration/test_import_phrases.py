"""Phrases from a file and to one, and what staff did in between."""

from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hub_finder.directory.needs import understand
from hub_finder.directory.phrases import Step, find_changes, keep
from hub_finder.directory.thesaurus import Wording, find_wordings, key_of, read_stamp
from hub_finder.extensions import db
from hub_finder.importers.phrases import export_phrases, import_phrases
from hub_finder.importers.report import UnreadableFile
from hub_finder.models.thesaurus import PhraseKind
from tests.factories import Catalogue
from tests.integration.test_cli import runner_of

pytestmark = pytest.mark.usefixtures("catalogue", "session")
HEADER = "need,phrase,kind\n"
TWO = f"{HEADER}sleep,zonked,slang\nfood,nosh,slang\n"
ZONKED, NOSH = Wording("sleep", "zonked", "slang"), Wording("food", "nosh", "slang")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "phrases.csv"
    path.write_text(TWO, encoding="utf-8")
    return path


@pytest.fixture
def hub(catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(tmp_path)
    return runner_of(catalogue.app)


def edit(before: Wording | None, after: Wording | None) -> None:
    keep([Step(before, after)], actor="Robin Moss")
    db.session.commit()


def words_now() -> set[Wording]:
    db.session.rollback()
    return set(find_wordings())


def test_second_load_of_a_file_changes_nothing_and_says_so(file: Path) -> None:
    first = import_phrases(file)
    version = read_stamp()
    second = import_phrases(file)

    assert first.lines() == ["2 added, 0 changed, 0 unchanged."]
    assert second.lines() == ["Nothing changed (2 rows)."]
    assert words_now() == {ZONKED, NOSH}
    assert read_stamp() == version
    assert understand("nosh")[0].need.slug == "food"


def test_every_bad_row_is_told_and_the_good_ones_go_in(file: Path) -> None:
    rows = [
        "sleep,,slang",
        "slep,kip,slang",
        "sleep,kip,posh",
        "food,Nosh!,slang",
        f"sleep,{'z' * 101},",
        "food,grub,slang",
    ]
    file.write_text(TWO + "\n".join(rows) + "\n", encoding="utf-8")

    report = import_phrases(file)

    kinds = ", ".join(PhraseKind)
    assert report.exit_code == 1
    assert report.lines() == [
        "3 added, 0 changed, 0 unchanged, 6 refused.",
        "line 4, phrase: “” is blank",
        "line 5, need: “slep” is not a need that is known here",
        f"line 6, kind: “posh” must be one of {kinds}",
        "line 7, phrase: “Nosh!” is in the file more than once for food",
        f"line 8, phrase: “{'z' * 39}…” is 101 characters long; the most is 100",
        f"line 8, kind: “” must be one of {kinds}",
    ]


def test_what_staff_did_stays_when_the_file_is_loaded_again(file: Path) -> None:
    import_phrases(file)
    edit(ZONKED, ZONKED._replace(text="kip"))
    edit(NOSH, NOSH._replace(kind="family"))
    edit(None, Wording("food", "grub", "slang"))
    staffs = words_now()

    again, whole = import_phrases(file), import_phrases(file, whole=True)

    assert words_now() == staffs
    assert (
        again.lines()
        == whole.lines()
        == [
            "2 phrases that were changed or removed here stay so.",
            "Nothing changed (2 rows).",
        ]
    )


def test_new_file_brings_its_own_changes(file: Path) -> None:
    import_phrases(file)
    file.write_text(f"{HEADER}sleep,Zonked,family\nfood,grub,slang\n", encoding="utf-8")

    report = import_phrases(file)

    assert report.lines() == ["1 added, 1 changed, 0 unchanged."]
    assert words_now() == {NOSH, Wording("sleep", "Zonked", "family"), Wording("food", "grub", "slang")}
    assert [one.actor for one in find_changes().rows] == ["import-phrases"]


def test_only_a_file_that_is_whole_removes_what_it_does_not_name(file: Path) -> None:
    import_phrases(file)
    file.write_text(f"{HEADER}sleep,zonked,slang\n", encoding="utf-8")

    kept, removed = import_phrases(file), import_phrases(file, whole=True)

    assert kept.lines() == ["Nothing changed (1 rows)."]
    assert removed.lines() == ["0 added, 0 changed, 1 unchanged, 1 removed."]
    assert words_now() == {ZONKED}
    assert understand("nosh") == []
    file.write_text(TWO, encoding="utf-8")
    assert import_phrases(file).lines() == ["1 added, 0 changed, 1 unchanged."]


def test_whole_file_with_a_refused_row_removes_nothing(file: Path) -> None:
    import_phrases(file)
    file.write_text(f"{HEADER}sleep,zonked,slang\nfoood,nosh,slang\n", encoding="utf-8")

    assert import_phrases(file, whole=True).removed == 0
    assert words_now() == {ZONKED, NOSH}


def test_dry_run_tells_each_change_and_keeps_nothing(file: Path) -> None:
    import_phrases(file)
    before = words_now(), read_stamp()
    file.write_text(f"{HEADER}sleep,zonked,family\nfood,grub,slang\n", encoding="utf-8")

    report = import_phrases(file, dry_run=True, whole=True)

    assert sorted(report.details) == [
        "added food: grub (slang)",
        "changed sleep: zonked (family)",
        "removed food: nosh (slang)",
    ]
    assert (words_now(), read_stamp()) == before


@pytest.mark.parametrize(
    "content", ["", "need,phrase\nsleep,zonked\n", "need,phrase,kind,kind\nsleep,zonked,slang,x\n"]
)
def test_file_without_its_columns_is_not_read(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableFile):
        import_phrases(file)


TEXTS = (
    some.text(min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(str.isprintable).filter(key_of)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(some.lists(TEXTS, max_size=5, unique_by=key_of))
def test_what_is_exported_is_read_back_unchanged(file: Path, texts: list[str]) -> None:
    edits = [Step(None, Wording("sleep", text, "slang")) for text in texts]
    try:
        keep(edits, actor="Robin Moss")
        exported = "".join(export_phrases(find_wordings()))
        db.session.rollback()
        file.write_text(exported, encoding="utf-8", newline="")

        report = import_phrases(file, dry_run=True)
    finally:
        db.session.rollback()

    assert (report.added, len(report.refused)) == (len(texts), 0)


def test_commands_load_and_write_a_file(hub: object, file: Path) -> None:
    def run(*args: str) -> Result:
        result: Result = hub(*args)  # type: ignore[operator]
        return result

    dry = run("import-phrases", str(file), "--dry-run")
    loaded, written = run("import-phrases", str(file)), run("export-phrases", "out.csv")

    assert dry.stdout.splitlines()[:2] == ["A dry run: nothing was kept.", "2 added, 0 changed, 0 unchanged."]
    assert (loaded.exit_code, written.exit_code) == (0, 0)
    assert Path("out.csv").read_text(encoding="utf-8") == TWO
    file.write_text(f"{HEADER}zzz,zonked,slang\n", encoding="utf-8")
    assert run("import-phrases", str(file)).exit_code == 1
    assert run("import-phrases", "nowhere.csv").exit_code == 2
