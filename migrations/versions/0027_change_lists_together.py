"""Lists that several change, notes on listings, and messages that leave no address."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

revision = "0027"
down_revision = "0026"

FOREIGN_KEY = "fk_family_list_changed_by_id_account"


@contextmanager
def made_again() -> Iterator[BatchOperations]:
    """Change the table of lists. SQLite makes it again, and the entries of every list would go with the old one."""
    op.execute("CREATE TEMPORARY TABLE kept_entry AS SELECT * FROM family_list_entry")
    with op.batch_alter_table("family_list") as batch:
        yield batch
    op.execute("DELETE FROM family_list_entry")
    op.execute("INSERT INTO family_list_entry SELECT * FROM kept_entry")
    op.execute("DROP TABLE kept_entry")


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("family_list", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("family_list", sa.Column("changed_at", sa.DateTime(timezone=True)))
    with made_again() as batch:
        batch.add_column(sa.Column("changed_by_id", sa.Integer()))
        batch.create_foreign_key(FOREIGN_KEY, "account", ["changed_by_id"], ["id"], ondelete="SET NULL")
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
    with made_again() as batch:
        batch.drop_constraint(FOREIGN_KEY, type_="foreignkey")
        for column in ("changed_by_id", "changed_at", "version"):
            batch.drop_column(column)
    op.drop_column("outgoing_mail", "private")
