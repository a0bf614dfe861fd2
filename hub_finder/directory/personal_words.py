"""Words in a text that look as if they were about one person. Pure: nothing is asked, nothing is kept."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hub_finder.directory.text import words

# Names that are hardly ever anything else, written large or small, without their marks.
_FIRST_NAMES = """
    aaliyah aaron abdul abigail adam adele adrian agnes agnieszka ahmed aidan aisha alan aleksander alex alexander
    alexandra alexandru alfie ali alice alicia alison alyssa amelia amina amira amy anastasia andrea andrei andrew
    angela anita ann anna annabelle anne annie anthony anya aoife arabella archie arthur ashley ava ayesha barbara barry
    bartlomiej bartosz beatrice beatriz bella ben benjamin bernadette beth bethany betty bianca bogdan brandon brenda
    brian callum cameron carl carmen caroline catherine cathy charles charlie charlotte cheryl chloe chris christine
    christopher claire colin connor craig cristian cristina daniel danielle darren david debbie deborah derek diana
    diane dominic donald donna dorothy douglas duncan dylan edward eileen eleanor elena eliza elizabeth ella ellie
    eloise elsie elspeth emilia emily emma erica erin esme esther ethan eva evelyn evie fatima felix filip finley fiona
    fred freddie freya gabriel gabriela gareth gary gavin gemma geoffrey george gillian glenn gordon graeme graham greta
    gwen hamza hannah haroon harriet harry hassan helen helena henry hugh hugo hussain ian ibrahim imogen imran ines
    ioan ioana irene iryna isaac isabel isabella isabelle isla ivan jackie jacob jacqueline jake jakub james jamie jane
    janet janine jason javier jayden jayne jean jenna jennifer jenny jeremy jessica jessie joan joanna joanne joao jodie
    joe john jonah jonathan jose joseph josephine joshua josie joyce juan judith julia julian julie justin kacper karen
    kasia katarzyna kate katherine kathleen kathryn kathy katie kayleigh keith kelly kenneth kerry kevin kieran kim
    kirsty krzysztof kyle lara larisa laura lauren lawrence layla leah leanne leila lena leo leonard lesley lewis liam
    linda lisa logan lorraine louie louis louise lucas lucy luke lydia lynn magdalena malgorzata marcin margaret maria
    mariam marie marina marion marjorie martha martin mary maryam maryna matilda matthew maureen maxim maya megan
    melanie melissa mia michael michelle mihaela mihai mikolaj miriam mohamad mohamed mohammed molly monica monika
    muhammad mustafa nadia naomi natalia natalie nathan neil niamh nicholas nicola nicole nigel nikita nina noah noor
    nora nour oksana oleksandr olena olga oliver olivia omar oscar owen pamela patricia patrick paul paula pauline pedro
    peter petra phil philip philippa phoebe piotr priya rachel rajesh ralph rania raymond rebecca reece reuben rhys
    richard ricky rita robert roger ronald rory rosa rosie ross roxanne russell ruth ryan sally salma sam samantha
    samira samuel sandra sarah saskia scarlett sean sebastian shannon sharon shaun sheila shirley sian simon simone
    siobhan sofia sophia sophie stacey stefan stella stephanie stephen steven stewart stuart susan suzanne svitlana
    sylvia szymon tamsin tania tanya tatiana teresa terry tetiana theo theresa thomas tiago tiffany tina toby tomasz
    tony tracey tracy trevor valentina vanessa vera veronica vicky viktor viktoria vincent volodymyr wayne wendy william
    wojciech yasmin youssef yuliia yusra yusuf yvonne zachary zainab zara zoe zofia
"""
FIRST_NAMES = frozenset(_FIRST_NAMES.split())
# These too, but written small they are words: with a capital they are names.
NAMES_WITH_A_CAPITAL = frozenset("jack jade jasmine tom tim dan sue bob ted nick jo".split())  # noqa: SIM905
# Names that are words with a capital as well: only after "for", "with" and the like.
_NAMES_AND_WORDS = """
    grace mark will rose lily poppy ivy hope faith joy amber ruby daisy violet iris holly heather hazel dawn eve bill
    dean frank grant victoria florence georgia penny pearl robin max ray rob pat guy don lee
"""
NAMES_AND_WORDS = frozenset(_NAMES_AND_WORDS.split())
_SURNAMES = """
    smith jones williams davies evans wilson johnson roberts robinson thompson edwards hughes harris clarke patel khan
    ahmed hussain singh kaur begum kowalski kowalska nowak murphy kelly lewis morgan jackson anderson campbell
"""
SURNAMES = frozenset(_SURNAMES.split())
# What stands before "family" or a surname and is no name; endings of peoples are known by their form.
_OTHERS = """
    a all any army big each early every foster kinship larger military my new our single small start support that
    the this whole young your bring see one for and with at ask call from to by near of in or st dear w h wh
