import gzip
import itertools
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from console.core.errors import BadInput
from console.core.floor.events import Batch, LinkChanged
from console.core.floor.fold import Floor
from console.core.floor.model import LinkStatus, LinkTrouble
from console.core.floor.policy import FloorPolicy
from console.feeds.recording import index_of, read_pace
from console.feeds.replay import Replay, replay_summary, summarise
from tests.feeds import ami_text as ami

CONNECTED = 1_795_291_120.25
SEAT = "Local/1001@agents/n"
ALICE = ami.agent("sales", SEAT, "Alice: Zhang")
READS = [
    (0.5, ami.BANNER + ami.message("Response: Success", Message="Authentication accepted")),
    (1.0, ami.snapshot(
        ami.reply("QueueParams", Queue="sales", Max=0, Strategy="rrmemory"),
        ami.reply("QueueMember", **ami.member("sales", SEAT, "Alice: Zhang", listed=True, Wrapuptime=9)),
    )),
    (2.0, ami.event("QueueCallerJoin", ami.channel("1.1"), Queue="sales", Position=1, Count=1)),
    (5.0, ami.event("QueueCallerLeave", ami.channel("1.1"), Queue="sales", Position=1, Count=0)
          + ami.event("AgentConnect", {**ami.channel("1.1"), **ALICE}, HoldTime=3, RingTime=1)),
    (65.0, ami.event("AgentComplete", ALICE, HoldTime=3, TalkTime=60, Reason="caller")),
    (70.0, ami.event("UserEvent", UserEvent="BreakRequest", Agent="1001")),
]  # fmt: skip
STREAM = b"".join(data for _, data in READS)
MESSAGES = STREAM.count(b"\r\n\r\n")


def index(*, connected: bool = True) -> str:
    told, lines = 0, [f"# connected at {CONNECTED}"] if connected else ["# made by hand"]
    for at, data in READS:
        told += len(data)
        lines.append(f"{at:.4f} {told}")
    return "\n".join(lines) + "\n"


class Hurried:
    """A clock that a Stop moves: nothing waits in earnest."""

    def __init__(self) -> None:
        self.time = 0.0
        self.stop_at: float | None = None

    def now(self) -> float:
        return self.time

    def steady(self) -> float:
        return self.time

    def is_set(self) -> bool:
        return self.stop_at is not None and self.time >= self.stop_at

    def wait(self, timeout: float | None = None) -> bool:
        self.time += timeout or 0.0
        return self.is_set()


def play(path: Path, *, rate: float = 0.0, stop_at: float | None = None) -> tuple[list[Batch], Hurried]:
    clock, batches = Hurried(), list[Batch]()
    clock.stop_at = stop_at
    Replay(path, clock, rate=rate).run(batches.append, clock)
    return batches, clock


def links(batches: list[Batch]) -> list[LinkChanged]:
    return [event for batch in batches for event in batch.events if isinstance(event, LinkChanged)]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    (tmp_path / "day.ami").write_bytes(STREAM)
    (tmp_path / "day.idx").write_text(index(), encoding="utf-8")
    return tmp_path / "day.ami"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress], ids=["plain", "gz", "xz"])
@pytest.mark.parametrize("pack_index", [bytes, gzip.compress, lzma.compress], ids=["plain", "gz", "xz"])
def test_summary_of_a_stream_however_it_is_packed(
    tmp_path: Path, pack: Callable[[bytes], bytes], pack_index: Callable[[bytes], bytes]
) -> None:
    suffix = {bytes: "", gzip.compress: ".gz", lzma.compress: ".xz"}
    path = tmp_path / f"day.ami{suffix[pack]}"
    path.write_bytes(pack(STREAM))
    (tmp_path / f"day.idx{suffix[pack_index]}").write_bytes(pack_index(index().encode()))
    notes: list[str] = []
    told = summarise(path, notes.append)
    assert notes == []
    assert told["messages"] == MESSAGES
    assert told["total"] == {
        "entered": 1,
        "answered": 1,
        "abandoned": 0,
        "completed": 1,
        "ring_no_answer": 0,
        "waiting": 0,
        "longest_queue": 1,
        "mean_wait_answered": 3.0,
        "mean_wait_abandoned": None,
        "break_requests": 1,
    }
    assert told["agents"]["Alice: Zhang <Local/1001@agents/n>"]["state"] == "wrap_up"


