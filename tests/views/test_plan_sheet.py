"""The printable page: well-formed, self-contained, everything escaped, complete in both languages."""

import tomllib
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.policy import FloorPolicy
from console.ui.i18n import words_file
from console.views.plan_sheet import sheet_html
from console.views.plan_sheet_curve import WITHOUT, flags_of
from tests.views.told_run import HEAD, HOSTILE, SECRET_PATH, course, hostile, nothing_done, policy, told

ZH = tomllib.loads(words_file("zh_CN").read_text(encoding="utf-8"))
EMPTY = {"meta", "line", "rect", "circle", "polyline", "br"}
PRINTED = 1_800_020_000.0


class Reader(HTMLParser):
    """Walks a page as a browser would and notes what is out of order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.wrong == []
    assert reader.open == []
    ET.fromstring(page)
    return reader


def page_of(language: str = "en", **fields: object) -> str:
    desk = course(**fields)  # type: ignore[arg-type]  # fields named by the test
    words = ZH if language == "zh_CN" else {}
    return sheet_html(told(desk), language, words=words, policy=policy(desk), printed_at=PRINTED)


def test_it_is_whole_in_itself() -> None:
    page = page_of()
    reader = read(page)
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(reader.tags)
    outside = [value for name, value in reader.attributes if name in {"src", "href", "style"} or name.startswith("on")]
    assert outside == []
    assert "url(" not in page
    assert "@import" not in page


def test_it_names_run_version_journal_and_when_it_was_printed() -> None:
    text = "".join(read(page_of()).text)
    assert "run peak@group:sales/" in text
    assert "version 1 of the plan" in text
    assert HEAD in text
    assert "printed 2027-01-15 21:33:20" in text
    assert "华东中心" in text


def test_hostile_names_are_shown_and_do_nothing() -> None:
    reader = read(page_of(by=hostile(), name=f"<b>{HOSTILE}"))
    assert "script" not in reader.tags
    assert "b" not in reader.tags
    text = "".join(reader.text)
    assert "<script>alert(1)</script>&" in text
    assert "\x00" not in text


def test_half_a_sign_is_left_out() -> None:
    report = replace(told(course(down=False)), name="\ud800排\ufffe队\x9f")
    assert "<h1>排队 · 销售</h1>" in sheet_html(report, "en", policy=policy(course(down=False)))


def test_no_address_is_printed() -> None:
    assert SECRET_PATH not in page_of()


def test_chinese_is_complete() -> None:
    page = page_of("zh_CN")
    reader = read(page)
    assert '<html lang="zh-CN"' in page
    text = " ".join(reader.text)
    for english in ("Reaction", "People", "Steps", "Timeline", "begins", "stood", "queue", "average", "found"):
        assert english not in text


def test_axes_have_units_steps_have_numbers_and_the_legend_tells_both() -> None:
    text = "".join(read(page_of()).text)
    for words in ("people waiting", "average wait (s)", "Emergency line 10 people", "fired", "while it stood"):
        assert words in text
    assert "19:50" in text


def test_doing_nothing_is_a_line_of_its_own_stroke() -> None:
    desk = course()
    page = sheet_html(told(desk, nothing_done(desk)), "en")
    assert page.count(WITHOUT) == 2, "the line and its legend"
    assert "people waiting, forecast of doing nothing" in "".join(read(page).text)
    assert WITHOUT not in sheet_html(told(desk), "en")


@pytest.mark.parametrize("down", [True, False])
def test_a_run_without_a_curve_still_makes_a_page(*, down: bool) -> None:
    report = replace(told(course(down=down)), curve=())
    page = sheet_html(report, "en")
    assert "No figures for this time yet" in "".join(read(page).text)


def test_a_proposal_that_was_dropped_makes_a_page() -> None:
    report = replace(
        told(course(down=False)), state="dropped", started_at=None, fired_at=None, steps=(), timeline=(), curve=()
    )
    read(sheet_html(report, "en", policy=FloorPolicy()))


@given(st.lists(st.tuples(st.floats(0, 720), st.integers(1, 99)), max_size=20))
def test_no_flag_covers_another(marks: list[tuple[float, int]]) -> None:
    flags = flags_of((x, str(n)) for x, n in marks)
    assert len(flags) == len(marks)
    by_lane: dict[int, list[tuple[float, float]]] = {}
    for flag in flags:
        by_lane.setdefault(flag.lane, []).append((flag.x - flag.wide / 2, flag.x + flag.wide / 2))
    for spans in by_lane.values():
        assert all(before[1] < after[0] for before, after in pairwise(spans))
