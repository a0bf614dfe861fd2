"""Merged listings, with what the merge changed, and pairs that only look alike."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "listing_merge",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "loser_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, unique=True
        ),
        sa.Column(
            "winner_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        *_said(),
        sa.Column("status", sa.String(20), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("choices", "lost", "before", "after")),
    )
    op.create_table(
        "not_duplicate",
        sa.Column("first_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(
            "second_id", sa.Integer(), sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True, index=True
        ),
        *_said(),
    )


def downgrade() -> None:
    # A listing stays part of another: only what would undo it goes.
    op.drop_table("not_duplicate")
    op.drop_table("listing_merge")


def _said() -> tuple[sa.Column[object], ...]:
    """When, and by whom."""
    return (
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
    )
