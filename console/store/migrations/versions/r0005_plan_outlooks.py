"""What the forecast of doing nothing about an emergency starts from."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Keep each group of a run as it was when its watch fired; of older runs nobody noted it."""
    op.add_column("plan_runs", sa.Column("floor_then", sa.Text, nullable=False, server_default="[]"))
