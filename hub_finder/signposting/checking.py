"""What practitioners type for families to read: warned about before it is kept, where it looks like a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub_finder.area import current_area
from hub_finder.directory.family_lists import find_open_ways
from hub_finder.directory.freshness import today
from hub_finder.directory.known_names import find_known_names
from hub_finder.directory.personal_words import find_personal, take_out
from hub_finder.directory.vocabulary import find_terms


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The texts by field, what is wrong with some, and the texts that were said to be about nobody."""

    texts: Mapping[str, str]
    problems: Mapping[str, str]
    about_nobody: Sequence[str]


def check(
    texts: Mapping[str, str],
    *,
    stored: Mapping[str, str],
    about_nobody: Iterable[str],
    longest: Mapping[str, int],
    uids: Sequence[str],
    do: str,
) -> Checked:
    """Look at each text that is not kept yet. `do` is the button: "clean:FIELD" takes out, "nobody:FIELD" lets be."""
    texts, allowed = dict(texts), list(about_nobody)
    way, _, field = do.partition(":")
    if way == "nobody" and field in texts:
        allowed.append(texts[field])
    problems: dict[str, str] = {}
    for name, text in texts.items():
        if len(text) > longest[name]:
            problems[name] = f"Use {longest[name]} letters or fewer"
        elif text and text != stored.get(name) and text not in allowed:
            # What is known to everybody is asked for only where something was found.
            found = find_personal(text, today=today())
            found = found and find_personal(text, known=_known(text, uids), today=today())
            if found and (way, field) == ("clean", name):
                texts[name] = take_out(text, found)
            elif found:
                first = found[0]
                problems[name] = f"This looks like {first.kind}: “{text[first.start : first.end]}”"
    return Checked(texts=texts, problems=problems, about_nobody=allowed)


def _known(text: str, uids: Sequence[str]) -> set[str]:
    area = current_area()
    places = {area.name, area.council_area, *(one.name for one in area.localities.values())}
    return places | {need.label for need in find_terms()} | find_known_names(text) | find_open_ways(uids)
