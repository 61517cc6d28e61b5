"""What Alembic runs: every revision on the connection `upgrade` hands in, inside its transaction."""

from alembic import context

from console.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
