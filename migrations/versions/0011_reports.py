"""What visitors tell the team, mail that waits to be sent, and needs that call for care, and who is told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("reference", sa.String(9), nullable=False, unique=True),
        sa.Column(
            "service_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("taken_by", sa.String(120)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("event_ids", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text()),
    )
    op.create_table(
        "missing_help",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("need_id", sa.Integer(), sa.ForeignKey("need.id", ondelete="CASCADE")),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("done_by", sa.String(120)),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("need", sa.Column("sensitive", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("need", sa.Column("danger", sa.String(40), nullable=False, server_default=""))
    op.add_column("service", sa.Column("confidential", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("service", "confidential")
    op.drop_column("need", "danger")
    op.drop_column("need", "sensitive")
    for table in ("outgoing_mail", "missing_help", "report"):
        op.drop_table(table)
