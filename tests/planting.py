"""Rows of made-up values for any table, so that a person can be put wherever there is room for one."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from sqlalchemy import Column, Table, insert, types

from hub_finder.directory.held import NAMES, OWN_ADDRESSES, columns_to_account
from hub_finder.extensions import db
from hub_finder.models.accounts import Account
from hub_finder.models.base import Base

TO_ACCOUNT = frozenset(columns_to_account())


def personal_tables() -> set[Table]:
    """Every table where something of a person can stand."""
    return {column.table for column in (*TO_ACCOUNT, *NAMES, *OWN_ADDRESSES)}


def plant(account: Account, *, addresses: Collection[Column[Any]] = OWN_ADDRESSES) -> None:
    """Put a person into each table that has room for one, with their name and address wherever these can stand."""
    planter = _Planter(account, frozenset(addresses))
    for table in Base.metadata.sorted_tables:
        if table in personal_tables():
            planter.add(table)


class _Planter:
    def __init__(self, account: Account, addresses: frozenset[Column[Any]]) -> None:
        self.account, self.addresses, self.numbers = account, addresses, count(1)

    def add(self, table: Table) -> Any:
        """Add a row, and those that it refers to; returns its first key."""
        if table.name == Account.__tablename__:
            return self.account.id
        made = db.session.execute(insert(table).values(dict(self._cells(table))).returning(*table.primary_key))
        return made.one()[0]

    def _cells(self, table: Table) -> Iterator[tuple[str, Any]]:
        for column in table.columns:
            if column in TO_ACCOUNT:
                yield column.name, self.account.id
            elif column in NAMES:
                yield column.name, self.account.name
            elif column in self.addresses:
                yield column.name, self.account.email.upper()
            elif not column.nullable and not (column.primary_key and column.autoincrement is True):
                yield from self._needed(column)

    def _needed(self, column: Column[Any]) -> Iterator[tuple[str, Any]]:
        keys = [key.column.table for key in column.foreign_keys]
        if keys:
            yield column.name, self.add(keys[0])
        elif not (column.primary_key and isinstance(column.type, types.Integer)):
            yield column.name, self._value(column.type)

    def _value(self, kind: types.TypeEngine[Any]) -> Any:
        number = next(self.numbers)
        for known, value in (
            (types.Boolean, False),
            (types.Integer, number),
            (types.Float, float(number)),
            (types.DateTime, datetime.now(UTC)),
            (types.Date, date(2026, 1, 1)),
            (types.Time, time(9)),
            (types.JSON, []),
        ):
            if isinstance(kind, known):
                return value
        return f"made-up {number}"[-(getattr(kind, "length", None) or 20) :]
