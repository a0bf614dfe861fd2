"""What people were asked about their listings, and what they answered."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    service, account = sa.ForeignKey("service.id", ondelete="CASCADE"), sa.ForeignKey("account.id", ondelete="SET NULL")
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("claim", sa.String(64), nullable=False, unique=True),
        sa.Column("service_id", sa.Integer(), service, nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), account, index=True),
        sa.Column("address", sa.String(254)),
        sa.Column("sent_on", sa.Date(), nullable=False, index=True),
        sa.Column("token_hash", sa.String(64), unique=True),
        sa.Column("expires_on", sa.Date()),
        sa.Column("answer", sa.String(10)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    op.drop_table("reminder")
