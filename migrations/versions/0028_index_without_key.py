"""The index without a foreign key, which every row that is written had looked up."""

from alembic import op

revision = "0028"
down_revision = "0027"

KEY = "fk_search_entry_service_id_service"


def upgrade() -> None:
    with op.batch_alter_table("search_entry") as batch:
        batch.drop_constraint(KEY, type_="foreignkey")


def downgrade() -> None:
    with op.batch_alter_table("search_entry") as batch:
        batch.create_foreign_key(KEY, "service", ["service_id"], ["id"], ondelete="CASCADE")
