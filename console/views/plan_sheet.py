"""A plan's report as one printable page: no script, nothing from elsewhere, as good in black and white."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape

from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy, Tone
from console.core.words import Said, in_words, say
from console.core.work.plan_report import PlanReport
from console.views.plan_report import Person, StepLine, ToldReport, tell
from console.views.plan_report_words import KINDS, local
from console.views.plan_sheet_curve import WITHOUT, curve_svg

Words = Callable[[Said], str]

_STYLE = """
@page { size: A4; margin: 15mm 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 800px; color: #111; background: #fff; font-size: 13px;
  line-height: 1.45; font-variant-numeric: tabular-nums;
  font-family: "Segoe UI", "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif; }
header { border-bottom: 2px solid #111; padding-bottom: 10px; margin-bottom: 14px; }
.kicker { display: flex; justify-content: space-between; gap: 16px; color: #444; font-size: 12px; }
h1 { font-size: 25px; line-height: 1.2; margin: 8px 0 4px; }
h2 { font-size: 15px; margin: 22px 0 7px; }
p { margin: 0; }
.headline { font-size: 15px; }
.figures { display: grid; grid-template-columns: repeat(5, 1fr); gap: 9px; }
.figure { border: 1px solid #999; border-radius: 6px; padding: 8px 10px; }
.figure .label, .figure .under { color: #444; font-size: 11px; }
.figure .value { font-size: 23px; font-weight: 600; line-height: 1.3; }
.figure.warn { border: 2px solid #111; padding: 7px 9px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 5px; color: #333; font-size: 11px; }
.legend span { display: inline-flex; align-items: center; gap: 6px; }
svg { display: block; width: 100%; height: auto; }
.legend svg { display: inline-block; width: 30px; height: 10px; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 5px 8px 5px 0; border-bottom: 1px solid #ccc; }
th { font-weight: 600; color: #333; font-size: 11px; border-bottom: 1px solid #111; white-space: nowrap; }
td.time, td.number, th.number { white-space: nowrap; }
td.number, th.number { text-align: right; padding-right: 14px; }
td.who, td.kind { white-space: nowrap; color: #444; }
tr.lever td { color: #444; font-size: 11px; padding-top: 3px; padding-bottom: 3px; }
.quiet { color: #444; font-size: 11px; }
code { font-family: ui-monospace, Consolas, Menlo, "Noto Sans Mono", monospace; font-size: 11px;
  overflow-wrap: anywhere; }
.bad { font-weight: 700; }
.bad::before { content: "! "; }
.noticed { border: 1px solid #111; border-radius: 3px; padding: 0 4px; font-size: 11px; white-space: nowrap; }
dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: 6px 16px; }
dt { font-weight: 600; }
dt .quiet { font-weight: 400; }
dd { margin: 0; }
footer { border-top: 1px solid #111; margin-top: 24px; padding-top: 8px; color: #444; font-size: 11px; }
@media print {
  body { padding: 0; max-width: none; font-size: 11.5px; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  thead { display: table-header-group; }
  tr, .figure, .curve, dl > div { break-inside: avoid; }
  h2 { break-after: avoid; }
}
"""


def sheet_html(
    report: PlanReport,
    language: str,
    *,
    words: Mapping[str, str] | None = None,
    policy: FloorPolicy | None = None,
    names: Mapping[str, str] | None = None,
    printed_at: Instant | None = None,
) -> str:
    """Return a report as one self-contained page of HTML (that is XML as well), everything in it escaped.

    `language` is zh_CN or en, `words` its catalogue (none: English), `policy` gives zone and names of groups,
    `names` those of people by id.
    """
    floor = policy or FloorPolicy()
    told = tell(report, floor, names)
    table = words or {}

    def speak(said: Said) -> str:
        return in_words(said, table)

    return "\n".join(_page(told, floor, speak, language.replace("_", "-"), printed_at)) + "\n"


def _page(
    told: ToldReport, policy: FloorPolicy, words: Words, language: str, printed_at: Instant | None
) -> Iterator[str]:
    name = _safe(words(say("{plan} · {subject}", plan=told.plan, subject=told.subject)))
    kicker = _safe(words(say("Report of an emergency plan")))
    run = _safe(f"{told.day} · {words(say('run {run}', run=told.run))}")
    where = f" · {_safe(policy.centre)}" if policy.centre else ""
    yield "<!DOCTYPE html>"
    yield f'<html lang="{_safe(language)}" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>'
    yield """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>"""
    yield f'<meta name="viewport" content="width=device-width"/><title>{name} · {told.day}</title>'
    yield f"<style>{_STYLE}</style></head><body>"
    yield f'<header><div class="kicker"><span>{kicker}{where}</span><span>{run}</span></div><h1>{name}</h1>'
    yield f'<p class="headline">{_safe("; ".join(words(part) for part in told.headline))}</p></header>'
    yield from _figures(told, words)
    yield f'<h2>{_safe(words(say("People waiting and average wait")))}</h2><div class="curve">'
    yield curve_svg(told, policy, lambda said: _clean(words(said)))
    yield f'<div class="legend">{"".join(_legend(told, words))}</div></div>'
    yield from _spans(told, words)
    yield from _steps(told, words)
    yield from _timeline(told, words)
    yield from _people(told.people, words)
    yield f"<footer>{_foot(told, policy, words, printed_at)}</footer></body></html>"


def _figures(told: ToldReport, words: Words) -> Iterator[str]:
    yield '<div class="figures">'
    for each in told.figures:
        warn = "" if each.tone is Tone.CALM else " warn"
        under = "" if each.under is None else f'<div class="under">{_safe(words(each.under))}</div>'
        yield (
            f'<div class="figure{warn}"><div class="label">{_safe(words(each.label))}</div>'
            f'<div class="value">{_safe(each.value)}</div>{under}</div>'
        )
    yield "</div>"


_STROKES = {
    "waiting": 'stroke-width="1.6"',
    "wait": 'stroke="#777" stroke-width="1.4" stroke-dasharray="5 3"',
    "limit": 'stroke-width="0.9" stroke-dasharray="1 3"',
    Tone.ALARM: 'stroke-width="1.6"',
    Tone.WARN: 'stroke-width="1" stroke-dasharray="6 2"',
    Tone.CALM: 'stroke-width="1" stroke-dasharray="2 2"',
}


def _legend(told: ToldReport, words: Words) -> Iterator[str]:
    yield _entry(_across("waiting"), words(say("people waiting")))
    yield _entry(_across("wait"), words(say("average wait (s)")))
    if told.without:
        stroke = f'<line x1="1" y1="5" x2="29" y2="5" {WITHOUT}/>'
        yield _entry(stroke, words(say("people waiting, forecast of doing nothing")))
    for tone in (Tone.ALARM, Tone.WARN, Tone.CALM):
        named = [mark.said for mark in told.marks if mark.what != "step" and mark.tone is tone]
        if named:
            yield _entry(_upright(tone), ", ".join(words(said) for said in named))
    if any(mark.what == "step" for mark in told.marks):
        circle = '<circle cx="15" cy="5" r="4.4" fill="#fff" stroke="#000" stroke-width="0.8"/>'
        yield _entry(circle, words(say("a step stands; its number is that of the table")))
    if any(mark.what == "begun" for mark in told.marks):
        ground = '<rect x="4" y="0" width="22" height="10" fill="#e2e2e2"/>'
        yield _entry(ground, words(say("while it stood")))


def _across(stroke: str) -> str:
    return f'<line x1="1" y1="5" x2="29" y2="5" stroke="#000" {_STROKES[stroke]}/>'.replace(
        'stroke="#000" stroke="#777"', 'stroke="#777"'
    )


def _upright(tone: Tone) -> str:
    return f'<line x1="15" y1="0" x2="15" y2="10" stroke="#000" {_STROKES[tone]}/>'


def _entry(drawn: str, words: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10" aria-hidden="true">{drawn}</svg>'
    return f"<span>{svg}{_safe(words)}</span>"


def _spans(told: ToldReport, words: Words) -> Iterator[str]:
    heads = (
        say("most waiting"),
        say("waiting on average"),
        say("average wait"),
        say("answered"),
        say("gave up"),
    )
    yield f"<h2>{_safe(words(say('Before, while it stood, after')))}</h2>"
    yield f"<table><thead><tr><th></th>{_heads(heads, words, 'number')}</tr></thead><tbody>"
    for span in told.spans:
        figures = (span.peak, span.mean, span.wait, span.answered, span.abandoned)
        cells = "".join(f'<td class="number">{_safe(figure)}</td>' for figure in figures)
        yield f"<tr><td>{_safe(words(span.label))}</td>{cells}</tr>"
    yield "</tbody></table>"
    if told.without_trouble is not None:
        why = words(say("Forecast of doing nothing: {why}", why=told.without_trouble))
        yield f'<p class="quiet">{_safe(why)}</p>'


def _steps(told: ToldReport, words: Words) -> Iterator[str]:
    yield f"<h2>{_safe(words(say('Steps')))}</h2>"
    if not told.steps:
        return
    heads = (say("step"), say("state"), say("begins at"), say("stands at"), say("took"), say("back at"))
    yield f'<table><thead><tr><th class="number">#</th>{_heads(heads, words)}</tr></thead><tbody>'
    for step in told.steps:
        cells = "".join(
            f'<td class="time">{_safe(each)}</td>' for each in (step.begun, step.stood, step.took, step.ended)
        )
        state = _marked(words(step.state), bad=step.tone is Tone.ALARM)
        what = f'<td class="number">{step.n}</td><td>{_step_words(step, words)}</td><td class="time">{state}</td>'
        yield f"<tr>{what}{cells}</tr>"
    yield "</tbody></table>"


def _step_words(step: StepLine, words: Words) -> str:
    told = _safe(words(step.words))
    if step.visible:
        told += f' <span class="noticed">{_safe(words(say("customers notice")))}</span>'
    if step.trouble is not None:
        told += f'<div class="bad">{_safe(words(step.trouble))}</div>'
    if step.asked:
        told += f'<div class="quiet">{_safe(", ".join(words(each) for each in step.asked))}</div>'
    if step.levers:
        told += f"<div><code>{_safe(', '.join(step.levers))}</code></div>"
    return told


def _timeline(told: ToldReport, words: Words) -> Iterator[str]:
    yield f"<h2>{_safe(words(say('Timeline')))}</h2>"
    heads = (say("time"), say("what"), say("who"), say("what happened"))
    yield f"<table><thead><tr>{_heads(heads, words)}</tr></thead><tbody>"
    for line in told.timeline:
        why = f'<div class="quiet">{_safe(words(say("reason: {why}", why=line.why)))}</div>' if line.why else ""
        kind = _safe(words(KINDS[line.kind]))
        said = _marked(words(line.said), bad=line.tone is Tone.ALARM)
        yield (
            f'<tr class="{line.kind}"><td class="time">{_safe(line.time)}</td><td class="kind">{kind}</td>'
            f'<td class="who">{_safe(line.who)}</td><td>{said}{why}</td></tr>'
        )
    yield "</tbody></table>"


def _people(people: Iterable[Person], words: Words) -> Iterator[str]:
    yield f"<h2>{_safe(words(say('People')))}</h2><dl>"
    for person in people:
        decided = "".join(f"<div>{_safe(words(each))}</div>" for each in person.decided)
        role = f'<div class="quiet">{_safe(words(person.role))}</div>'
        yield f"<dt>{_safe(person.name)}{role}</dt><dd>{decided}</dd>"
    yield "</dl>"


def _foot(told: ToldReport, policy: FloorPolicy, words: Words, printed_at: Instant | None) -> str:
    parts = [words(say("version {version} of the plan", version=told.version))]
    if printed_at is not None:
        at = local(printed_at, policy)
        parts.append(words(say("printed {time}", time=f"{at:%Y-%m-%d %H:%M:%S %Z}".strip())))
    foot = _safe(" · ".join(parts))
    if told.journal_head:
        head = _safe(words(say("head of the journal")))
        foot += f"<div>{head} <code>{_safe(told.journal_head)}</code></div>"
    return foot


def _heads(heads: Iterable[Said], words: Words, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return "".join(f"<th{attribute}>{_safe(words(head))}</th>" for head in heads)


def _marked(text: str, *, bad: bool) -> str:
    return f'<span class="bad">{_safe(text)}</span>' if bad else _safe(text)


def _safe(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Return a text without the signs no page may hold: controls other than line ends, and halves of pairs."""
    return "".join(
        letter
        for letter in text
        if letter in "\t\n"
        or (
            letter >= " "
            and not "\x7f" <= letter <= "\x9f"
            and not "\ud800" <= letter <= "\udfff"
            and letter not in "\ufffe\uffff"
        )
    )
