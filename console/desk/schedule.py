"""The schedule only posts ticks; every deadline lives in a table, so a restart forgets none."""

import logging
from collections.abc import Callable

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

TICK_S = 1


class Schedule:
    """APScheduler in this process, in memory, one thread: a late tick is still a tick, and many late ones are one."""

    def __init__(self, tick: Callable[[], None], every_s: int = TICK_S) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        self._scheduler.add_job(tick, IntervalTrigger(seconds=every_s), id="tick")

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; a tick under way is finished first."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
