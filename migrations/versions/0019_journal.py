"""The journal of people and organisations, who was signed in when a listing was changed, and how often was tried."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

KEY = "fk_event_account_id_account"
NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("account", sa.Column("signed_in_at", NOW))
    op.add_column("account", sa.Column("warned_at", NOW))
    # SQLite makes the table again for the key: no other refers to it, so nothing is lost.
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("account_id", sa.Integer()))
        event.create_foreign_key(KEY, "account", ["account_id"], ["id"], ondelete="SET NULL")
        event.create_index("ix_event_account_id", ["account_id"])
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", NOW, nullable=False, index=True),
        _link("actor_id", "account.id"),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        _link("account_id", "account.id"),
        _link("organisation_id", "organisation.id"),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
    )
    op.create_table(
        "tries",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("tries")
    op.drop_table("journal_entry")
    with op.batch_alter_table("event") as event:
        event.drop_index("ix_event_account_id")
        event.drop_constraint(KEY, type_="foreignkey")
        event.drop_column("account_id")
    op.drop_column("account", "warned_at")
    op.drop_column("account", "signed_in_at")


def _link(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(target, ondelete="SET NULL"), index=True)
