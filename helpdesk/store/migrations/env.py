"""What Alembic runs. The connection comes from `helpdesk.store.migrate`."""

from alembic import context

from helpdesk.store import schema_sig  # noqa: F401 - its tables are of the same metadata
from helpdesk.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
