"""What was listed of each published total, day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "target_snapshot",
        sa.Column("counted_on", sa.Date(), primary_key=True),
        sa.Column("target", sa.String(80), primary_key=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Integer()),
        sa.Column("checked", sa.Integer()),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.Column("source_title", sa.Text(), nullable=False),
        sa.Column("source_date", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("target_snapshot")
