"""Words in a text that look as if they were about one person. Pure: nothing is asked, nothing is kept."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

# Names that are hardly ever anything else. Those that are words or months too (Grace, May) need a cue before them.
_FIRST_NAMES = """
    aaron abigail adam adrian ahmed aidan aisha alan alfie ali alice alicia amelia amy andrew angela anna anthony
    archie arthur ashley barbara beatrice ben benjamin beth bethany brian callum cameron caroline catherine charlie
    chloe chris christine christopher claire connor daniel darren david debbie deborah dominic donna dylan eleanor
    elizabeth ella ellie elsie emily emma erin ethan eva evie fatima fiona freddie freya gareth gary gemma george graham
    hannah harriet harry helen henry hussain ibrahim imogen isaac isabella isla jacob jade jake james jamie jane janet
    jasmine jason jayden jennifer jessica joanne joe john jonathan joseph joshua julia julie karen kate katherine katie
    kayleigh keith kelly kevin kieran kyle laura lauren layla leah leanne leo lewis liam linda lisa logan louis louise
    lucas lucy luke maria mary maryam matthew megan mia michael michelle mohammed mohamed molly muhammad natalie nathan
    nicholas nicola nicole noah oksana oleksandr oliver olivia oscar owen patricia paul peter phoebe philip rachel
    rebecca rhys richard robert rosie ryan sam samantha samuel sandra sarah scarlett sean sebastian sharon shaun simon
    sophia sophie stacey stephanie stephen steven stuart susan tanya thomas theo tiffany tracey toby william yusuf zara
    zoe zofia katarzyna agnieszka piotr andrei ioana svitlana
"""
FIRST_NAMES = frozenset(_FIRST_NAMES.split())
# What stands before "family" and is no name; endings of peoples are known by their form.
_OTHERS = """
    a all any army big each early every foster kinship larger military my new our single small start support that
    the this whole young your bring see one for and with
"""
_NOT_SURNAMES = frozenset(_OTHERS.split())
_WORD = r"[A-Z][a-z]+(?:[’'-][A-Za-z]+)?"
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? {_WORD}")
_CUES = "[Dd]ear|[Hh]i|[Hh]ello|[Cc]alled|[Nn]amed|[Mm]um|[Dd]ad|[Bb]aby|[Ss]on|[Dd]aughter"
_CUED = re.compile(rf"\b(?:{_CUES}) ({_WORD})")
_FAMILY = re.compile(rf"\b(?:the )?({_WORD}) [Ff]amily(?=$|[.,;:!?)]| (?:is|are|has|have|who|need|needs|live|lives)\b)")
# At every word with a capital, so that "For Kayleigh Smith" is seen from "Kayleigh" too.
_CAPITAL = re.compile(rf"\b(?=({_WORD}(?: {_WORD})?(?:[’']s)?))")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[A-Za-z]{2,}")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_ROADS = "Road|Street|Lane|Avenue|Close|Drive|Way|Court|Crescent|Gardens|Place|Terrace|Rise|Walk|Mews|Grove|Square"
_ADDRESS = re.compile(rf"\b(?:Flat )?\d{{1,4}}[A-Za-z]?,? (?:[A-Z][\w’'-]*,? ){{1,3}}(?:{_ROADS})\b")
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_PHONE = re.compile(r"(?<![\d/])(?:\+44 ?|0)(?:\d[ -]?){9,10}(?!\d)")
# Lines that many answer: people have no such numbers.
_SHARED_LINES = ("0300", "0303", "0330", "0333", "0344", "0345", "0800", "0808", "0845")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_WRITTEN = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9}),? (\d{4})\b")
_CUES_ALSO_FOR_WORDS = frozenset({"Group", "Groups", "And", "The", "Clinic", "Massage", "Sensory", "Bank", "Box"})


@dataclass(frozen=True, order=True)
class Finding:
    """A stretch of a text, and what it looks like: "a name"."""

    start: int
    end: int
    kind: str


def find_personal(text: str, *, known: Collection[str] = (), today: date) -> Sequence[Finding]:
    """What in a text looks as if it were about a person, in order, none within another.

    `known` are names, numbers and addresses that everybody may read, such as those of listings and places: what begins
    within one of them is no finding.
    """
    safe = [span for name in known if name.strip() for span in _spans(name.strip(), text)]
    found: list[Finding] = []
    for one in sorted(_all(text, today), key=lambda one: (one.start, -one.end)):
        within = any(start <= one.start < end for start, end in safe)
        if not within and (not found or one.start >= found[-1].end):
            found.append(one)
    return found


def take_out(text: str, findings: Sequence[Finding]) -> str:
    """The text without what was found, and without the gaps that this leaves."""
    for one in sorted(findings, reverse=True):
        text = f"{text[: one.start]} {text[one.end :]}"
    text = re.sub(r"\b(?:for|dear|hi|hello|with|called|named|born|dob)\s*(?=$|[.,;:!?])", "", text, flags=re.IGNORECASE)
    return re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"[ \t]+", " ", text)).strip(" ,;:")


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits end with their check digit (modulus 11)."""
    check = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10


