from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

# Fixed constraint names, so that a migration can name what it drops on either database.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# What a column of whole numbers holds: a database refuses to look for more.
LARGEST_NUMBER = 2**31 - 1


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
