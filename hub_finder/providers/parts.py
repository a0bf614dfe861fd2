"""The parts of the form, in their order: what each asks, in words for a volunteer who has ten minutes."""

from collections.abc import Callable, Mapping, Sequence

from hub_finder.area import Area
from hub_finder.directory.access import access_labels
from hub_finder.directory.columns import GROUPS
from hub_finder.models.services import Cost, Delivery, Places, Referral
from hub_finder.providers import fillings
from hub_finder.providers.boxes import Box, Table
from hub_finder.providers.part import Part
from hub_finder.providers.referral_boxes import REFERRAL_BOXES

LONGEST_SUMMARY = 300
MOST_NEEDS = 6


# ---- choices


def _kinds(area: Area) -> Mapping[str, str]:
    return {kind.slug: kind.label for kind in area.kinds.values()}


def _kinds_told(area: Area) -> Mapping[str, str]:
    return {kind.slug: kind.description for kind in area.kinds.values()}


def _given(choices: Mapping[str, str]) -> Callable[[Area], Mapping[str, str]]:
    return lambda _area: choices


COSTS = {
    str(Cost.FREE): "Free for everyone",
    str(Cost.FREE_FOR_SOME): "Free for some families",
    str(Cost.PAID): "Families pay",
    str(Cost.NOT_STATED): "Leave it out for now",
}
REFERRALS = {
    str(Referral.SELF): "Families can just come, or get in touch themselves",
    str(Referral.EITHER): "Families can get in touch, or a professional can for them",
    str(Referral.PROFESSIONAL): "A professional has to refer them",
    str(Referral.NOT_STATED): "Leave it out for now",
}
DELIVERIES = {
    str(Delivery.IN_PERSON): "In person, at a place",
    str(Delivery.HOME_VISIT): "At the family’s home",
    str(Delivery.PHONE): "By phone",
    str(Delivery.ONLINE): "Online",
}
AGES = {
    fillings.SOME_AGES: "From one age to another",
    fillings.ANY_AGE: "Any age",
    fillings.NOT_STATED: "Leave it out for now",
}
YES_NO = {"yes": "Yes", "no": "No"}
ANSWERS = {"yes": "Yes", "no": "No", "not_needed": "Not needed for what we do", "not_sure": "I am not sure"}

# ---- the parts

