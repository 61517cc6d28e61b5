"""Which table keeps which kind of record: an explicit list, the same for memory and SQL."""

from collections.abc import Mapping

from sqlalchemy import Table

from console.core.kept import Kept, Message
from console.core.levers import Lever
from console.core.work.break_records import Break
from console.core.work.floor_checks import FloorCheck
from console.core.work.policies import Policy
from console.store import schema, schema_breaks

TABLES: Mapping[type[Kept], Table] = {
    FloorCheck: schema.floor_checks,
    Lever: schema.levers,
    Message: schema.messages,
    Policy: schema.policies,
    Break: schema_breaks.breaks,
}
