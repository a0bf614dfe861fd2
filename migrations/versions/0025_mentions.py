"""What other feeds say of a listing that follows one of them, or is kept here."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "feed_mention",
        sa.Column("feed_id", sa.Integer(), sa.ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("uid", sa.String(200), primary_key=True),
        sa.Column(
            "service_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("rows", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("feed_mention")
