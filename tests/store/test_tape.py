import errno
import os
import random
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.events import Batch, CallerJoined, CallerLeft
from console.core.floor.tape import Block, BlockKind, Span, gaps_between
from console.store.files import NoRoom
from console.store.tape import DamagedBlock, Segment, TapeReader, TapeWriter, segment_paths

ROOT = Path(__file__).parents[2]
NOON = 1_700_049_600.0  # begins an hour


def batch(at: float, count: int = 1) -> Batch:
    events = tuple(CallerJoined(queue="support", uid=f"{at}.{i}", number="5550100", count=i) for i in range(count))
    return Batch(at=at, events=(*events, CallerLeft(queue="support", uid=f"{at}.0")))


def recorded(folder: Path, begin: float = NOON, blocks: int = 6) -> list[Batch]:
    """A keyframe every third block of two batches, ten seconds a block."""
    writer = TapeWriter(folder)
    batches: list[Batch] = []
    for number in range(blocks):
        at = begin + 10 * number
        if number % 3 == 0:
            writer.keyframe(f"state at {at}".encode(), at, joins=number > 0)
        pair = [batch(at + 1), batch(at + 6)]
        writer.batches(pair, at + 1, at + 6)
        batches += pair
    writer.close()
    return batches


def read_all(reader: TapeReader, blocks: list[Block]) -> list[Batch]:
    return [each for block in blocks if block.kind is BlockKind.BATCHES for each in reader.batches(block)]


def only_segment(folder: Path) -> Path:
    (path,) = segment_paths(folder)
    return path


def test_what_is_written_is_read_back_in_order(tmp_path: Path) -> None:
    batches = recorded(tmp_path)
    reader = TapeReader(tmp_path)
    blocks = reader.blocks(NOON, NOON + 3600)
    assert read_all(reader, blocks) == batches
    assert [block.kind for block in blocks if block.kind is not BlockKind.BATCHES] == [
        BlockKind.START,
        BlockKind.KEYFRAME,
    ]
    assert reader.read(blocks[0]) == f"state at {NOON}".encode()
    assert reader.damage(NOON, NOON + 3600) == []


def test_blocks_begin_at_the_last_keyframe_before_the_moment(tmp_path: Path) -> None:
    recorded(tmp_path)
    blocks = TapeReader(tmp_path).blocks(NOON + 45, NOON + 47)
    assert (blocks[0].kind, blocks[0].first) == (BlockKind.KEYFRAME, NOON + 30)
    assert blocks[-1].first == NOON + 41


def test_a_moment_before_the_tape_begins_at_its_oldest_keyframe(tmp_path: Path) -> None:
    recorded(tmp_path)
    reader = TapeReader(tmp_path)
    assert reader.blocks(NOON - 500, NOON + 1)[0].first == NOON
    assert reader.blocks(NOON - 500, NOON - 400) == []


def test_an_hour_ends_its_segment_and_the_way_back_crosses_it(tmp_path: Path) -> None:
    before = recorded(tmp_path, NOON + 3560)
    assert len(segment_paths(tmp_path)) == 2
    reader = TapeReader(tmp_path)
    assert read_all(reader, reader.blocks(NOON + 3560, NOON + 7200)) == before


def test_a_reader_sees_what_is_appended_later(tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path)
    writer.keyframe(b"state", NOON, joins=False)
    reader = TapeReader(tmp_path)
    assert len(reader.blocks(NOON, NOON + 60)) == 1
    writer.batches([batch(NOON + 1)], NOON + 1, NOON + 1)
    assert read_all(reader, reader.blocks(NOON, NOON + 60)) == [batch(NOON + 1)]
    writer.close()


def test_a_silence_is_a_gap_and_a_sign_of_life_is_none(tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path)
    writer.keyframe(b"state", NOON, joins=False)
    writer.batches((), NOON, NOON + 10)
    writer.batches((), NOON + 10, NOON + 20)
    writer.keyframe(b"state", NOON + 300, joins=False)
    writer.batches([batch(NOON + 310)], NOON + 310, NOON + 310)
    writer.close()
    spans = TapeReader(tmp_path).spans(NOON - 100, NOON + 1000)
    assert spans == (Span(begin=NOON, end=NOON + 20), Span(begin=NOON + 300, end=NOON + 310))
    assert gaps_between(spans, NOON, NOON + 310) == (Span(begin=NOON + 20, end=NOON + 300),)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 20)), max_size=8))
def test_gaps_and_spans_cover_all_and_meet_nowhere(lengths: list[tuple[int, int]]) -> None:
    spans = tuple(sorted((Span(begin=a, end=a + n) for a, n in lengths), key=lambda span: span.begin))
    gaps = gaps_between(spans, 0, 120)
    for tenth in range(1200):
        moment = tenth / 10 + 0.05
        covered = any(span.begin < moment < span.end for span in spans)
        missing = any(gap.begin < moment < gap.end for gap in gaps)
        assert covered is not missing


