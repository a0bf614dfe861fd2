"""Words that may mean danger now: the right number comes first, and the results still follow."""

from dataclasses import dataclass

from hub_finder.area import Area, UrgentHelp
from hub_finder.directory.text import words

# Words that may stand between two words of a phrase: "he always hits me", "nowhere else to sleep".
MOST_BETWEEN = 2


@dataclass(frozen=True)
class Urgent:
    """A kind of danger, what to say first, and whom to call, the first number first."""

    kind: str
    message: str
    help: tuple[UrgentHelp, ...]


def recognise(text: str, *, area: Area) -> Urgent | None:
    """The danger that a text may speak of, by the phrases of the data; None when it speaks of none."""
    said = words(text)
    for kind, phrase in area.urgent_phrases:
        if _says(said, words(phrase)):
            message, slugs = area.urgent_kinds[kind]
            numbers = {one.slug: one for one in area.urgent_help}
            return Urgent(kind, message, tuple(numbers[slug] for slug in slugs if slug in numbers))
    return None


def _says(said: list[str], phrase: list[str]) -> bool:
    """Whether the words of the phrase follow one another, with few words between."""
    starts = [position for position, word in enumerate(said) if word == phrase[0]]
    return any(_goes_on(said[start + 1 :], phrase[1:]) for start in starts)


def _goes_on(said: list[str], phrase: list[str]) -> bool:
    if not phrase:
        return True
    near = said[: MOST_BETWEEN + 1]
    return any(word == phrase[0] and _goes_on(said[at + 1 :], phrase[1:]) for at, word in enumerate(near))
