"""Links for those who have no account yet: the address and the name that one is made of when the link is used."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_token", sa.Column("joins_email", sa.String(254)))
    op.add_column("sign_in_token", sa.Column("joins_name", sa.String(80)))


def downgrade() -> None:
    op.drop_column("sign_in_token", "joins_name")
    op.drop_column("sign_in_token", "joins_email")
