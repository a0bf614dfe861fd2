"""Listings as providers propose them, who may speak for an organisation, and which organisations are trusted."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("organisation", sa.Column("trusted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("reference", sa.String(9), nullable=False, unique=True),
        _link("account_id", "account.id", "SET NULL", index=True),
        _link("organisation_id", "organisation.id", "SET NULL", index=True),
        _link("service_id", "service.id", "SET NULL", index=True),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("base", sa.JSON()),
        sa.Column("parts", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("safeguarding", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("print", sa.String(64)),
        sa.Column("due_look", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("begun_at", NOW, nullable=False),
        sa.Column("changed_at", NOW, nullable=False, index=True),
        sa.Column("submitted_at", NOW),
        sa.Column("decided_at", NOW),
        _link("holder_id", "account.id", "SET NULL"),
        sa.Column("held_since", NOW),
    )
    op.create_table(
        "submission_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        _link("submission_id", "submission.id", "CASCADE", nullable=False, index=True),
        sa.Column("at", NOW, nullable=False),
        _link("account_id", "account.id", "SET NULL", index=True),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("before", sa.String(20), nullable=False),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("for_staff", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("rows", sa.JSON()),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), primary_key=True),
        _link("account_id", "account.id", "CASCADE", nullable=False),
        _link("organisation_id", "organisation.id", "CASCADE", nullable=False, index=True),
        sa.Column("status", sa.String(10), nullable=False, index=True),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("asked_at", NOW, nullable=False),
        sa.Column("decided_by", sa.String(120)),
        sa.Column("decided_at", NOW),
        sa.UniqueConstraint("account_id", "organisation_id"),
    )


def downgrade() -> None:
    for table in ("membership", "submission_event", "submission"):
        op.drop_table(table)
    op.drop_column("organisation", "trusted")


def _link(name: str, target: str, on_delete: str, *, nullable: bool = True, index: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(target, ondelete=on_delete)
    return sa.Column(name, sa.Integer(), key, nullable=nullable, index=index)
