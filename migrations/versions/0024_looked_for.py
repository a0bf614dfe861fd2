"""What families looked for, as counts."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "search_count",
        sa.Column("month", sa.Date(), primary_key=True),
        sa.Column("what", sa.String(10), primary_key=True),
        sa.Column("value", sa.String(80), primary_key=True),
        sa.Column("place", sa.String(80), primary_key=True),
        sa.Column("found", sa.String(10), primary_key=True),
        sa.Column("refined", sa.Boolean(), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    service = sa.ForeignKey("service.id", ondelete="CASCADE")
    op.create_table(
        "listing_count",
        sa.Column("service_id", sa.Integer(), service, primary_key=True),
        sa.Column("month", sa.Date(), primary_key=True),
        sa.Column("found", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("opened", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_table(
        "search_phrase",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False, index=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text()),
    )


def downgrade() -> None:
    for table in ("search_phrase", "listing_count", "search_count"):
        op.drop_table(table)
