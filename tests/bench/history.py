"""Reports from the history: `python -m tests.bench.history`.

Ninety days of 300 queues in 12 groups, made in the database itself: every half hour of every subject has its roll-up
(1.4 million rows), every day too. Of the 4.5 million contacts such a time would bring a tenth is put in, for the raw
scan the roll-ups spare is only a yardstick and grows with the contacts, while the reports never touch them. The file is
in the page cache. Writing is measured as the recorder does it: 1,000 contacts of three steps, 500 facts a transaction.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import Contact
from console.store.database import sqlite_engine
from console.store.history import HistoryFile

BEGIN = 1_763_683_200.0
DAYS = 90
CONTACTS = 450_000
SHARE = 10
QUEUES = 300
ROUNDS = 5
BUDGET_S = 1.0
METHOD = "90 days, 300 queues, 1.4 M half-hour rows, a tenth of 4.5 M contacts; middle of 5 rounds, page cache warm"

SUBJECTS = """
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 314)
    SELECT CASE WHEN i < 300 THEN 'queue:q' || printf('%03d', i) WHEN i < 312 THEN 'group:g' || (i - 300)
                WHEN i = 312 THEN 'channel:phone' WHEN i = 313 THEN 'channel:web' ELSE 'floor' END AS subject FROM n
"""
COLUMNS = (
    "subject, begins_at, entered, answered, abandoned, hung_up, timed_out, sent_away, unknown, completed, dropped,"
    " ring_no_answer, in_time, judged, wait_answered_s, wait_abandoned_s, talk_s, ring_s, waiting_most, wait_longest_s,"
    " listened_s"
)
VALUES = "50, 45, 5, 3, 2, 0, 0, 45, 0, 4, 40, 48, 450.0, 200.0, 13500.0, 90.0, abs(random()) % 20, 60.0, 1800.0"


def fill(path: Path) -> None:
    """Make the ninety days."""
    HistoryFile(path, lambda: BEGIN).close()
    engine = sqlite_engine(path)
    with engine.connect() as connection, connection.begin():
        for table, step in (("intervals", 1800), ("days", 86_400)):
            count = DAYS * 86_400 // step
            connection.execute(
                text(
                    f"INSERT INTO {table} ({COLUMNS}) WITH RECURSIVE t(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM t"
                    f" WHERE k < {count - 1}) SELECT subject, {BEGIN} + k * {step}.0, {VALUES} FROM ({SUBJECTS}), t"
                )
            )
        connection.execute(
            text(
                "INSERT INTO contacts (queue, uid, visit, steps, number, entered_at, answered_at, ended_at, interface,"
                " agent, waited_s, ring_s, talk_s, how, cause) WITH RECURSIVE t(k) AS (SELECT 0 UNION ALL SELECT k + 1"
                f" FROM t WHERE k < {CONTACTS - 1}) SELECT 'q' || printf('%03d', k % {QUEUES}), '1763683200.' || k, 0,"
                f" 19, '5550100', {BEGIN} + k * {DAYS * 86_400 / CONTACTS}, {BEGIN} + k * {DAYS * 86_400 / CONTACTS}"
                f" + 10, {BEGIN} + k * {DAYS * 86_400 / CONTACTS} + 310, 'PJSIP/' || (1000 + k % 900),"
                " 'Agent ' || (k % 900), 10.0, 2.0, 300.0, 'agent', 0 FROM t"
            )
        )
    engine.dispose()


def middle(work: Callable[[], object]) -> float:
    """Return seconds the work takes, the middle of some rounds."""
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)
    return statistics.median(took)


def raw_scan(path: Path) -> float:
    """Return seconds the same table costs from the contacts themselves, for as many as are there."""
    engine = sqlite_engine(path)
    query = text(
        "SELECT queue, count(*), sum(answered_at IS NOT NULL), avg(waited_s), sum(waited_s <= 15), avg(talk_s)"
        " FROM contacts WHERE entered_at >= 0 GROUP BY queue"
    )

    def scan() -> None:
        with engine.connect() as connection:
            connection.execute(query).all()

    took = middle(scan)
    engine.dispose()
    return took


def written(path: Path) -> float:
    """Return microseconds a fact costs to write."""
    history = HistoryFile(path, lambda: BEGIN)
    facts = []
    for number in range(1000):
        contact = Contact(queue=f"q{number % QUEUES:03}", uid=f"9.{number}", number="5550100", entered_at=BEGIN)
        facts += [
            Fact(kind=kind, at=BEGIN, contact=contact)
            for kind in (FactKind.ENTERED, FactKind.ANSWERED, FactKind.COMPLETED)
        ]
    begin = time.perf_counter()
    for first in range(0, len(facts), 500):
        history.keep_facts(facts[first : first + 500])
    took = time.perf_counter() - begin
    history.close()
    return took / len(facts) * 1e6


def run() -> list[tuple[str, str, str]]:
    """Return (budget, figure, method) of the budgets this bench shows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        fill(path)
        history = HistoryFile(path, lambda: BEGIN)
        end = BEGIN + DAYS * 86_400
        table = middle(lambda: history.totals(BEGIN, end))
        group = middle(lambda: history.report(["group:g3"], BEGIN, end, daily=False))
        whole = middle(lambda: history.totals(BEGIN, end, daily=False))
        history.close()
        scan = raw_scan(path)
        fact = written(path)
    budget = "90-day report on 4.5 M contacts <= 1 s from roll-ups"
    figure = (
        f"every subject {table * 1000:.0f} ms, one group by half hour {group * 1000:.0f} ms: "
        f"{max(table, group) / BUDGET_S:.2f} of the budget (raw scan {scan:.2f} s for a tenth of the contacts, "
        f"{scan * SHARE / table:.0f}x for all)"
    )
    return [
        (budget, figure, METHOD),
        ("half hours of every subject summed (no budget)", f"{whole:.2f} s for 1.4 M rows", METHOD),
        ("a fact kept (no budget)", f"{fact:.0f} us", "transactions of 500 facts"),
    ]


if __name__ == "__main__":
    for budget, figure, _method in run():
        print(f"{budget}: {figure}")