"""
_NOT_SURNAMES = frozenset(_OTHERS.split())
# After a first name: then it is what a street or a building is called.
_BUILT = "Street|Road|Avenue|House|Centre|School|Hospital|Nursery|Trust|Foundation|Clinic|Surgery|Library|Pantry"
_UPPER = "[" + "".join(chr(code) for code in range(0x530) if chr(code).isupper()) + "]"
_LETTER = r"[^\W\d_]"
_WORD = rf"{_LETTER}+(?:[’'-]{_LETTER}+)*"
_NAME = rf"{_UPPER}{_LETTER}*(?:[’'-]{_LETTER}+)*"
_OF = "(?:(?:de|del|van|von|der|den|la|le|da|dos|du|al|el|bin) )*"
_TITLED = re.compile(
    rf"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|MR|MRS|MS|MISS|DR)\.? {_OF}{_NAME}(?: {_NAME})?|(?:mr|mrs|mx)\.? {_OF}{_WORD})"
)
_CUES = "Dear|Hi|Hello|Called|Named|Mum|Dad|Baby|Son|Daughter|Brother|Sister"
_CUED = re.compile(rf"\b(?:{_CUES}|{_CUES.lower()}) ({_NAME})")
_FOR = re.compile(rf"\b(?:[Ff]or|[Ww]ith|[Tt]o|[Aa]bout|[Mm]eet|[Ss]ee|[Aa]nd) ({_NAME})(?! {_UPPER})")
_FAMILY = re.compile(rf"\b(?:the )?({_NAME}) [Ff]amily(?=$|[.,;:!?)]| (?:is|are|has|have|who|need|needs|live|lives)\b)")
# At every word, so that "For Kayleigh Smith" is seen from "Kayleigh" too.
_ONE = re.compile(rf"(?<![\w’'-])(?<!\bSt )(?<!\bSt\. )(?<!\bSaint )({_WORD})(?: ({_OF}{_NAME}|{_WORD}))?")
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}(?: ?@ ?| ?[\[(]at[\])] ?)[^\s@<>,;]+\.[A-Za-z]{2,}", re.IGNORECASE)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_ROADS = (
    "Road|Rd|Street|St|Lane|Ln|Avenue|Ave|Close|Cl|Drive|Dr|Way|Court|Ct|Crescent|Cres|Gardens|Gdns|Place|Terrace|"
    "Rise|Walk|Mews|Grove|Square|Sq|Hill|View|Green|Row|Parade|Cottages"
)
# Written small, where these are hardly anything else.
_SMALL_ROADS = "road|rd|street|lane|avenue|ave|close|drive|crescent|gardens|terrace|mews|grove"
_MEASURES = "minutes?|mins?|hours?|miles?|metres|yards|weeks?|days?|am|pm|to|people|places?|sessions?"
_NUMBER = r"\d{1,4}[A-Za-z]?(?: ?- ?\d{1,4})?"
_ADDRESS = re.compile(
    rf"\b(?:(?i:flat|apartment|apt)\.? ?{_NUMBER}\b(?:,? {_NUMBER})?(?:,? {_NAME}){{0,4}}"
    rf"|{_NUMBER},? (?:{_NAME},? ){{1,3}}(?:{_ROADS})\b"
    rf"|{_NUMBER},? (?!(?:{_MEASURES})\b)(?:{_WORD} ){{1,2}}(?:{_SMALL_ROADS})\b(?! (?:to|by)\b))"
)
_TEN_DIGITS = re.compile(r"(?<!\d)\d(?:[ .-]?\d){9}(?!\d)")
_SAID_TO_BE_NHS = re.compile(r"\bNHS\b\D{0,12}$", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\d/])(?:\(?(?:\+|\b00)44\)?[ .-]{0,2}(?:\(0\)[ .-]{0,2})?|\(?\b0)(?:\d[ ().-]{0,2}){8,9}\d(?![ .-]?\d)"
)
# Lines that many answer: people have no such numbers.
_SHARED_LINES = ("0300", "0303", "0330", "0333", "0344", "0345", "0800", "0808", "0845")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ANY_MONTH = "|".join(_MONTHS)
_NUMERIC = re.compile(r"\b(\d{1,2})(?:([/.-])(\d{1,2})\2(\d{4}|\d{2})| (\d{1,2}) (\d{4}))\b")
_ISO = re.compile(r"\b(\d{4})([/.-])(\d\d)\2(\d\d)\b")
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_WRITTEN = re.compile(rf"\b{_DAY}(?: of)? ([A-Za-z]{{3,9}})\.?,? (\d{{4}}\b|[’']?\d\d\b(?!:)(?! {_LETTER}))")
_MONTH_FIRST = re.compile(rf"\b([A-Za-z]{{3,9}})\.? {_DAY},? (\d{{4}})\b")
_BORN = re.compile(
    r"\b(?:born|dob|d\.o\.b|date of birth|birthday)\b[ .:]*(?:is )?(?:on )?(?:in )?(?:the )?"
    rf"(\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_ANY_MONTH})[a-z]*(?: \d{{4}})?|(?:{_ANY_MONTH})[a-z]* \d{{4}}"
    r"|\d{8}|\d{6}|\d{1,2}[/.-]\d{1,2})\b",
    re.IGNORECASE,
)
# What says nothing any more when what stood behind it is gone.
_LEFT = r"for|dear|hi|hello|with|called|named|born(?: on)?(?: the)?|dob|d\.o\.b|date of birth|nhs(?: no| number)?"
_CUES_ALSO_FOR_WORDS = frozenset(
    "Group Groups And The Clinic Massage Sensory Bank Box Yoga Sure There Parents All Everyone".split()  # noqa: SIM905
)


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
    text = re.sub(rf"\b(?:{_LEFT})[ :]*(?=$|[.,;:!?])", "", text, flags=re.IGNORECASE)
    return re.sub(r"(?<!\s)\s+([.,;:!?])", r"\1", re.sub(r"[ \t]+", " ", text)).strip(" ,;:")


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
        if is_nhs_number(re.sub(r"\D", "", match[0])) or _SAID_TO_BE_NHS.search(text[: match.start()]):
            yield Finding(*match.span(), "an NHS number")
    for match in _PHONE.finditer(text):
        number = re.sub(r"^(?:\+|00)44(?:0|)", "0", re.sub(r"[^\d+]", "", match[0]))
        if not number.startswith(_SHARED_LINES):
            yield Finding(*match.span(), "a phone number")


def _names(text: str) -> Iterator[Finding]:
    yield from (Finding(*match.span(), "a name") for match in _TITLED.finditer(text))
    for match in _CUED.finditer(text):
        if match[1] not in _CUES_ALSO_FOR_WORDS:
            yield Finding(*match.span(1), "a name")
    for match in _FOR.finditer(text):
        if _first(match[1]) in NAMES_AND_WORDS:
            yield Finding(*match.span(1), "a name")
    for match in _FAMILY.finditer(text):
        word = match[1].lower()
        if word not in _NOT_SURNAMES and not word.endswith(("ian", "ish", "ese", "ing")):
            yield Finding(*match.span(), "a name")
    at = 0
    while one := _ONE.search(text, at):
        at = one.end(1)
        if end := _end_of_name(one):
            yield Finding(one.start(), end, "a name")


def _end_of_name(match: re.Match[str]) -> int:
    """Where a name ends that begins with a first name, or with a word before a surname; 0 for no name."""
    word, after = match[1], match[2] or ""
    first, is_surname = _first(word), _first(after) in SURNAMES
    has_capital, follows = word[0].isupper(), after.split(" ")[-1][:1].isupper()
    if first in FIRST_NAMES or (has_capital and first in NAMES_WITH_A_CAPITAL):
        if has_capital and re.fullmatch(_BUILT, after):
            return 0
        joined = is_surname or (has_capital and follows)
        return match.end(2) if after and joined and not re.search("[’']s$", word) else match.end(1)
    return match.end(2) if is_surname and has_capital and follows and word.lower() not in _NOT_SURNAMES else 0


def _first(word: str) -> str:
    """The first part of a name without case, marks and what makes it a possessive: "Zoë-Marie’s" is "zoe"."""
    return next(iter(words(re.sub("[’']s$", "", word))), "")


def _dates(text: str, today: date) -> Iterator[Finding]:
    """Days with their year that are over, for what is to come is when something is on; and what is said of a birth."""
    for match in _NUMERIC.finditer(text):
        day, month, year = match[1], match[3] or match[5], match[4] or match[6]
        yield from _past(match.span(), year, int(month), int(day), today)
    for match in _ISO.finditer(text):
        yield from _past(match.span(), match[1], int(match[3]), int(match[4]), today)
    for pattern, (of_day, of_month) in ((_WRITTEN, (1, 2)), (_MONTH_FIRST, (2, 1))):
        for match in pattern.finditer(text):
            month = match[of_month][:3].lower()
            if month in _MONTHS:
                yield from _past(
                    match.span(), match[3].lstrip("’'"), _MONTHS.index(month) + 1, int(match[of_day]), today
                )
    yield from (Finding(*match.span(1), "a date of birth") for match in _BORN.finditer(text))


def _past(span: tuple[int, int], written: str, month: int, day: int, today: date) -> Iterator[Finding]:
    year = int(written)
    year += 0 if year > 99 else 2000 if 2000 + year <= today.year else 1900
    try:
        is_past = date(year, month, day) <= today
    except ValueError:
        return
    if is_past:
        yield Finding(*span, "a date of birth")
