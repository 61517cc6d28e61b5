import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.feeds.asterisk.parse import CHATTER, END, LONGEST_MESSAGE, WANTED, Frames, message, pairs
from console.feeds.asterisk.translate import TABLE, translate
from tests.feeds import ami_text as ami

STREAM = ami.BANNER + b"".join(
    [
        ami.message("Response: Success", Message="Authentication accepted"),
        ami.event("FullyBooted", Status="Fully Booted"),
        ami.event("Newchannel", ami.channel("1.1")),
        ami.event("QueueCallerJoin", ami.channel("1.1", caller="Zoë 测试: 1"), Queue="sales", Position=1, Count=1),
        ami.event("VarSet", ami.channel("1.1"), Variable="SIPCALLID", Value="abc"),
        ami.event("VarSet", ami.channel("1.1"), Variable="QUEUESTATUS", Value="TIMEOUT"),
        ami.event("QueueCallerLeave", ami.channel("1.1"), Queue="sales", Position=1, Count=0),
    ]
)


def read(stream: bytes, cuts: list[int] | None = None) -> tuple[list[bytes], Frames]:
    frames, found = Frames(), []
    edges = [0, *sorted(cut for cut in cuts or [] if cut < len(stream)), len(stream)]
    for begin, end in itertools.pairwise(edges):
        found += frames.feed(stream[begin:end])
    return found, frames


def names(found: list[bytes]) -> list[str]:
    return [next(iter(message(frame).values())) for frame in found]


def test_banner_is_no_message_and_chatter_is_counted_but_not_handed_on() -> None:
    found, frames = read(STREAM)
    assert frames.banner == "Asterisk Call Manager/11.0.0"
    assert frames.messages == 7
    assert names(found) == ["Success", "FullyBooted", "QueueCallerJoin", "VarSet", "QueueCallerLeave"]
    assert (frames.garbled, frames.cut, frames.foreign) == (0, 0, False)


def test_banner_is_known_before_the_first_message() -> None:
    begun = read(b"Asterisk Call Man")[1]
    assert (begun.banner, begun.foreign) == ("", False)
    come = read(b"Asterisk Call Manager/11.0.0\r\nResp", [17])[1]
    assert (come.banner, come.messages) == ("Asterisk Call Manager/11.0.0", 0)


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM))))
def test_any_chunking_gives_the_same_messages(cuts: list[int]) -> None:
    whole, frames = read(STREAM)
    found, cut_up = read(STREAM, cuts)
    assert found == whole
    assert cut_up.messages == frames.messages
    assert cut_up.banner == frames.banner


def test_byte_by_byte_gives_the_same_messages() -> None:
    assert read(STREAM, list(range(len(STREAM))))[0] == read(STREAM)[0]


@settings(max_examples=150)
@given(st.integers(min_value=0, max_value=2**32 - 1), st.integers(min_value=1, max_value=40))
def test_flipped_bytes_never_raise(seed: int, flips: int) -> None:
    dice = random.Random(seed)
    stream = bytearray(STREAM * 3)
    for _ in range(flips):
        stream[dice.randrange(len(stream))] ^= 1 << dice.randrange(8)
    found, _ = read(bytes(stream), [dice.randrange(len(stream)) for _ in range(5)])
    translate(found)
    for frame in found:
        pairs(frame)


@given(st.binary(max_size=400))
def test_hostile_bytes_never_raise(noise: bytes) -> None:
    found, _ = read(noise + END + STREAM)
    translate(found)


def test_cut_tail_is_held_and_told() -> None:
    found, frames = read(STREAM[:-30])
    assert names(found)[-1] == "VarSet"
    assert frames.messages == 6
    assert frames.cut > 0


def test_something_else_on_the_port_is_foreign() -> None:
    for greeting in (b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x01\x02"):
        _, frames = read(greeting)
        assert frames.foreign, greeting


def test_stream_without_banner_is_read() -> None:
    found, frames = read(STREAM.removeprefix(ami.BANNER))
    assert len(found) == 5
    assert not frames.banner
    assert not frames.foreign


def test_garbled_message_is_counted_and_the_next_is_read() -> None:
    found, frames = read(ami.BANNER + b"\x00\xff nonsense\r\n\r\n" + ami.event("FullyBooted"))
    assert names(found) == ["FullyBooted"]
    assert (frames.garbled, frames.messages) == (1, 2)


def test_blank_lines_too_many_are_no_message_and_no_damage() -> None:
    found, frames = read(ami.BANNER + b"\r\n\r\n\r\n" + ami.event("FullyBooted") + b"\r\n" + ami.event("Reload"))
    assert names(found) == ["FullyBooted", "Reload"]
    assert (frames.garbled, frames.messages) == (0, 2)


@pytest.mark.parametrize("size", [LONGEST_MESSAGE - 200, LONGEST_MESSAGE + 1, 3 * LONGEST_MESSAGE])
@pytest.mark.parametrize("step", [4_096, 32_768, 8 * LONGEST_MESSAGE])
def test_endless_message_does_not_grow_and_is_dropped_alike_in_any_chunks(size: int, step: int) -> None:
    stream = ami.BANNER + b"Event: FullyBooted\r\nX: " + b"x" * size + END + ami.event("Reload")
    frames, found, held = Frames(), [], 0
    for begin in range(0, len(stream), step):
        found += frames.feed(stream[begin : begin + step])
        held = max(held, frames.cut)
    assert names(found)[-1] == "Reload"
    assert len(found) == (2 if size < LONGEST_MESSAGE else 1)
    assert frames.garbled == (0 if size < LONGEST_MESSAGE else 1)
    assert frames.messages == 2
    assert held <= LONGEST_MESSAGE + 2 * 32_768


def test_message_keeps_colons_utf8_and_repeated_keys() -> None:
    frame = (
        ami.event("UserEvent", Reason="meeting: weekly 午休").removesuffix(END) + b"\r\nReason: again\r\nOdd:x\r\nno"
    )
    assert pairs(frame)[2:] == [("Reason", "meeting: weekly 午休"), ("Reason", "again"), ("Odd", "x")]
    assert message(frame)["Reason"] == "again"
    assert message(b"Event: X\r\nName: \xff\xfe")["Name"] == "��"


def test_wanted_list_is_the_translators_table_and_nothing_wanted_is_chatter() -> None:
    assert {name.encode() for name in WANTED} == set(TABLE)
    assert not set(WANTED) & set(CHATTER)
    for name in WANTED:
        extra = {"Variable": "QUEUESTATUS", "Value": "FULL"} if name == "VarSet" else {}
        assert read(ami.BANNER + ami.event(name, extra))[0], name
