"""Feeds of other directories, what is theirs here, and their news to decide on."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("address", sa.String(2000), nullable=False, unique=True),
        sa.Column("version", sa.String(40)),
        sa.Column("trusted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("health", sa.String(20)),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        *(sa.Column(name, MOMENT) for name in ("attempted_at", "succeeded_at", "changed_at")),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("items", sa.Integer()),
    )
    op.create_table(
        "feed_answer",
        _belongs("feed", primary_key=True),
        sa.Column("key", sa.String(300), primary_key=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
    )
    op.create_table(
        "feed_listing",
        _belongs("service", primary_key=True),
        _belongs("feed", nullable=False),
        sa.Column("uid", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("missing_times", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("taken_out", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("modified_on", sa.Date()),
        sa.UniqueConstraint("feed_id", "uid"),
    )
    op.create_table(
        "feed_organisation",
        _belongs("feed", primary_key=True),
        sa.Column("uid", sa.String(36), primary_key=True),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), primary_key=True),
        _belongs("service", nullable=False, index=True),
        _belongs("feed", nullable=False, index=True),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("status", sa.String(10), nullable=False, index=True),
        sa.Column("decided_by", sa.String(120)),
        sa.Column("decided_at", MOMENT),
    )


def _belongs(table: str, *, primary_key: bool = False, **options: bool) -> "sa.Column[int]":
    reference = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Integer(), reference, primary_key=primary_key, autoincrement=False, **options)


def downgrade() -> None:
    for table in ("proposal", "feed_organisation", "feed_listing", "feed_answer", "feed"):
        op.drop_table(table)
