"""Where things are: postcodes, the areas they make up, towns and villages, and what was loaded."""

from datetime import datetime

from sqlalchemy import DateTime, Float, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base

# The name that they are loaded under: see Dataset.
POSTCODES = "postcodes"


class Postcode(Base):
    """One unit, such as AB12CD. Degrees are kept as whole numbers of 1e-5 (about a metre)."""

    __tablename__ = "postcode"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  the shape SQLAlchemy documents

    code: Mapped[str] = mapped_column(String(7), primary_key=True)
    latitude_e5: Mapped[int | None]
    longitude_e5: Mapped[int | None]
    council: Mapped[str | None] = mapped_column(String(9))
    terminated: Mapped[bool]
    # The month it ended, as 2019-03. Unknown when only a list of those in use was at hand.
    terminated_on: Mapped[str | None] = mapped_column(String(7))


class PostcodeArea:
    """The middle of the postcodes in use that share a beginning, and how far they spread."""

    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    postcodes: Mapped[int]
    # Nine in ten of the postcodes lie within this distance of the point.
    radius_m: Mapped[int]
    council: Mapped[str | None] = mapped_column(String(9))


class Outcode(PostcodeArea, Base):
    """The first half of a postcode, such as AB1."""

    __tablename__ = "outcode"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)


class Sector(PostcodeArea, Base):
    """An outcode and one digit, such as "AB1 2", written with its space."""

    __tablename__ = "sector"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)


class Place(Base):
    """A town or village that may be typed instead of a postcode."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    # Every name it answers to, made alike and fenced: "|oakham green|oakham|".
    keys: Mapped[str] = mapped_column(Text)
    aliases: Mapped[str] = mapped_column(Text)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    outcode: Mapped[str | None] = mapped_column(String(4))
    council: Mapped[str | None] = mapped_column(String(9))
    population: Mapped[int | None] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)


class Dataset(Base):
    """What was last loaded under a name; the same fingerprint means that nothing has to be done."""

    __tablename__ = "dataset"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    rows: Mapped[int]
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
