"""How to refer, who has to agree, and how long the wait is, as they say it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

COLUMNS = {
    "referral_url": sa.String(2000),
    "referral_phone": sa.String(40),
    "referral_consent": sa.Text(),
    "wait_time": sa.Text(),
    "wait_time_date": sa.String(10),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("service", sa.Column(name, kind))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("service", name)