def _spans(name: str, text: str) -> Iterator[tuple[int, int]]:
    pattern = r"\s+".join(map(re.escape, name.split()))
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
        yield match.span()


def _all(text: str, today: date) -> Iterator[Finding]:
    yield from _names(text)
    yield from _dates(text, today)
    for kind, pattern in (("an email address", _EMAIL), ("a postcode", _POSTCODE), ("an address", _ADDRESS)):
        yield from (Finding(*match.span(), kind) for match in pattern.finditer(text))
    for match in _TEN_DIGITS.finditer(text):
        if is_nhs_number(re.sub(r"\D", "", match[0])):
            yield Finding(*match.span(), "an NHS number")
    for match in _PHONE.finditer(text):
        if not re.sub(r"\D", "", match[0]).startswith(_SHARED_LINES):
            yield Finding(match.start(), match.start() + len(match[0].rstrip(" -")), "a phone number")


def _names(text: str) -> Iterator[Finding]:
    yield from (Finding(*match.span(), "a name") for match in _TITLED.finditer(text))
    for match in _CUED.finditer(text):
        if match[1] not in _CUES_ALSO_FOR_WORDS:
            yield Finding(*match.span(1), "a name")
    for match in _FAMILY.finditer(text):
        word = match[1].lower()
        if word not in _NOT_SURNAMES and not word.endswith(("ian", "ish", "ese", "ing")):
            yield Finding(*match.span(), "a name")
    for match in _CAPITAL.finditer(text):
        if _bare(match[1].partition(" ")[0]) in FIRST_NAMES:
            yield Finding(*match.span(1), "a name")


def _bare(word: str) -> str:
    return re.sub(r"[’']s$", "", word).lower()


def _dates(text: str, today: date) -> Iterator[Finding]:
    """Days with their year that are over: what is still to come is when something is on."""
    for match in _NUMERIC.finditer(text):
        day, month, year = map(int, match.groups())
        year += 0 if year > 99 else 2000 if 2000 + year <= today.year else 1900
        yield from _past(match.span(), year, month, day, today)
    for match in _ISO.finditer(text):
        year, month, day = map(int, match.groups())
        yield from _past(match.span(), year, month, day, today)
    for match in _WRITTEN.finditer(text):
        if match[2][:3].lower() in _MONTHS:
            month = _MONTHS.index(match[2][:3].lower()) + 1
            yield from _past(match.span(), int(match[3]), month, int(match[1]), today)


def _past(span: tuple[int, int], year: int, month: int, day: int, today: date) -> Iterator[Finding]:
    try:
        is_past = date(year, month, day) <= today
    except ValueError:
        return
    if is_past:
        yield Finding(*span, "a date of birth")
