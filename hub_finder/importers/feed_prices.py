"""Prices of a feed's service: free only where it is said so outright."""

from datetime import date
from decimal import Decimal

from hub_finder.importers.feed_values import ItemReader, Json, day_or_none, sentences

Cells = dict[str, str]
LONGEST_OPTION = 200
MOST_POUNDS = 1_000_000
_FREE = {"free", "free of charge", "no charge", "no cost"}


def read_prices(reader: ItemReader, item: Json, today: date) -> tuple[Cells, list[Cells]]:
    """(the state and the words of the price, rows of options). What is over, or is not in pounds, stays in words."""
    fees = reader.text(item, "fees", "fees_description")
    options: list[Cells] = []
    amounts, words = [], [fees]
    given = list(reader.many(item, "cost_options"))
    for one in given:
        amount, told = reader.number(one, "amount"), _told(reader, one)
        over = (day_or_none(reader.text(one, "valid_to")) or today) < today
        if over or not _is_pounds(reader, one, amount) or len(told) > LONGEST_OPTION:
            words.append(_in_words(reader, one, amount, told))
            continue
        cells = {"cost_option": told, "cost_amount": "" if amount is None else f"{amount:.2f}"}
        options += [cells] if any(cells.values()) and cells not in options else []
        amounts += [] if amount is None else [amount]
    return {"cost": _state(amounts, len(given), fees), "cost_note": sentences(*words)}, options


def _state(amounts: list[Decimal], given: int, fees: str) -> str:
    if any(amount > 0 for amount in amounts):
        return "paid"
    if amounts == [0] and given == 1:
        return "free"
    return "free" if not given and fees.lower().strip(" .!") in _FREE else "not_stated"


def _told(reader: ItemReader, option: Json) -> str:
    said = dict.fromkeys(reader.text(option, name) for name in ("option", "amount_description"))
    limits = (("from", _day(option, "valid_from")), ("to", _day(option, "valid_to")))
    dates = [f"{word} {day}" for word, day in limits if day]
    return ", ".join([*(text for text in said if text), *dates])


def _day(option: Json, name: str) -> str:
    value = option.get(name)
    return value[:10] if isinstance(value, str) else ""


def _is_pounds(reader: ItemReader, option: Json, amount: Decimal | None) -> bool:
    if amount is None:
        return True
    pence = amount * 100
    currency = reader.text(option, "currency").upper()
    return currency in ("", "GBP") and pence == pence.to_integral_value() and 0 <= amount < MOST_POUNDS


def _in_words(reader: ItemReader, option: Json, amount: Decimal | None, told: str) -> str:
    if amount is None:
        return told
    currency = reader.text(option, "currency").upper() or "GBP"
    price = f"£{amount:f}" if currency == "GBP" else f"{amount:f} {currency}"
    return f"{told}: {price}" if told else price
