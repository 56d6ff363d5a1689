"""What Alembic runs: the connection comes from ``hotline.store.migrations``; there is no alembic.ini."""

from __future__ import annotations

from alembic import context

from hotline.store.sql.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
