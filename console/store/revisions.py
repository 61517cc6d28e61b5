"""Alembic, kept apart so that only a start with something to migrate imports it."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "console.store:migrations")
    return config


def known_revisions() -> tuple[str, ...]:
    """Return every revision this console knows, newest first."""
    return tuple(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


def run(connection: Connection, to: str) -> None:
    """Run the revisions up to `to` on a connection whose transaction has begun."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
