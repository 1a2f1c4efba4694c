"""How Alembic runs the steps: on the connection that `data.store.upgrade` hands over."""

from alembic import context

from data.store.models import MODELS


def run() -> None:
    """Run the steps in the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=MODELS,
        transactional_ddl=True,  # SQLite can undo changes of its schema; Alembic assumes not
    )
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # the name under which Alembic loads this file
    run()
