"""Links that are asked for and mailed: by which browser, for which address, and when; a second step of signing in.

A link lasts a quarter of an hour, so the table is made anew, and what waits in it is let go.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.drop_table("sign_in_token")
    op.create_table(
        "sign_in_token",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id", ondelete="CASCADE"), index=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("browser_hash", sa.String(64)),
        sa.Column("address_hash", sa.String(64), index=True),
    )
    op.create_table(
        "second_step",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column(
            "account_id", sa.Integer(), sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True
        ),
    )


def downgrade() -> None:
    for table in ("recovery_code", "second_step", "sign_in_token"):
        op.drop_table(table)
    op.create_table(
        "sign_in_token",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column(
            "account_id", sa.Integer(), sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
