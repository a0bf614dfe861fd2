"""The search index as plain rows, alike on both databases; processes hold it in memory."""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SQLITE = (
    "DROP TRIGGER search_text_delete",
    *(f"DROP TRIGGER search_point_{what}" for what in ("insert", "update", "delete")),
    "DROP TABLE search_text",
    "DROP TABLE search_point",
)
# The extension stays: others may use it, and a plain owner of a database may not be able to add it again.
POSTGRESQL = ("DROP INDEX ix_location_cube", "DROP TABLE search_document")
# The index as it was. The words have to be filled in again, with the `flask hub reindex` of then.
OLD_SQLITE = (
    "CREATE VIRTUAL TABLE search_text USING fts5(names, needs, rest, tokenize = 'unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE search_point USING rtree(id, south, north, west, east)",
    """CREATE TRIGGER search_point_insert AFTER INSERT ON location WHEN new.latitude IS NOT NULL BEGIN
    INSERT INTO search_point VALUES (new.id, new.latitude, new.latitude, new.longitude, new.longitude); END""",
    """CREATE TRIGGER search_point_update AFTER UPDATE OF latitude, longitude ON location BEGIN
    DELETE FROM search_point WHERE id = old.id;
    INSERT INTO search_point SELECT new.id, new.latitude, new.latitude, new.longitude, new.longitude
    WHERE new.latitude IS NOT NULL; END""",
    """CREATE TRIGGER search_point_delete AFTER DELETE ON location BEGIN
    DELETE FROM search_point WHERE id = old.id; END""",
    """CREATE TRIGGER search_text_delete AFTER DELETE ON service BEGIN
    DELETE FROM search_text WHERE rowid = old.id; END""",
    """INSERT INTO search_point SELECT id, latitude, latitude, longitude, longitude FROM location
    WHERE latitude IS NOT NULL""",
)
OLD_POSTGRESQL = (
    "CREATE INDEX ix_location_cube ON location USING gist (cube(ARRAY[x, y, z])) WHERE x IS NOT NULL",
    """CREATE TABLE search_document (
    service_id integer PRIMARY KEY REFERENCES service (id) ON DELETE CASCADE, document tsvector NOT NULL)""",
    "CREATE INDEX ix_search_document_document ON search_document USING gin (document)",
)


def upgrade() -> None:
    slug = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
    op.create_table(
        "search_entry",
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("slug", slug, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("names", "rest", "tags")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("facts", "points", "times")),
        sa.Column("card", sa.Text(), nullable=False),
    )
    op.create_index("ix_search_entry_batch", "search_entry", ["batch"])
    op.create_table(
        "search_change",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
    )
    clock = op.create_table(
        "search_clock",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    op.bulk_insert(clock, [{"id": 1, "epoch": token_hex(16), "number": 0}])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    for table in ("search_entry", "search_change", "search_clock"):
        op.drop_table(table)
    for statement in OLD_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else OLD_SQLITE:
        op.execute(statement)
