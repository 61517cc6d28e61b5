"""The named figures of the floor as records; `measures.py` computes them and holds their definitions."""

from collections.abc import Mapping

from console.core.floor.model import AgentStatus, Instant, Interface, QueueName, Record, Seconds, Uid
from console.core.floor.policy import Channel


class Share(Record, frozen=True, kw_only=True):
    """A ratio kept exact: `part` of `whole`; None as `value` where nothing was counted."""

    part: int = 0
    whole: int = 0

    @property
    def value(self) -> float | None:
        """Return part / whole, or None."""
        return self.part / self.whole if self.whole else None


class Now(Record, frozen=True, kw_only=True):
    """This moment: who waits and how long they have waited so far (None: nobody, or a stream without times)."""

    waiting: int = 0
    longest_wait_s: Seconds | None = None
    mean_wait_s: Seconds | None = None


class Window(Record, frozen=True, kw_only=True):
    """A span of time (last 30 minutes, or today): counts and means over what happened in it; see `measures.py`.

    `service_level` is the variant answered within the threshold / (answered + abandoned after the threshold).
    `abandoned` = `hung_up` + `timed_out` + `sent_away` + `unknown`; `unknown` are those whose reason the stream never
    told. `elsewhere` left the queue neither answered nor abandoned. `handle_s` = `talk_s` + `wrap_up_s`. `occupancy`
    占用率 counts milliseconds.
    """

    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    hung_up: int = 0
    timed_out: int = 0
    sent_away: int = 0
    unknown: int = 0
    elsewhere: int = 0
    completed: int = 0
    ring_no_answer: int = 0
    asa_s: Seconds | None = None
    mean_wait_abandoned_s: Seconds | None = None
    service_level: Share = Share()
    answer_rate: Share = Share()
    talk_s: Seconds | None = None
    wrap_up_s: Seconds | None = None
    handle_s: Seconds | None = None
    ring_s: Seconds | None = None
    occupancy: Share = Share()


class Seats(Record, frozen=True, kw_only=True):
    """The people of a group: on shift, on line, away; flex, trainers and unregistered phones apart; see `seats.py`.

    `by_status` adds up to `on_shift`; `away` = `on_shift` - `on_line`, by pause reason (or "signed_out",
    "unavailable"). `off_roster` people work although the roster does not name them now.
    `on_line_ratio` 在线率 = on line / on shift. `occupancy` 占用率 = handling / (handling + available) time of the
    last window, in milliseconds.
    """

    on_shift: int = 0
    on_line: int = 0
    by_status: Mapping[AgentStatus, int] = {}
    away_by_reason: Mapping[str, int] = {}
    away: int = 0
    absent: int = 0
    flex: int = 0
    trainers: int = 0
    unregistered: int = 0
    off_roster: int = 0
    on_line_ratio: Share = Share()
    occupancy: Share = Share()


class Figures(Record, frozen=True, kw_only=True):
    """Everything measured about one subject: a queue, a group, a channel or the whole floor."""

    now: Now = Now()
    recent: Window = Window()
    today: Window = Window()
    seats: Seats = Seats()


class CurvePoint(Record, frozen=True, kw_only=True):
    """One minute of the day's curve: people waiting (largest) and mean wait of those waiting; a gap has None."""

    at: Instant
    waiting: int | None = None
    mean_wait_s: Seconds | None = None
    entered: int = 0
    answered: int = 0
    abandoned: int = 0


FLOOR_SUBJECT = "floor"


def channel_subject(channel: Channel) -> str:
    """Return a channel's key among curves: "channel:phone"."""
    return f"channel:{channel}"


def group_subject(group: str) -> str:
    """Return a group's key among curves: "group:" and its id."""
    return f"group:{group}"


def queue_subject(queue: QueueName) -> str:
    """Return a queue's key among what is kept by subject: "queue:" and its name."""
    return f"queue:{queue}"


class FloorFigures(Record, frozen=True, kw_only=True):
    """All figures at one moment, by queue, group and channel, and the floor in total; `curves` by subject."""

    at: Instant | None = None
    floor: Figures = Figures()
    channels: Mapping[Channel, Figures] = {}
    groups: Mapping[str, Figures] = {}
    queues: Mapping[QueueName, Figures] = {}
    curves: Mapping[str, tuple[CurvePoint, ...]] = {}


class Contact(Record, frozen=True, kw_only=True):
    """One contact's life in one queue visit, as history keeps it; `how` it ended.

    `how` is answered, hung_up, timed_out, withdrawn, sent_away, unknown or (after answering) agent, caller, transfer,
    dropped.
    """

    queue: QueueName
    uid: Uid
    visit: int = 0
    number: str = ""
    entered_at: Instant | None = None
    answered_at: Instant | None = None
    ended_at: Instant | None = None
    interface: Interface = ""
    agent: str = ""
    waited_s: Seconds | None = None
    ring_s: Seconds | None = None
    talk_s: Seconds | None = None
    how: str = ""
    cause: int = 0
    recording: str = ""
