"""When a listing's facts last changed, who checked it, and how often nobody could be reached."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("service", sa.Column("changed_on", sa.Date(), nullable=True))
    op.add_column("service", sa.Column("checked_by", sa.String(length=80), nullable=True))
    op.add_column("service", sa.Column("unreachable_times", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    # Plain DROP COLUMN: a rebuilt table would lose what points to it, and its triggers.
    for column in ("unreachable_times", "checked_by", "changed_on"):
        op.drop_column("service", column)
