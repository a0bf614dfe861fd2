"""Staff's own words for mails, and who wrote them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "message_text",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(150)),
        sa.Column("body", sa.Text()),
        sa.UniqueConstraint("key", "version"),
    )


def downgrade() -> None:
    op.drop_table("message_text")
