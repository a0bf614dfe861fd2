"""What only the index in memory needs: vectors go, for it works them out; which services were deleted is kept."""

from math import cos, radians, sin

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

VECTOR = ("x", "y", "z")


def upgrade() -> None:
    # Plainly, on SQLite too (from 3.35 on): to make the table anew would take it from under those that point to it.
    for name in VECTOR:
        op.drop_column("location", name)
    op.add_column("search_change", sa.Column("gone", sa.JSON()))


def downgrade() -> None:
    op.drop_column("search_change", "gone")
    for name in VECTOR:
        op.add_column("location", sa.Column(name, sa.Double()))
    location = sa.table("location", *map(sa.column, ("id", "latitude", "longitude", *VECTOR)))
    placed = sa.select(location.c.id, location.c.latitude, location.c.longitude).where(location.c.latitude.is_not(None))
    rows = [_vector(*point) for point in op.get_bind().execute(placed)]
    if rows:
        fill = sa.update(location).values({name: sa.bindparam(f"its_{name}") for name in VECTOR})
        op.get_bind().execute(fill.where(location.c.id == sa.bindparam("its_id")), rows)


def _vector(its_id: int, latitude: float, longitude: float) -> dict[str, float]:
    """The point on the unit sphere, as it was stored."""
    phi, lam = radians(latitude), radians(longitude)
    return {"its_id": its_id, "its_x": cos(phi) * cos(lam), "its_y": cos(phi) * sin(lam), "its_z": sin(phi)}
