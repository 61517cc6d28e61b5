"""Which table keeps which kind of record: an explicit list, the same for memory and SQL."""

from collections.abc import Mapping

from sqlalchemy import Table

from console.core.kept import Kept, Message
from console.core.levers import Lever
from console.core.work.break_outlooks import Outlook
from console.core.work.break_records import Break
from console.core.work.floor_checks import FloorCheck
from console.core.work.lending import Loan
from console.core.work.meal_records import MealPlan, MealSeat
from console.core.work.plan_records import Directive, Plan, PlanRun
from console.core.work.plan_watch import WatchStanding
from console.core.work.policies import Policy
from console.store import schema, schema_breaks, schema_plans

TABLES: Mapping[type[Kept], Table] = {
    FloorCheck: schema.floor_checks,
    Lever: schema.levers,
    Message: schema.messages,
    Policy: schema.policies,
    Break: schema_breaks.breaks,
    Outlook: schema_breaks.outlooks,
    Loan: schema_breaks.loans,
    MealPlan: schema_breaks.meal_plans,
    MealSeat: schema_breaks.meal_seats,
    Plan: schema_plans.plans,
    WatchStanding: schema_plans.watch_standings,
    PlanRun: schema_plans.plan_runs,
    Directive: schema_plans.directives,
}
