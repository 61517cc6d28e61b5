"""The banner on the desk and on the wall: seen on every page, reached by a key, never closed; notices said once."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from console.core.floor.policy import Tone
from console.core.kept import Book, Message
from console.core.preferences import Preferences
from console.core.work.plan_body import PlanBody, Trigger
from console.core.work.plan_records import Directive, PlanRun, RunState, StepRun, StepState
from console.ui import theme
from console.ui.notify import Notices
from console.ui.plan_banner import TINT, stage_role
from console.ui.theme import DARK, LIGHT, Colours
from console.ui.wall import WallWindow
from console.views.desk_notices import DeskNotice
from console.views.plan_lines import Stage
from tests.ui.conftest import Desk, focused, settle
from tests.ui.floor_fixture import NOON_TWO, floor

STEPS = ({"do": "notify", "text": "开始"}, {"do": "ask", "text": "技术确认了吗?"})


def run(state: RunState = RunState.RUNNING, name: str = "r1", **fields: object) -> PlanRun:
    plain: dict[str, object] = {
        "plan": name,
        "plan_version": 1,
        "body": PlanBody(name="排队高峰", steps=STEPS),
        "subject": "group:security",
        "steps": tuple(StepRun(n=n, body=body, state=StepState.STANDING) for n, body in enumerate(STEPS)),
        "trigger": Trigger.PROPOSE,
        "started_at": NOON_TWO - 300,
        "started_by": "李班长",
        "fired": {"waiting": 53.0, "mean_wait_s": 84.0},
    }
    return PlanRun(id=name, state=state, **{**plain, **fields})  # type: ignore[arg-type]  # fields named by the test


def wording(name: str = "d1", text: str = "正在抢修") -> Directive:
    return Directive(
        id=name, holder="", subject="floor", title="口径一", text=text, given_at=NOON_TWO - 60, given_by="李班长"
    )


def book_of(*records: PlanRun | Directive | Message) -> Book:
    return Book().told(1, records, {})


def shown(desk: Desk, *records: PlanRun | Directive | Message) -> None:
    desk.shell.take_book(book_of(*records))
    settle()


def test_nothing_stands_there_without_a_plan(desk: Desk) -> None:
    assert not desk.window.plans.isVisible()


def test_a_running_plan_stands_on_every_page_and_goes_only_with_its_end(desk: Desk) -> None:
    shown(desk, run())
    for page in ("board", "agents", "breaks", "settings"):
        desk.window.open_page(page)
        settle()
        (row,) = desk.window.plans.rows
        assert row.isVisible(), page
        assert "排队高峰" in row.accessibleName()
        assert "Plan running" in row.accessibleName()
    QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    assert desk.window.plans.rows[0].isVisible()
    shown(desk, run(RunState.STOOD_DOWN, ended_at=NOON_TWO))
    assert not desk.window.plans.isVisible()


def test_a_click_enter_space_and_the_key_lead_to_the_run(desk: Desk) -> None:
    went: list[tuple[str, str]] = []
    desk.shell.went.connect(lambda page, subject: went.append((page, subject)))
    shown(desk, run(), run(RunState.ASKING, "r2", question="ask", question_at=1))
    first, second = desk.window.plans.rows
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    QTest.keyClick(second, Qt.Key.Key_Space)
    QTest.keyClick(desk.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert went == [("plans", "plan:r1")] * 3 + [("plans", "plan:r2")]
    assert "技术确认了吗?" in first.accessibleName()


def test_the_key_leads_to_the_page_of_plans_where_none_is_open(desk: Desk) -> None:
    went: list[tuple[str, str]] = []
    desk.shell.went.connect(lambda page, subject: went.append((page, subject)))
    QTest.keyClick(desk.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert went == [("plans", "")]


def test_three_lines_at_most_and_how_many_more(desk: Desk) -> None:
    shown(desk, *(run(name=f"r{n}") for n in range(5)))
    assert len(desk.window.plans.rows) == 3
    assert desk.window.plans.more.isVisible()
    assert desk.window.plans.more.accessibleName() == "and 2 more plans"
    shown(desk, *(run(name=f"r{n}") for n in range(2)))
    assert not desk.window.plans.more.isVisible()


def test_the_focus_stays_on_its_plan_when_another_comes_before_it(desk: Desk) -> None:
    shown(desk, run())
    row = desk.window.plans.rows[0]
    row.setFocus()
    shown(desk, run(), run(RunState.ASKING, "r2", question="ask", question_at=1))
    assert focused() is row
    assert desk.window.plans.rows.index(row) == 1


def test_the_countdown_of_a_proposal_runs(desk: Desk) -> None:
    shown(desk, run(RunState.PROPOSED, started_at=None, decide_by=NOON_TWO + 101))
    assert "begins by itself in 1:41" in desk.window.plans.rows[0].accessibleName()
    desk.clock.at += 60
    desk.window.plans.judge()
    assert "begins by itself in 0:41" in desk.window.plans.rows[0].accessibleName()


def test_beside_a_past_page_it_is_marked_as_now_s(desk: Desk) -> None:
    shown(desk, run())
    row = desk.window.plans.rows[0]
    before = row.grab().toImage()
    desk.shell.show_past(replace(floor(), past=True))
    desk.window.plans.judge()
    settle()
    after = row.grab().toImage()
    past = theme.colour("past").name()
    colours = [
        {image.pixelColor(x, row.height() // 2).name() for x in range(image.width())} for image in (before, after)
    ]
    assert past not in colours[0]
    assert past in colours[1]


def test_the_other_language_at_once(desk: Desk) -> None:
    shown(desk, run())
    desk.shell.change(language="zh_CN")
    settle()
    assert "预案执行中" in desk.window.plans.rows[0].accessibleName()


@pytest.mark.parametrize("chosen", [DARK, LIGHT], ids=["dark", "light"])
def test_its_words_read_on_their_ground(chosen: Colours) -> None:
    low: dict[tuple[Stage, str], float] = {}
    for stage in Stage:
        role = stage_role(stage)
        ground = _blend(chosen.panel, getattr(chosen, role), TINT)
        pairs = {
            "badge": (chosen.sign, getattr(chosen, role)),
            "soft": (chosen.soft, ground),
            "ink": (chosen.ink, ground),
        }
        pairs |= {"tone": (getattr(chosen, role), ground), "past": (chosen.past, ground)}
        low |= {
            (stage, name): round(theme.contrast(*pair), 2)
            for name, pair in pairs.items()
            if theme.contrast(*pair) < 4.5
        }
    assert low == {}


def _blend(under: str, over: str, alpha: float) -> str:
    low, high = QColor(under), QColor(over)
    parts = ((low.red(), high.red()), (low.green(), high.green()), (low.blue(), high.blue()))
    return QColor(*(round(a + (b - a) * alpha) for a, b in parts)).name()


# ---- agreed wordings -------------------------------------------------------------------------------------------------


def test_the_wording_in_force_opens_whole_and_gives_the_focus_back(desk: Desk) -> None:
    shown(desk, wording(text="正在抢修,不承诺时间 <b>不是标记</b>"), wording("d2"))
    row = desk.window.plans.wording
    assert row.isVisible()
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    settle()
    overlay: QWidget | None = desk.window._wordings
    assert overlay is not None
    assert overlay.isVisible()
    labels = [label for label in overlay.findChildren(QLabel) if label.text()]
    assert "正在抢修,不承诺时间 <b>不是标记</b>" in [label.text() for label in labels]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    assert not overlay.isVisible()
    assert focused() is row


def test_what_is_withdrawn_while_one_reads_is_no_longer_there(desk: Desk) -> None:
    shown(desk, wording(), wording("d2", "第二条"))
    desk.window.show_wordings()
    overlay = desk.window._wordings
    assert overlay is not None

    def texts() -> set[str]:
        return {label.text() for label in overlay.findChildren(QLabel)}

    assert {"正在抢修", "第二条"} <= texts()
    shown(desk, replace(wording(), ended_at=NOON_TWO), wording("d2", "第二条"))
    assert "正在抢修" not in texts()
    assert overlay.isVisible()
    shown(desk)
    assert not overlay.isVisible()


# ---- the wall --------------------------------------------------------------------------------------------------------


def test_the_wall_gives_a_plan_a_line_of_letters_read_from_afar_and_no_names(
    desk_of: Callable[..., Desk],
) -> None:
    desk = desk_of(language="zh_CN")
    wall = WallWindow(desk.shell)
    wall.resize(1920, 1080)
    wall.show()
    desk.publish(floor())
    before = wall.grab().toImage()
    shown(desk, run(name="r1"), run(RunState.ASKING, "r2", question="ask", question_at=1), run(name="r3"))
    after = wall.grab().toImage()
    others = [run(name=name, started_by="王经理") for name in ("r1", "r3")]
    shown(desk, run(RunState.ASKING, "r2", question="ask", question_at=1, started_by="王经理"), *others)
    assert wall.grab().toImage() == after, "whoever began it is not on the wall"
    wall.close()
    asking, running = theme.colour("alarm").name(), theme.colour("accent").name()
    column = [after.pixelColor(round(1920 * 0.024), y).name() for y in range(round(1080 * 0.28))]
    # Each line is a band at least a sixteenth of the height, and the two do not touch.
    bands = {colour: [y for y, found in enumerate(column) if found == colour] for colour in (asking, running)}
    assert all(len(band) >= 1080 / 16 for band in bands.values())
    assert bands[asking][-1] < bands[running][0]
    assert [before.pixelColor(60, y) for y in range(0, 1080, 7)] != [after.pixelColor(60, y) for y in range(0, 1080, 7)]
    assert wall._plans.more == 1


# ---- what is told to all desks ---------------------------------------------------------------------------------------


class Heard:
    """What was said outside the window."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sounds = 0
        self.told: list[tuple[str, Tone]] = []
        self.outside: list[str] = []
        desk.shell.told.connect(lambda said, tone: self.told.append((said.english(), tone)))
        monkeypatch.setattr(desk.window.notices, "_sound", self._ring)
        plain = desk.window.notices.say_outside

        def say_outside(title: str, words: str, *, sound: bool = True) -> bool:
            outside = plain(title, words, sound=sound)
            if outside:
                self.outside.append(words)
            return outside

        monkeypatch.setattr(desk.window.notices, "say_outside", say_outside)

    def _ring(self) -> None:
        self.sounds += 1


