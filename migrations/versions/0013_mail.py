"""How often a message was tried, when it is next, and why it was given up; what must not be posted twice."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NEW = ("uid", "attempts", "due_at", "claimed_at", "dead_at", "problem")


def upgrade() -> None:
    op.create_table(
        "mail_key",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("outgoing_mail", sa.Column("uid", sa.String(32)))
    op.add_column("outgoing_mail", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    for name in ("due_at", "claimed_at", "dead_at"):
        op.add_column("outgoing_mail", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("outgoing_mail", sa.Column("problem", sa.String(200)))
    mail = sa.table("outgoing_mail", *map(sa.column, ("id", "uid", "due_at", "written_at")))
    for number in op.get_bind().scalars(sa.select(mail.c.id)).all():
        due = {"uid": uuid4().hex, "due_at": mail.c.written_at}
        op.execute(sa.update(mail).where(mail.c.id == number).values(due))
    # No table points to this one: SQLite may make it anew.
    with op.batch_alter_table("outgoing_mail") as table:
        table.alter_column("uid", existing_type=sa.String(32), nullable=False)
        table.alter_column("due_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    for name in reversed(NEW):
        op.drop_column("outgoing_mail", name)
    op.drop_table("mail_key")
