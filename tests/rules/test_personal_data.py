"""Each column that can say who somebody is, is one that an export gives out and that is forgotten with them."""

import re

from sqlalchemy import String

from hub_finder.directory.held import LISTED_ADDRESSES, NAMES, OWN_ADDRESSES
from hub_finder.models.base import Base

# By its name, a column that holds who someone is, or where mail reaches them.
PERSONAL = re.compile(r"(^|_)(e?mail|address|actor|author|who|by|phone)$")
ELSEWHERE = {
    "account.email": "held.find_held gives the account, and it goes whole",
    "feed.address": "of a page",
    "sign_in_token.joins_email": "of a link: gone when it is used, and with the links that are an hour old",
    "service.phone": "of a listing, which everybody reads",
    "service.referral_phone": "of a listing, which everybody reads",
    "contact.phone": "of a listing, which everybody reads",
    "location.phone": "of a listing, which everybody reads",
}


def test_column_with_a_name_or_an_address_is_known_as_one() -> None:
    known = {f"{column.table.name}.{column.name}" for column in (*NAMES, *OWN_ADDRESSES, *LISTED_ADDRESSES)}
    there = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String) and PERSONAL.search(column.name)
    }

    assert sorted(there - known - set(ELSEWHERE)) == [], "name it in directory/held.py, or here with the reason"
    assert known <= there


def test_each_reference_to_an_account_says_what_becomes_of_it() -> None:
    keys = [
        key for table in Base.metadata.sorted_tables for key in table.foreign_keys if key.column.table.name == "account"
    ]

    assert {f"{key.parent}" for key in keys if key.ondelete not in ("CASCADE", "SET NULL")} == set()
