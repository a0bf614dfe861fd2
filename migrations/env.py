from alembic import context
from flask import current_app
from sqlalchemy import MetaData
from sqlalchemy.schema import SchemaItem

# The search index is made by hand-written SQL in the migrations: FTS5 and R*Tree keep shadow tables of their own.
INDEX_TABLES = ("search_text", "search_point", "search_document")
INDEX_NAMES = ("ix_location_cube", "ix_search_document_document")


def include_object(_item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None) -> bool:
    return not (kind == "table" and (name or "").startswith(INDEX_TABLES)) and name not in INDEX_NAMES


def run() -> None:
    database = current_app.extensions["migrate"].db
    metadata: MetaData = database.metadata
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_object=include_object,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
