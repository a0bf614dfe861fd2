from alembic import context
from flask import current_app
from sqlalchemy import MetaData


def run() -> None:
    database = current_app.extensions["migrate"].db
    metadata: MetaData = database.metadata
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
