"""Lists that practitioners make for families, and whether what was on them helped."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "family_list",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id", ondelete="SET NULL"), index=True),
        sa.Column("is_template", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.String(32)),
        sa.Column("token_hash", sa.String(64), unique=True),
        sa.Column("ends_on", sa.Date(), index=True),
        sa.Column("opened", sa.Integer(), nullable=False, server_default="0"),
    )
    family_list = sa.ForeignKey("family_list.id", ondelete="CASCADE")
    op.create_table(
        "family_list_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("list_id", sa.Integer(), family_list, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service_uid", sa.String(36), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.UniqueConstraint("list_id", "service_uid", name="uq_family_list_entry_list_id_service_uid"),
    )
    service = sa.ForeignKey("service.id", ondelete="CASCADE")
    op.create_table(
        "helped_count",
        sa.Column("service_id", sa.Integer(), service, primary_key=True),
        sa.Column("month", sa.Date(), primary_key=True),
        sa.Column("answer", sa.String(10), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("helped_count", "family_list_entry", "family_list"):
        op.drop_table(table)