def test_without_an_index_there_is_no_timed_state(tmp_path: Path) -> None:
    path = tmp_path / "day.ami"
    path.write_bytes(STREAM)
    assert replay_summary(path)["agents"]["Alice: Zhang <Local/1001@agents/n>"]["state"] == "available"
    batches, _ = play(path, rate=1.0)
    assert {batch.at for batch in batches} == {None}


def test_batches_carry_the_recordings_own_times(recorded: Path) -> None:
    batches, _ = play(recorded)
    times = [batch.at for batch in batches if any(not isinstance(event, LinkChanged) for event in batch.events)]
    assert times == [CONNECTED + at for at in (1.0, 2.0, 5.0, 65.0, 70.0)]
    floor = Floor(FloorPolicy())
    for batch in batches:
        floor.fold(batch)
    assert floor.agents["Local/1001@agents/n"].since == CONNECTED + 65.0
    assert floor.link.status is LinkStatus.ENDED


def test_an_index_without_the_connect_connects_now(recorded: Path) -> None:
    recorded.with_name("day.idx").write_text(index(connected=False), encoding="utf-8")
    clock, batches = Hurried(), list[Batch]()
    clock.time = 5_000.0
    Replay(recorded, clock, rate=0.0).run(batches.append, clock)
    assert batches[-1].at == 5_070.0


def test_the_floors_clock_is_the_recordings(recorded: Path) -> None:
    clock = Hurried()
    feed = Replay(recorded, clock, rate=2.0)
    assert feed.clock.now() == CONNECTED
    seen: list[tuple[float | None, float]] = []
    feed.run(lambda batch: seen.append((batch.at, feed.clock.now())), clock)
    assert all(at == pytest.approx(now) for at, now in seen)
    clock.time += 1_000
    assert feed.clock.now() == CONNECTED + 70.0, "it stands still at the end"
    hurried = Replay(recorded, clock, rate=0.0)
    hurried.run(lambda _batch: None, clock)
    assert hurried.clock.now() == CONNECTED + 70.0


def test_a_stream_without_times_lives_by_the_machines_clock(tmp_path: Path) -> None:
    path = tmp_path / "day.ami"
    path.write_bytes(STREAM)
    clock = Hurried()
    feed = Replay(path, clock)
    feed.run(lambda _batch: None, clock)
    clock.time = 77.0
    assert (feed.clock.now(), feed.clock.steady()) == (77.0, 77.0)


@pytest.mark.parametrize(("rate", "lasts"), [(1.0, 70.0), (10.0, 7.0)])
def test_paced_replay_takes_its_time_and_tells_it_meanwhile(recorded: Path, rate: float, lasts: float) -> None:
    batches, clock = play(recorded, rate=rate)
    assert clock.time == pytest.approx(lasts)
    times = [batch.at for batch in batches if batch.at is not None]
    assert times == sorted(times)
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) <= 0.2 * rate + 0.01


def test_as_fast_as_it_goes_waits_for_nothing(recorded: Path) -> None:
    assert play(recorded, rate=0.0)[1].time == 0.0


def test_told_to_stop_it_stops_without_a_word(recorded: Path) -> None:
    batches, clock = play(recorded, rate=1.0, stop_at=3.0)
    assert clock.time < 3.5
    assert [link.status for link in links(batches)] == [LinkStatus.LIVE]


def test_whole_stream_ends_without_trouble(recorded: Path) -> None:
    live, ended = links(play(recorded)[0])
    assert (live.status, live.source) == (LinkStatus.LIVE, "day.ami")
    assert (ended.status, ended.trouble, ended.detail) == (LinkStatus.ENDED, LinkTrouble.NONE, "")


