"""Shared locations, contacts, prices, bookings, alerts, ids for feeds, and a history of each listing."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

IDS = UUID("6a1e1c0e-3c0c-4b5e-9d4f-0d5b8f6a2f11")
FACTS = (
    *("name", "address_1", "address_2", "city", "state_province", "postal_code", "country"),
    *("latitude", "longitude", "precision"),
)
POINT = ("council", "x", "y", "z")
# Filled in afterwards: SQLite adds no column that must be filled and has nothing in it.
UID = "VARCHAR(36) DEFAULT '' NOT NULL"
LIST = "JSON DEFAULT '[]' NOT NULL"
ORGANISATION = {"uid": UID, "description": "TEXT", "website": "VARCHAR(2000)"}
SERVICE = {
    "uid": UID,
    "merged_into_id": "INTEGER CONSTRAINT fk_service_merged_into_id_service REFERENCES service (id)",
    "fingerprint": "VARCHAR(64)",
    "former_names": LIST,
    "sensitive": "BOOLEAN DEFAULT false NOT NULL",
    "eligibility": "TEXT",
    "languages": LIST,
    "related": LIST,
    "attributes": LIST,
}
# Children before parents.
HANGING = ("event", "alert", "booking", "cost_option", "contact")
TRIGGERS = (
    """CREATE TRIGGER search_point_insert AFTER INSERT ON location WHEN new.latitude IS NOT NULL BEGIN
    INSERT INTO search_point VALUES (new.id, new.latitude, new.latitude, new.longitude, new.longitude); END""",
    """CREATE TRIGGER search_point_update AFTER UPDATE OF latitude, longitude ON location BEGIN
    DELETE FROM search_point WHERE id = old.id;
    INSERT INTO search_point SELECT new.id, new.latitude, new.latitude, new.longitude, new.longitude
    WHERE new.latitude IS NOT NULL; END""",
    """CREATE TRIGGER search_point_delete AFTER DELETE ON location BEGIN
    DELETE FROM search_point WHERE id = old.id; END""",
)
CUBE = "CREATE INDEX ix_location_cube ON location USING gist (cube(ARRAY[x, y, z])) WHERE x IS NOT NULL"


def upgrade() -> None:
    old = op.get_bind().execute(sa.text("SELECT * FROM location ORDER BY id")).mappings().all()
    shared: dict[str, dict[str, Any]] = {}
    links, positions = [], Counter[int]()
    for row in old:
        key = _key(row)
        kept = {name: row[name] for name in ("id", *FACTS, *POINT)}
        shared.setdefault(key, {**kept, "key": key, "uid": str(uuid5(IDS, f"location:{key}")), "accessibility": None})
        service_id = row["service_id"]
        links.append({"service_id": service_id, "position": positions[service_id], "location_id": shared[key]["id"]})
        positions[service_id] += 1
    _replace_locations(
        [*shared.values()],
        sa.Column("uid", sa.String(36), nullable=False, index=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("accessibility", sa.Text()),
    )
    _create_links(links)
    _create_hanging_tables()
    for table, key, columns in (("organisation", "name", ORGANISATION), ("service", "slug", SERVICE)):
        for name, kind in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
        _fill_uids(table, key)
        op.create_index(f"ix_{table}_uid", table, ["uid"], unique=True)
    op.create_index("ix_service_merged_into_id", "service", ["merged_into_id"])
    op.add_column("schedule", sa.Column("place", sa.Integer()))
    # A listing had one place at most, and its times were that place's.
    op.execute("UPDATE schedule SET place = 0 WHERE service_id IN (SELECT service_id FROM service_at_location)")


def downgrade() -> None:
    op.drop_column("schedule", "place")
    op.drop_index("ix_service_merged_into_id", "service")
    for table, columns in (("service", SERVICE), ("organisation", ORGANISATION)):
        op.drop_index(f"ix_{table}_uid", table)
        for name in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    for table in HANGING:
        op.drop_table(table)
    # A shared location becomes one for each service again.
    joined = "SELECT * FROM location JOIN service_at_location ON location_id = id ORDER BY service_id, position"
    rows = op.get_bind().execute(sa.text(joined)).mappings().all()
    op.drop_table("service_at_location")
    owned = [
        {name: row[name] for name in (*FACTS, *POINT, "service_id")} | {"id": id_} for id_, row in enumerate(rows, 1)
    ]
    service = sa.ForeignKey("service.id", ondelete="CASCADE", name="fk_location_service_id_service")
    _replace_locations(owned, sa.Column("service_id", sa.Integer(), service, nullable=False, index=True))


def _key(row: Mapping[str, Any]) -> str:
    said = {name: str(row[name]) for name in FACTS if row[name] is not None}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _replace_locations(rows: Sequence[dict[str, Any]], *columns: sa.Column[Any]) -> None:
    """Make `location` anew, with these columns beside its facts: SQLite cannot drop one that names another table."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        op.execute("DELETE FROM search_point")
    op.drop_table("location")
    table = op.create_table(
        "location",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("address_1", sa.String(200)),
        sa.Column("address_2", sa.String(200)),
        sa.Column("city", sa.String(120)),
        sa.Column("state_province", sa.String(120)),
        sa.Column("postal_code", sa.String(8)),
        sa.Column("country", sa.String(2)),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("precision", sa.String(10), nullable=False),
        sa.Column("council", sa.String(9)),
        sa.Column("x", sa.Double()),
        sa.Column("y", sa.Double()),
        sa.Column("z", sa.Double()),
        *columns,
        sa.PrimaryKeyConstraint("id", name="pk_location"),
    )
    for statement in TRIGGERS if on_sqlite else (CUBE,):
        op.execute(statement)
    if rows:
        op.bulk_insert(table, rows)
    if not on_sqlite:
        last = "SELECT setval(pg_get_serial_sequence('location', 'id'), coalesce(max(id), 0) + 1, false) FROM location"
        op.execute(last)


def _create_links(links: Sequence[dict[str, Any]]) -> None:
    table = op.create_table(
        "service_at_location",
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("location_id", sa.Integer(), sa.ForeignKey("location.id"), nullable=False, index=True),
    )
    if links:
        op.bulk_insert(table, list(links))


def _create_hanging_tables() -> None:
    _create_hanging(
        "contact",
        sa.Column("name", sa.String(120)),
        sa.Column("role", sa.String(120)),
        sa.Column("phone", sa.String(40)),
        sa.Column("email", sa.String(254)),
    )
    _create_hanging("cost_option", sa.Column("option", sa.String(200)), sa.Column("amount_pence", sa.Integer()))
    _create_hanging(
        "booking",
        sa.Column("name", sa.String(120)),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("url", sa.String(2000)),
        sa.Column("free_for", sa.String(300)),
        sa.Column("food", sa.Boolean()),
        sa.Column("places", sa.String(10)),
    )
    _create_hanging(
        "alert",
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
    )
    _create_hanging(
        "event",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("record", sa.JSON()),
    )


def _create_hanging(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "service_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        *columns,
    )


def _fill_uids(table: str, key: str) -> None:
    rows = op.get_bind().execute(sa.text(f"SELECT id, {key} FROM {table}")).all()  # noqa: S608  our own names
    for id_, name in rows:
        uid = str(uuid5(IDS, f"{table}:{name}"))
        op.execute(sa.text(f"UPDATE {table} SET uid = :uid WHERE id = :id").bindparams(uid=uid, id=id_))  # noqa: S608
