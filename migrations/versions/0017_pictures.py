"""Pictures of listings, and the rows of spreadsheets that list many things at once."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("small_height", sa.Integer(), nullable=False),
        sa.Column("made_at", NOW, nullable=False, index=True),
    )
    # No link from a listing to it: on SQLite that would make the table anew under those that point to it.
    op.add_column("service", sa.Column("picture", sa.String(64)))
    op.add_column("service", sa.Column("picture_description", sa.String(300)))
    op.create_index("ix_service_picture", "service", ["picture"])
    op.create_table(
        "sheet_listing",
        sa.Column("id", sa.Integer(), primary_key=True),
        _link("account_id", "account.id", nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        _link("submission_id", "submission.id", nullable=True),
        sa.Column("sent_at", NOW, nullable=False),
    )


def _link(name: str, target: str, *, nullable: bool) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(target, ondelete="CASCADE"), nullable=nullable, index=True)


def downgrade() -> None:
    op.drop_table("sheet_listing")
    op.drop_index("ix_service_picture", "service")
    for name in ("picture_description", "picture"):
        op.drop_column("service", name)
    op.drop_table("picture")
