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
    raise NotImplementedError("Go back by restoring a backup: the old index is not made again.")
