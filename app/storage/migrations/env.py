"""What Alembic runs: the steps of versions/, on the connection that it is handed, in that one's transaction."""

from __future__ import annotations

from alembic import context

from app.storage.schedule_tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
