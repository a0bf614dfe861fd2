"""Dates on which a pattern of opening times is not on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Not in a batch: that would rebuild the table on SQLite. The default fills the rows that are there.
    op.add_column("schedule", sa.Column("except_dates", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("schedule", "except_dates")
