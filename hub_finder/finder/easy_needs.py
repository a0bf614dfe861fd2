"""The needs that the Easy Read pages offer to tap: the most usual ones, in easy words, each with a picture.

What somebody may not want seen stands among the last, and in words that blame nobody.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask_babel.speaklater import LazyString

from hub_finder.directory.terms import Term
from hub_finder.languages import lazy_


class Choice(NamedTuple):
    """A need as a button: its slug, its picture, its name in easy words, and what a hard word in it means, or ""."""

    need: str
    picture: str
    words: LazyString
    means: LazyString | str = ""


CHOICES: Mapping[LazyString, Sequence[Choice]] = {
    lazy_("Babies and small children"): (
        Choice("maternity", "pregnant", lazy_("Having a baby")),
        Choice("infant-feeding", "feeding", lazy_("Feeding your baby")),
        Choice("sleep", "sleep", lazy_("Sleep")),
        Choice("baby-toddler-groups", "toddler", lazy_("Play groups"), lazy_("You play with your small child.")),
        Choice("early-language", "talk", lazy_("Learning to talk")),
        Choice("health-visiting", "baby", lazy_("Health visitor"), lazy_("A nurse who helps you and your baby.")),
        Choice("childcare", "play", lazy_("Childcare"), lazy_("Other people look after your child.")),
    ),
    lazy_("Children and teenagers"): (
        Choice("parenting", "family", lazy_("Being a parent"), lazy_("Classes and help for parents.")),
        Choice("child-behaviour", "behaviour", lazy_("How your child behaves"), lazy_("Like shouting or hitting.")),
        Choice("child-mental-health", "worry", lazy_("Your child feels sad or worried")),
        Choice("autism-neurodiversity", "brain", lazy_("Autism and ADHD"), lazy_("A different way to think.")),
        Choice(
            "send-advice",
            "wheelchair",
            lazy_("Disability or SEND"),
            lazy_("SEND means: more help to learn."),
        ),
        Choice("holiday-activities", "sun", lazy_("School holidays"), lazy_("Things to do when school is closed.")),
        Choice("youth-clubs", "teenager", lazy_("Clubs for teenagers")),
    ),
    lazy_("You and your home"): (
        Choice("money-benefits", "money", lazy_("Money"), lazy_("Help with bills and benefits.")),
        Choice("food", "food", lazy_("Food")),
        Choice("housing", "house", lazy_("A place to live")),
        Choice("newcomers-language", "languages", lazy_("New to the UK"), lazy_("Or you want to learn English.")),
        Choice("adult-mental-health", "worry", lazy_("You feel sad or worried")),
        Choice("domestic-abuse", "safe", lazy_("Someone hurts you or scares you")),
    ),
}


def choices(needs: Sequence[Term], counts: Mapping[str, int]) -> Mapping[LazyString, Sequence[Choice]]:
    """The buttons, by group, for those needs that the vocabulary has and listings help with: none leads to nothing."""
    known = {need.slug for need in needs if counts.get(need.slug)}
    groups = {title: [one for one in group if one.need in known] for title, group in CHOICES.items()}
    return {title: group for title, group in groups.items() if group}


def chosen_words(needs: Sequence[Term]) -> Sequence[str]:
    """Needs in easy words, where we have such words."""
    easy = {one.need: str(one.words) for group in CHOICES.values() for one in group}
    return [easy.get(need.slug, need.label) for need in needs]
