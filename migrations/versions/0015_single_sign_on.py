"""Who someone is where they sign in for other things too."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "account_identity",
        sa.Column("issuer", sa.Text(), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.UniqueConstraint("account_id", "issuer", name="uq_account_identity_account_id_issuer"),
    )


def downgrade() -> None:
    op.drop_table("account_identity")