def notice(**fields: object) -> DeskNotice:
    plain: dict[str, object] = {"id": "m1", "name": "PlanNotice", "title": "高峰", "text": "排队 53", "sound": True}
    return DeskNotice(**{**plain, **fields})  # type: ignore[arg-type]  # fields named by the test


def message(**fields: object) -> Message:
    plain: dict[str, object] = {
        "id": "m1",
        "to": "desks",
        "name": "PlanNotice",
        "fields": {"Title": "高峰", "Text": "排队 53", "Sound": "yes", "Run": "r1"},
        "due": NOON_TWO - 1,
    }
    return Message(**{**plain, **fields})  # type: ignore[arg-type]  # fields named by the test


def test_a_notice_is_said_once_whichever_road_brings_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Heard(desk, monkeypatch)
    shown(desk, message())
    desk.shell.take_notice(notice())
    shown(desk, message(sent_at=NOON_TWO))
    desk.shell.take_notice(notice())
    assert said.outside == ["高峰: 排队 53"]
    assert said.sounds == 1
    assert said.told == [("高峰: 排队 53", Tone.WARN)]
    desk.shell.take_notice(notice(id="m2"))
    assert said.sounds == 2


def test_quiet_mode_leaves_the_line_in_the_window(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Heard(desk, monkeypatch)
    desk.shell.change(quiet=True)
    desk.shell.take_notice(notice())
    assert (said.outside, said.sounds) == ([], 0)
    assert said.told == [("高峰: 排队 53", Tone.WARN)]
    desk.shell.change(quiet=False)
    desk.shell.take_notice(notice())
    assert said.sounds == 0, "what was said in the quiet is not said again after it"


def test_a_new_wording_is_told_without_a_sound(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Heard(desk, monkeypatch)
    desk.shell.take_notice(notice(name="Directive", sound=False))
    assert said.sounds == 0
    assert said.told == [("New agreed wording, 高峰: 排队 53", Tone.WARN)]


def test_the_sound_follows_its_preference() -> None:
    rung: list[int] = []
    preferences = {"now": Preferences(sound=True)}
    notices = Notices(lambda: preferences["now"], lambda: None, lambda: rung.append(1))
    assert notices.say_outside("a", "b")
    preferences["now"] = Preferences(sound=False)
    assert notices.say_outside("a", "b")
    preferences["now"] = Preferences(quiet=True)
    assert not notices.say_outside("a", "b")
    assert len(rung) == 1
