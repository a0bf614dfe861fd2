"""Until when a message is of use, and addresses that mail could not be brought to."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("good_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("outgoing_mail", "good_until")