PARTS: tuple[Part, ...] = (
    Part(
        slug="name",
        title="Name",
        question="What is it called?",
        lead="The name that is on your poster or your door.",
        boxes=(
            Box(
                name="name",
                label="Name of the group or service",
                hint="Without the day or the price. Like “Tiny Tunes”, not “TINY TUNES Tuesdays £3”.",
            ),
            Box(
                name="alternate_names",
                label="Other names that people use (you can leave this blank)",
                hint="One on each line. Families find you under these too: a short name, or the name from before.",
                kind="list",
            ),
        ),
    ),
    Part(
        slug="kind",
        title="Kind",
        question="What kind of thing is it?",
        lead="Choose the one that fits best. Families see it above the name.",
        boxes=(Box(name="kind", label="Kind", kind="radios", choices=_kinds, more=_kinds_told),),
    ),
    Part(
        slug="summary",
        title="What happens there",
        question="What happens there?",
        boxes=(
            Box(
                name="summary",
                label="In your own words",
                hint="Two or three short sentences, at most 300 characters. What would a parent do there, who has "
                "never been? Leave out times, prices and phone numbers: they have their own pages.",
                kind="lines",
            ),
        ),
    ),
    Part(
        slug="needs",
        title="What it helps with",
        question="What does it help with?",
        lead="Families search by these. Choose only what you are really there for: a group that ticks everything is "
        "found by nobody.",
        boxes=(
            Box(name="needs", label="What it helps with", hint="At most six.", kind="ticks"),
            Box(name="first", label="Which of them matters most?", hint="Families see it first."),
        ),
        own=("needs", "first"),
        columns=("needs",),
        fill=fillings.fill_needs,
        take=fillings.take_needs,
        page="needs",
    ),
    Part(
        slug="who",
        title="Who it is for",
        question="Who is it for?",
        boxes=(
            Box(name="ages", label="Ages of the children or young people", kind="radios", choices=_given(AGES)),
            Box(name="min_age", label="Youngest age, in years", hint="0 for babies under 1."),
            Box(name="max_age", label="Oldest age, in years", hint="Leave this blank if there is no oldest."),
            Box(
                name="ages_note",
                label="More about ages (you can leave this blank)",
                hint="Like “up to 25 for young people with special educational needs”.",
            ),
            Box(
                name="eligibility",
                label="Is it only for some families? (you can leave this blank)",
                hint="Like “for families who live in the village” or “for dads and male carers”. Blank means that you "
                "did not say, not that everybody may come.",
                kind="lines",
            ),
        ),
        own=("ages", "min_age", "max_age"),
        columns=("min_age", "max_age"),
        fill=fillings.fill_ages,
        take=fillings.take_ages,
    ),
    Part(
        slug="how",
        title="How it is given",
        question="How do families get it?",
        lead="Tick all that are true.",
        boxes=(Box(name="delivery", label="How families get it", kind="ticks", choices=_given(DELIVERIES)),),
    ),
    Part(
        slug="where",
        title="Where",
        question="Where is it?",
        boxes=(
            Box(
                name="service_area",
                label="Where the families live whom you help (you can leave this blank)",
                hint="For help by phone, online or at home: this is how families find you. A group at a place can "
                "leave it blank.",
                kind="ticks",
                choices=fillings.cover_choices,
            ),
            Box(
                name="sensitive",
                label="Must the address stay secret?",
                hint="For a refuge and places like it. We then keep no place at all: those above are taken away.",
                kind="ticks",
                choices=_given({"yes": "The address would put people in danger"}),
            ),
        ),
        own=("service_area", "sensitive"),
        columns=("service_area", "sensitive", "locality", *(name for name in GROUPS["place"] if name != "schedule")),
        take=fillings.take_where,
        page="where",
    ),
    Part(
        slug="when",
        title="When",
        question="When is it?",
        boxes=(
            Box(
                name="schedule_note",
                label="More about times (you can leave this blank)",
                hint="Only what the list above cannot say, like “we stop for lunch”. If times change from week to "
                "week, say how families can find out.",
                kind="lines",
            ),
        ),
        columns=("schedule",),
        page="when",
    ),
    Part(
        slug="price",
        title="Price",
        question="What does it cost?",
        boxes=(
            Box(
                name="cost",
                label="What families pay",
                hint="If you leave it out, families read “Price: not stated. Ask them”. Many will not dare to ask.",
                kind="radios",
                choices=_given(COSTS),
            ),
            Box(
                name="cost_note",
                label="More about the price (you can leave this blank)",
                hint="Like “£3 a family” or “free if you get Universal Credit”. Say if the first time is free.",
            ),
        ),
        tables=(
            Table(
                group="cost_option",
                title="Different prices (you can leave this blank)",
                one="price",
                boxes=(
                    Box(name="cost_option", label="What or whom the price is for", hint="Like “each further child”."),
                    Box(name="cost_amount", label="Pounds", hint="Like 2.50. 0 for free."),
                ),
            ),
        ),
    ),
    Part(
        slug="start",
        title="How to start",
        question="How do families start?",
        boxes=(
            Box(name="referral", label="Who may ask", kind="radios", choices=_given(REFERRALS)),
            Box(
                name="referral_note",
                label="What to do the first time (you can leave this blank)",
                hint="Like “just turn up, somebody will meet you at the door” or “book by Friday”.",
                kind="lines",
            ),
            *REFERRAL_BOXES,
        ),
        tables=(
            Table(
                group="booking",
                title="Places to book (you can leave this blank)",
                one="booking",
                boxes=(
                    Box(name="booking_for", label="What is booked", hint="Like “Summer weeks”."),
                    Box(name="booking_from", label="First day", type="date"),
                    Box(name="booking_to", label="Last day", type="date"),
                    Box(name="booking_url", label="Web page where families book", type="url"),
                    Box(
                        name="booking_free_for",
                        label="Who goes free",
                        hint="Like “children who get free school meals”.",
                    ),
                    Box(name="booking_food", label="Is there food?", kind="radios", choices=_given(YES_NO)),
                    Box(
                        name="booking_places",
                        label="Places left",
                        kind="radios",
                        choices=_given({str(Places.SOME): "There are places", str(Places.FULL): "It is full"}),
                    ),
                ),
            ),
        ),
    ),
    Part(
        slug="access",
        title="Access",
        question="Can everyone get in and take part?",
        lead="Tick only what is there every time. What you do not tick is “not stated”, not “no”.",
        boxes=(
            Box(name="access", label="What there is", kind="ticks", choices=lambda _area: access_labels()),
            Box(
                name="accessibility",
                label="In your own words (you can leave this blank)",
                hint="What a parent of a disabled child would ask on the phone: steps, toilets, noise, where to park. "
                "Say what is not there too.",
                kind="lines",
            ),
        ),
        own=("access", "accessibility"),
        columns=("accessibility",),
        fill=fillings.fill_access,
        take=fillings.take_access,
    ),
    Part(
        slug="languages",
        title="Languages",
        question="Which languages do you speak?",
        lead="Those that somebody there speaks well enough to help a family in.",
        boxes=(
            Box(name="languages", label="Languages", kind="ticks", choices=fillings.language_choices),
            Box(
                name="other_languages",
                label="Others (you can leave this blank)",
                hint="With commas between, like “Tetum, Nepali”.",
            ),
        ),
        own=("languages", "other_languages"),
        columns=("languages",),
        fill=fillings.fill_languages,
        take=fillings.take_languages,
    ),
    Part(
        slug="contact",
        title="How families reach you",
        question="How do families reach you?",
        lead="Everybody can read these, also programs that send junk mail. Use the group’s own phone and email, not "
        "your private ones, if you can. You need one of the three.",
        boxes=(
            Box(name="phone", label="Phone", hint="Like 01632 960001.", type="tel"),
            Box(name="email", label="Email", hint="One that somebody reads every week.", type="email"),
            Box(
                name="website",
                label="Website or page",
                hint="The page of this group, if it has one. A Facebook page will do.",
                type="url",
            ),
        ),
    ),
    Part(
        slug="picture",
        title="Picture",
        question="Do you have a picture?",
        lead="The door that families should look for, or the room with nobody in it, helps those who are shy. "
        "You can go on without one.",
        boxes=(
            Box(
                name="picture_description",
                label="What the picture shows",
                hint="One sentence, read out to people who cannot see it. Like “A red door beside the library”.",
            ),
        ),
        columns=("picture",),
        page="picture",
    ),
    Part(
        slug="organisation",
        title="Your organisation",
        question="Who runs it?",
        lead="The charity, church, school, club or council behind the group. All its listings share this.",
        boxes=(
            Box(
                name="organisation",
                label="Name of the organisation",
                hint="A group that nobody stands behind gives its own name.",
            ),
            Box(
                name="organisation_description",
                label="What the organisation does (you can leave this blank)",
                hint="One or two sentences. With your charity number, if you have one, others find you by it.",
                kind="lines",
            ),
            Box(
                name="organisation_website",
                label="Website of the organisation (you can leave this blank)",
                type="url",
            ),
        ),
    ),
    # A part for a picture stands here.
    Part(
        slug="safeguarding",
        title="Keeping people safe",
        question="How do you keep people safe?",
        lead="Only our team reads this. Families do not see it.",
        boxes=(
            Box(
                name="policy",
                label="Do you have a safeguarding policy?",
                hint="A page that says what you do when you are worried about a child or an adult.",
                kind="radios",
                choices=_given(ANSWERS),
            ),
            Box(
                name="checks",
                label="Have those who work with children been checked (DBS)?",
                kind="radios",
                choices=_given(ANSWERS),
            ),
            Box(
                name="insurance",
                label="Do you have public liability insurance?",
                kind="radios",
                choices=_given(ANSWERS),
            ),
            Box(
                name="more",
                label="Anything more about this (you can leave this blank)",
                hint="Please leave out names of children and families.",
                kind="lines",
            ),
        ),
        public=False,
    ),
    Part(
        slug="note",
        title="Anything else",
        question="Is there anything else our team should know?",
        lead="Only our team reads this. Families do not see it.",
        boxes=(
            Box(
                name="note",
                label="Your note (you can leave this blank)",
                hint="Like “we start in May” or “please do not publish before our committee has met”.",
                kind="lines",
            ),
        ),
        public=False,
    ),
)
BY_SLUG = {part.slug: part for part in PARTS}
LABELS = {box.name: box.label.removesuffix(" (you can leave this blank)") for part in PARTS for box in part.boxes} | {
    box.name: box.label for part in PARTS for table in part.tables for box in table.boxes
}


def after(part: Part) -> Part | None:
    """The part that comes next."""
    return next(iter(PARTS[PARTS.index(part) + 1 :]), None)


def part_of(column: str) -> Part | None:
    """The part that a column is asked in."""
    return next((part for part in PARTS if part.public and column in part.all_columns), None)


def about(part: Part, notes: Sequence[str]) -> list[str]:
    """What the team asks for of a part: the lines of its notes that begin with the part's title, as "When: …"."""
    start = f"{part.title.casefold()}:"
    lines = (line.strip() for note in notes for line in note.splitlines())
    return [line[len(start) :].strip() for line in lines if line.casefold().startswith(start)]
