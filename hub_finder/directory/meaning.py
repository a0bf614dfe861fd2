"""What a family's words ask for: the words themselves, mended where they were mistyped, and the needs they speak of."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

from hub_finder.directory import thesaurus
from hub_finder.directory.needs import Understood, is_english, understand
from hub_finder.directory.places import find_place_names
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.snapshot import Snapshot
from hub_finder.directory.spelling import Speller, count_words
from hub_finder.directory.text import query_stems
from hub_finder.models.thesaurus import OTHER_LANGUAGES, PhraseKind

# How surely the words must speak for a need, alone and beside the surest, before listings for it are found by them.
LEAST_SCORE, LEAST_OF_BEST = 0.2, 0.4
# When nothing else is found, a guess will have to do.
LEAST_GUESS = 0.03
MOST_NEEDS = 3


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """`terms` are stems; `needs` say for each need meant how far it is (the surest 1); `mended` is what was read.

    `guesses` are needs that the words may speak of, to be taken when nothing is found for the others.
    """

    terms: tuple[str, ...] = ()
    needs: Mapping[str, float]
    guesses: Mapping[str, float] = field(default_factory=dict)
    understood: tuple[Understood, ...] = ()
    mended: str | None = None


def read(query: SearchQuery, snapshot: Snapshot) -> Meaning:
    """What a query's words mean. Needs that were chosen count as meant wholly."""
    chosen = dict.fromkeys(query.needs, 1.0)
    if not query.words:
        return Meaning(needs=chosen)
    # Letters and their accents as one, as the speller reads words.
    typed = normalize("NFC", query.words)
    speller = _speller(snapshot)
    needs = list(snapshot.needs.values())
    # The speller knows English; words of other languages are not taken for misspelt English ones.
    mended = speller.mend(typed) if not query.exact and is_english(typed, needs=needs) else None
    text = mended or typed
    # A word that a listing holds is no misspelling of one that a need has: "transition" is not "translation".
    understood = understand(text, most=MOST_NEEDS, needs=needs, right=speller)
    best = understood[0].score if understood else 0.0
    shares = {one.need.slug: one.score / best for one in understood if one.score >= LEAST_GUESS}
    meant = {slug: share for slug, share in shares.items() if share >= LEAST_OF_BEST and share * best >= LEAST_SCORE}
    return Meaning(
        terms=tuple(query_stems(text)),
        needs=meant | chosen,
        guesses=shares,
        understood=tuple(understood),
        mended=mended,
    )


def _speller(snapshot: Snapshot) -> Speller:
    """Knows the words of listings, vocabulary, thesaurus and places; made anew when the first three have others."""
    lexicons = snapshot.lexicons
    key = (len(lexicons.words), tuple(snapshot.needs.values()), thesaurus.read_stamp())
    if lexicons.cache.get("words") != key:
        # What is misspelt on purpose is not to be taken for right, nor what is not English.
        passed = {PhraseKind.MISSPELLING, *OTHER_LANGUAGES}
        said = [one.text for one in thesaurus.find_wordings() if one.kind not in passed]
        said += [f"{need.label} {need.covers}" for need in snapshot.needs.values()]
        said += find_place_names()
        known = Counter(snapshot.known_words) + count_words(said)
        lexicons.cache.update(words=key, speller=Speller(known))
    speller: Speller = lexicons.cache["speller"]
    return speller
