"""The moment of a listing's last change, in the order of the commits; an id for each service at each place."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"

# The name space of ids in feeds, as it was when this was written.
IDS = UUID("6a1e1c0e-3c0c-4b5e-9d4f-0d5b8f6a2f11")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("service", sa.Column("modified_at", MOMENT))
    op.add_column("search_clock", sa.Column("at", MOMENT))
    # What happened before cannot be told: who asks what changed since then is given everything once.
    for table, column in (("service", "modified_at"), ("search_clock", "at")):
        there = sa.table(table, sa.column(column, MOMENT))
        op.execute(sa.update(there).values({column: datetime.now(UTC)}))
    op.add_column("service_at_location", sa.Column("uid", sa.String(36)))
    _name_places()
    op.create_index("ix_service_at_location_uid", "service_at_location", ["uid"])
    op.create_index("ix_service_modified_at", "service", ["modified_at"])


def _name_places() -> None:
    link = sa.table("service_at_location", *map(sa.column, ("service_id", "position", "location_id", "uid")))
    service, location = (sa.table(name, sa.column("id"), sa.column("uid")) for name in ("service", "location"))
    there = sa.select(link.c.service_id, link.c.position, service.c.uid, location.c.uid).where(
        link.c.service_id == service.c.id, link.c.location_id == location.c.id
    )
    for service_id, position, service_uid, location_uid in op.get_bind().execute(there).all():
        uid = str(uuid5(IDS, f"service_at_location:{service_uid}:{location_uid}"))
        one = sa.and_(link.c.service_id == service_id, link.c.position == position)
        op.execute(sa.update(link).where(one).values(uid=uid))


def downgrade() -> None:
    op.drop_index("ix_service_modified_at", "service")
    op.drop_index("ix_service_at_location_uid", "service_at_location")
    op.drop_column("service_at_location", "uid")
    op.drop_column("search_clock", "at")
    op.drop_column("service", "modified_at")