@pytest.mark.parametrize("cut", [1, 5, 47, 60])
def test_a_torn_last_block_is_ignored_and_said(tmp_path: Path, cut: int) -> None:
    batches = recorded(tmp_path)
    path = only_segment(tmp_path)
    os.truncate(path, path.stat().st_size - cut)
    reader = TapeReader(tmp_path)
    assert read_all(reader, reader.blocks(NOON, NOON + 60)) == batches[:-2]
    (damage,) = reader.damage(NOON, NOON + 60)
    assert damage.torn


def test_a_flipped_byte_costs_its_block_and_no_other(tmp_path: Path) -> None:
    batches = recorded(tmp_path)
    path = only_segment(tmp_path)
    clean = path.read_bytes()
    all_blocks = Segment(path).blocks
    dice = random.Random(7)
    for _ in range(300):
        offset = dice.randrange(len(clean))
        spoilt = bytearray(clean)
        spoilt[offset] ^= 1 << dice.randrange(8)
        path.write_bytes(spoilt)
        segment = Segment(path)
        good = []
        for block in segment.blocks:
            try:
                good.append((block.first, block.kind, segment.read(block)))
            except DamagedBlock:
                continue
        assert len(good) >= len(all_blocks) - 1
        path.write_bytes(clean)
        for first, kind, payload in good:
            (same,) = [block for block in all_blocks if (block.first, block.kind) == (first, kind)]
            assert segment.read(same) == payload
    assert batches


@given(st.binary(max_size=400), st.integers(0, 400))
def test_rubbish_is_never_an_error(tmp_path_factory: pytest.TempPathFactory, rubbish: bytes, where: int) -> None:
    folder = tmp_path_factory.mktemp("tape")
    recorded(folder, blocks=2)
    path = only_segment(folder)
    clean = path.read_bytes()
    where = min(where, len(clean))
    path.write_bytes(clean[:where] + rubbish + clean[where:])
    reader = TapeReader(folder)
    for block in reader.blocks(NOON, NOON + 60):
        try:
            reader.read(block)
        except DamagedBlock:
            continue


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    recorded(tmp_path)
    (tmp_path / "notes.tape").write_text("mine")
    (tmp_path / "20231115T120000.txt").write_text("mine")
    writer = TapeWriter(tmp_path)
    assert writer.forget(NOON + 90_000)
    assert not writer.forget(NOON + 90_000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["20231115T120000.txt", "notes.tape"]


def test_only_what_is_wholly_too_old_is_forgotten(tmp_path: Path) -> None:
    recorded(tmp_path)
    assert not TapeWriter(tmp_path).forget(NOON + 3600)
    assert len(segment_paths(tmp_path)) == 1


def test_a_full_disk_leaves_no_half_block_and_recording_goes_on_in_a_new_segment(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    writer = TapeWriter(tmp_path)
    writer.keyframe(b"state", NOON, joins=False)
    good = only_segment(tmp_path).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (good + 50, hard))
    try:
        with pytest.raises(NoRoom):
            writer.batches([batch(NOON + 1, 500)], NOON + 1, NOON + 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert only_segment(tmp_path).stat().st_size == good
    writer.keyframe(b"again", NOON + 30, joins=False)
    writer.batches([batch(NOON + 31)], NOON + 31, NOON + 31)
    writer.close()
    reader = TapeReader(tmp_path)
    assert len(segment_paths(tmp_path)) == 2
    assert reader.damage(NOON, NOON + 60) == []
    assert read_all(reader, reader.blocks(NOON, NOON + 60)) == [batch(NOON + 31)]


def test_no_room_even_for_a_new_segment_leaves_no_empty_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = TapeWriter(tmp_path)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("console.store.tape.os.write", full)
    with pytest.raises(NoRoom):
        writer.keyframe(b"state", NOON, joins=False)
    assert segment_paths(tmp_path) == []


KILLED = """
    import sys
    from pathlib import Path
    from console.core.floor.events import Batch, CallerJoined
    from console.store.tape import TapeWriter
    writer = TapeWriter(Path(sys.argv[1]))
    writer.keyframe(b"state", {noon}, joins=False)
    for number in range(1, 100000):
        at = {noon} + number / 1000
        events = tuple(CallerJoined(queue="support", uid=f"{{number}}.{{i}}") for i in range(200))
        writer.batches([Batch(at=at, events=events)], at, at)
        if number == 20:
            print("running", flush=True)
"""


def test_a_recorder_killed_in_mid_write_loses_nothing_it_had_written(tmp_path: Path) -> None:
    source = textwrap.dedent(KILLED.format(noon=NOON))
    process = subprocess.Popen(
        [sys.executable, "-c", source, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    process.kill()
    process.communicate()
    reader = TapeReader(tmp_path)
    batches = read_all(reader, reader.blocks(NOON, NOON + 3600))
    assert len(batches) >= 20
    assert [each.at for each in batches] == [NOON + number / 1000 for number in range(1, len(batches) + 1)]
    assert all(each.torn for each in reader.damage(NOON, NOON + 3600))
    again = TapeWriter(tmp_path)
    again.keyframe(b"after", NOON + 200, joins=False)
    again.close()
    assert reader.blocks(NOON + 300, NOON + 400)[0].first == NOON + 200