def test_cut_tail_is_left_out_and_said(recorded: Path) -> None:
    recorded.write_bytes(STREAM[:-25])
    notes: list[str] = []
    told = summarise(recorded, notes.append)
    assert told["messages"] == MESSAGES - 1
    assert told["total"]["break_requests"] == 0
    (note,) = notes
    assert "ends inside a message" in note
    ended = links(play(recorded)[0])[-1]
    assert (ended.status, ended.trouble) == (LinkStatus.ENDED, LinkTrouble.CUT)
    assert "ends inside a message" in ended.detail


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress], ids=["gz", "xz"])
@pytest.mark.parametrize("hurt", ["cut", "flipped"])
def test_damaged_pack_gives_what_can_be_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes], hurt: str) -> None:
    noise = b"".join(ami.event("Newexten", ami.channel(f"{n * 7919 % 10007}.{n}"), AppData=n**5) for n in range(2_000))
    packed = bytearray(pack(STREAM + noise))
    if hurt == "cut":
        del packed[len(packed) // 2 :]
    else:
        packed[len(packed) // 2] ^= 0xFF
    path = tmp_path / "day.ami.pack"
    path.write_bytes(packed)
    notes: list[str] = []
    told = summarise(path, notes.append)
    assert MESSAGES <= told["messages"] <= MESSAGES + 2_000
    assert told["total"]["entered"] == 1
    assert "cut short" in notes[0] or "damaged" in notes[0]
    assert links(play(path)[0])[-1].trouble in {LinkTrouble.CUT, LinkTrouble.GARBLED}


def test_several_packs_in_one_file_are_one_stream(tmp_path: Path) -> None:
    half = len(STREAM) // 2
    for name, pack in (("a.ami.gz", gzip.compress), ("b.ami.xz", lzma.compress)):
        path = tmp_path / name
        path.write_bytes(pack(STREAM[:half]) + pack(STREAM[half:]) + b"\0" * 8)
        assert replay_summary(path)["messages"] == MESSAGES


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 5_000, "no recording"),
        (b"uid,queue,entered\r\n1,sales,3\r\n" * 900, "no recording"),
        (gzip.compress(b""), "is empty"),
        (gzip.compress(STREAM)[:12], "is empty"),
        (lzma.compress(b"hello"), "no recording"),
    ],
    ids=["empty", "picture", "table", "packed nothing", "packed and cut to nothing", "packed text"],
)
def test_no_stream_at_all(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.ami"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        replay_summary(path)
    assert words in str(caught.value)
    (*_, ended) = links(play(path)[0])
    assert (ended.status, ended.trouble) == (LinkStatus.ENDED, LinkTrouble.SOURCE)
    assert words in ended.detail


def test_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.ami", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            replay_summary(path)
        assert links(play(path)[0])[-1].trouble is LinkTrouble.SOURCE


def test_banner_alone_is_a_stream_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.ami"
    path.write_bytes(ami.BANNER)
    assert replay_summary(path)["messages"] == 0


def test_garbled_messages_are_left_out_and_said(recorded: Path) -> None:
    recorded.write_bytes(ami.BANNER + b"\xff\xfe\r\n\r\n" + STREAM.removeprefix(ami.BANNER))
    notes: list[str] = []
    assert summarise(recorded, notes.append)["total"]["entered"] == 1
    assert any("cannot be read" in note for note in notes)
    assert links(play(recorded)[0])[-1].trouble is LinkTrouble.GARBLED


@pytest.mark.parametrize(
    ("spoil", "last"),
    [
        (lambda text: text.replace("5.0000", "0.1000"), 70.0),
        (lambda text: text + "90.0 junk\nnan 1\n1e400 5\n-3 7\n\x00\n", 70.0),
        (lambda text: text[: text.rindex("65.0")], 5.0),
        (lambda text: text + "99.0 99999999\n", 70.0),
    ],
    ids=["goes back", "no pace", "cut short", "beyond the stream"],
)
def test_a_poor_index_loses_no_bytes(recorded: Path, spoil: Callable[[str], str], last: float) -> None:
    recorded.with_name("day.idx").write_text(spoil(index()), encoding="utf-8")
    told = replay_summary(recorded)
    assert (told["messages"], told["total"]["completed"]) == (MESSAGES, 1)
    assert play(recorded)[0][-1].at == CONNECTED + last


def test_index_is_found_beside_the_stream(tmp_path: Path) -> None:
    for stream, beside in (("a.ami", "a.idx.xz"), ("b.ami.gz", "b.idx"), ("c.d.ami.xz", "c.d.idx.gz")):
        assert index_of(tmp_path / stream) is None
        (tmp_path / beside).write_bytes(b"")
        assert index_of(tmp_path / stream) == tmp_path / beside


def test_pace_says_once_what_it_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.idx"
    path.write_text("1 10\nx\n2 5\n3 30\n", encoding="utf-8")
    notes: list[str] = []
    pace = read_pace(path, lambda said: notes.append(said.english()))
    assert pace.reads == [(1.0, 10), (3.0, 30)]
    assert len(notes) == 1
    assert "2 lines" in notes[0]
