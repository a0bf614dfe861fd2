"""Filling a whole table at once and putting it in the place of the old one."""

from collections.abc import Iterable

from sqlalchemy import Connection, MetaData, Table

from hub_finder.database import Rows, begin_writing, fill


def replace_table(connection: Connection, table: Table, batches: Iterable[Rows]) -> int:
    """Fill a new table from `batches`, then put it in the place of `table`; returns the number of rows.

    Rows hold a value for each column, in the order of the columns, best sorted by the primary
    key. All of it happens in the connection's transaction: until the caller commits, everyone
    else reads the old table, and a rollback leaves it as it was.
    """
    begin_writing(connection)
    new_name = f"{table.name}_new"
    new = table.to_metadata(MetaData(), name=new_name)
    on_sqlite = connection.dialect.name == "sqlite"
    # SQLite keeps a constraint's name inside its table; elsewhere two tables cannot share one.
    new.primary_key.name = f"pk_{table.name}" if on_sqlite else f"pk_{new_name}"
    new.drop(connection, checkfirst=True)
    new.create(connection)
    rows = sum(fill(connection, new, batch) for batch in batches)
    table.drop(connection, checkfirst=True)
    connection.exec_driver_sql(f"ALTER TABLE {new_name} RENAME TO {table.name}")
    if not on_sqlite:
        connection.exec_driver_sql(f"ALTER INDEX pk_{new_name} RENAME TO pk_{table.name}")
        connection.exec_driver_sql(f"ANALYZE {table.name}")
    return rows
