"""Lists that several change, notes on listings, and messages that leave no address."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

CHANGED_BY = "INTEGER CONSTRAINT fk_family_list_changed_by_id_account REFERENCES account (id) ON DELETE SET NULL"


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("family_list", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("family_list", sa.Column("changed_at", sa.DateTime(timezone=True)))
    # Not in a batch, which would make the table again on SQLite, and take the entries of every list with the old one.
    op.execute(f"ALTER TABLE family_list ADD COLUMN changed_by_id {CHANGED_BY}")
    op.create_index("ix_family_list_changed_by_id", "family_list", ["changed_by_id"])
    service = sa.ForeignKey("service.id", ondelete="CASCADE")
    account = sa.ForeignKey("account.id", ondelete="SET NULL")
    op.create_table(
        "service_note",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("service_id", sa.Integer(), service, nullable=False, index=True),
        sa.Column("account_id", sa.Integer(), account, index=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("service_note")
    op.drop_index("ix_family_list_changed_by_id", "family_list")
    for column in ("changed_by_id", "changed_at", "version"):
        op.drop_column("family_list", column)
    op.drop_column("outgoing_mail", "private")
