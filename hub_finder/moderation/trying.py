"""What words lead to now, and what they would lead to after a change that is not made yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub_finder.area import current_area
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.needs import Understood, understand_with
from hub_finder.directory.phrases import Step, changes_of
from hub_finder.directory.thesaurus import Wording
from hub_finder.directory.urgent import Urgent, recognise
from hub_finder.models.thesaurus import PhraseKind

MOST_TRIED = 5
MOST_SHOWN = 4
LABELS = {"need": "Need", "text": "Phrase", "kind": "Kind of words"}


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What words are understood as now and after the change, the best first, and the danger they may speak of."""

    said: str
    now: Sequence[Understood]
    then: Sequence[Understood]
    urgent: Urgent | None


def try_words(texts: Iterable[str], steps: Sequence[Step] = ()) -> list[Tried]:
    """Each text, once and at most so many of them, before and after the steps."""
    said = list(dict.fromkeys(text for text in texts if text))[:MOST_TRIED]
    if not said:
        return []
    now = understand_with({}, said, most=MOST_SHOWN)
    then = understand_with(changes_of(steps), said, most=MOST_SHOWN) if steps else now
    area = current_area()
    return [
        Tried(said=text, now=before, then=after, urgent=recognise(text, area=area))
        for text, before, after in zip(said, now, then, strict=True)
    ]


def need_labels() -> dict[str, str]:
    """The needs by slug, as they are shown, in their order."""
    return {need.slug: need.label for need in find_needs()}


def told(step: Step, needs: dict[str, str]) -> list[tuple[str, str, str]]:
    """What a step changes, as (column, before, after) in the words of people; blank where nothing stands."""
    before, after = (_in_words(one, needs) if one else dict.fromkeys(LABELS, "") for one in step)
    return [(column, before[column], after[column]) for column in LABELS if before[column] != after[column]]


def _in_words(wording: Wording, needs: dict[str, str]) -> dict[str, str]:
    return {
        "need": needs.get(wording.need, wording.need),
        "text": wording.text,
        "kind": PhraseKind(wording.kind).label,
    }
