"""Pictures of listings."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0020"

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


def downgrade() -> None:
    op.drop_index("ix_service_picture", "service")
    for name in ("picture_description", "picture"):
        op.drop_column("service", name)
    op.drop_table("picture")
