"""A report as one HTML file, in English and Korean, that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from . import charts
from .scores import Score, full_probabilities
from .words import ENGLISH, KOREAN, WORDS, Said, learnt

if TYPE_CHECKING:
    from .report import Report

_STYLE = """
:root { --paper:#fff; --ink:#1f2933; --soft:#52606d; --line:#d9e0e6; --box:#f5f7f9;
  --green:#3daa5c; --blue:#2166ac; --red:#a50f15; --yellow:#ffd43b; }
@media (prefers-color-scheme: dark) { :root { --paper:#14191e; --ink:#e4e9ee; --soft:#9fb0bf;
  --line:#33404b; --box:#1c242b; --green:#4fc274; --blue:#6aaee8; --red:#f2777b; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--paper); color:var(--ink);
  font:16px/1.55 system-ui, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
main { max-width:1000px; margin:0 auto; padding:28px 20px 60px; }
h1 { font-size:1.9rem; line-height:1.2; margin:.2em 0 .1em; overflow-wrap:anywhere; }
h2 { font-size:1.2rem; margin:0 0 .3em; } p { margin:.3em 0 .8em; } .soft { color:var(--soft); }
p.soft::first-letter { text-transform:uppercase; }
section { margin-top:34px; }
.verdict { border-left:6px solid var(--green); background:var(--box); padding:12px 16px; }
.verdict.doubt { border-color:var(--yellow); } .verdict.no { border-color:var(--red); }
.warnings { border-left:6px solid var(--yellow); background:var(--box); padding:12px 16px; }
.warnings ul { margin:0; padding-left:1.2em; }
.pair { display:grid; grid-template-columns:repeat(auto-fit, minmax(320px, 1fr)); gap:34px; }
.wide { overflow-x:auto; }
table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums; }
th, td { text-align:left; padding:6px 14px 6px 0; border-bottom:1px solid var(--line);
  vertical-align:middle; } th { font-weight:600; }
td.own { font-weight:600; } .matrix td, .matrix th { text-align:right; } .matrix { width:auto; }
.matrix td { border:2px solid var(--paper); padding:6px 10px; min-width:54px; }
svg { width:100%; height:auto; display:block; } svg text { fill:var(--ink); font-size:12px; }
svg.interval { min-width:64px; max-width:140px; }
.mid { text-anchor:middle; } .end { text-anchor:end; }
.axis { margin:0; font-size:12.5px; text-align:center; color:var(--soft); white-space:nowrap; }
.grid { stroke:var(--line); fill:none; } .guide { stroke:var(--soft); stroke-dasharray:5 4; }
.pair svg { max-width:540px; } .matrix { margin-top:6px; }
.pale { stroke:var(--green); opacity:.35; fill:none; } .dark { stroke:var(--blue); fill:none;
  stroke-width:1.2; opacity:.8; } .dark, .pale { stroke-linejoin:round; }
.range { stroke:var(--blue); stroke-width:6; opacity:.35; } .whisker { stroke:var(--soft); }
.dot { fill:var(--blue); } .point { fill:var(--blue); opacity:.45; } .bar { fill:var(--green); }
.bricks svg { max-width:830px; background:#fff; border-radius:6px; }
.languages { float:right; } .languages button { font:inherit; border:0; background:none;
  color:var(--soft); cursor:pointer; padding:4px 8px; }
.languages button[aria-pressed=true] { color:var(--ink); font-weight:600;
  border-bottom:2px solid var(--green); }
html[lang=en] .ko, html[lang=ko] .en { display:none; }
@media print { .languages { display:none; } section { break-inside:avoid; } }
"""

_SCRIPT = """
function speak(language) {
  document.documentElement.lang = language;
  for (const button of document.querySelectorAll(".languages button"))
    button.setAttribute("aria-pressed", button.value === language);
}
speak(FIRST || (navigator.language.startsWith("ko") ? "ko" : "en"));
"""


def page(report: Report, language: str | None = None) -> str:
    """Return a report as HTML.

    Args:
        report: the report.
        language: "en" or "ko", which is shown first; None: that of the browser.
    """
    target = report.task.targets[0] if len(report.task.targets) == 1 else report.task.targets
    title = Said("title", name=target)
    sections = [
        _head(report, title),
        _warnings(report),
        _scores(report),
        '<div class="pair">'
        + "".join((_curves(report), _importance(report), *_by_task(report)))
        + "</div>",
        _columns(report),
        _bricks(report),
    ]
    first = f'"{language}"' if language else "null"
    return (
        f'<!DOCTYPE html>\n<html lang="{language or "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title.text(KOREAN if language == 'ko' else ENGLISH))}</title>"
        f"<style>{_STYLE}</style></head><body><main>"
        + "\n".join(part for part in sections if part)
        + f"</main><script>{_SCRIPT.replace('FIRST', first)}</script></body></html>\n"
    )


def _both(said: Said | str, **values) -> str:
    """A text in both languages, of which the style sheet shows one."""
    said = Said(said, **values) if isinstance(said, str) else said
    english, korean = (escape(said.text(language)) for language in (ENGLISH, KOREAN))
    if english == korean:
        return english
    return f'<span class="en" lang="en">{english}</span><span class="ko" lang="ko">{korean}</span>'


def _section(key: str, body: str, style: str = "", **values) -> str:
    text = _both(f"{key} text", **values) if f"{key} text" in WORDS else ""
    text = text and f'<p class="soft">{text}</p>'
    return f'<section class="{style}"><h2>{_both(key)}</h2>{text}{body}</section>'


def _head(report: Report, title: Said) -> str:
    verdict = report.verdict
    doubt = {"maybe better": " doubt", "not better": " no", "no better than linear": " no"}.get(
        verdict.key, ""
    )
    rows = sum(report.rows)
    summary = _both(
        "summary",
        rows=rows,
        columns=len(report.table.columns),
        features=len(report.table.features),
        seconds=f"{report.seconds:.1f}",
    )
    return (
        '<div class="languages"><button value="en" onclick="speak(this.value)">English</button>'
        '<button value="ko" onclick="speak(this.value)">한국어</button></div>'
        f"<h1>{_both(title)}</h1><p class='soft'>{_both(report.kind)}. {summary} "
        f"{_both('final', rows=rows)}</p>"
        f'<p class="verdict{doubt}">{_both(verdict)}</p>'
    )


def _warnings(report: Report) -> str:
    if not report.notes:
        return ""
    items = "".join(f"<li>{_both(note)}</li>" for note in report.notes)
    return f'<section class="warnings"><h2>{_both("warnings")}</h2><ul>{items}</ul></section>'


def _scores(report: Report) -> str:
    named = [
        (Said("this model"), report.scores),
        *((other.name, other.scores) for other in report.baselines),
    ]
    columns = []
    for i in range(len(report.scores)):
        own = [scores[i] for _, scores in named]
        columns.append(charts.intervals([_bounds(score) for score in own]))
    rows = []
    for row, (name, scores) in enumerate(named):
        cells = "".join(
            f"<td>{_number(score.value)}{columns[i][row]}</td>" for i, score in enumerate(scores)
        )
        style = ' class="own"' if not row else ""
        rows.append(f"<tr><td{style}>{_both(name)}</td>{cells}</tr>")
    heads = "".join(f"<th>{escape(score.name)}</th>" for score in report.scores)
    trained, aside = report.rows
    return _section(
        "scores",
        f'<div class="wide"><table><tr><th></th>{heads}</tr>{"".join(rows)}</table></div>',
        aside=aside,
        trained=trained,
        split=report.split,
    )


def _bounds(score: Score) -> tuple[float, float, float]:
    low, value, high = (
        0.0 if not np.isfinite(x) else float(x) for x in (score.low, score.value, score.high)
    )
    return low, value, high


def _number(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else "-"


def _curves(report: Report) -> str:
    if not report.curves:
        return ""
    return _section("curves", charts.curves(report.curves, _both("epoch"), _both("loss")))


def _importance(report: Report) -> str:
    if not report.importance:
        return ""
    names, values, spreads = zip(*report.importance, strict=True)
    return _section("importance", charts.bars(names, values, spreads), score=report.scores[0].name)


def _by_task(report: Report) -> Iterable[str]:
    task, y, p = report.task, report.y, report.outputs
    if task.kind == "classes":
        yield _confusion(report)
        full = full_probabilities(p)
        k = 1 if full.shape[1] == 2 else int(np.bincount(y, minlength=full.shape[1]).argmax())
        chart = charts.reliability(y == k, full[:, k], _both("predicted"), _both("share"))
        yield _section("calibration", chart, name=task.names[k])
    elif task.kind == "labels":
        for k, name in enumerate(task.names[:6]):
            chart = charts.reliability(y[:, k], p[:, k], _both("predicted"), _both("share"))
            yield _section("calibration", chart, name=name)
    else:
        for k in range(min(6, p.shape[1])):
            chart = charts.scatter(y[:, k], p[:, k], _both("predicted"), _both("true"))
            yield _section("residuals", chart)


def _confusion(report: Report) -> str:
    names, full = report.task.names, full_probabilities(report.outputs)
    if len(names) > 12:
        return ""
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (report.y, full.argmax(1)), 1)
    rows = []
    for i, name in enumerate(names):
        total = max(1, counts[i].sum())
        cells = "".join(
            f'<td style="background:color-mix(in srgb, var(--{"green" if i == j else "red"}) '
            f'{70 * counts[i, j] / total:.0f}%, var(--box))">{counts[i, j]:,}</td>'
            for j in range(len(names))
        )
        rows.append(f"<tr><th>{escape(name)}</th>{cells}</tr>")
    heads = "".join(f"<th>{escape(name)}</th>" for name in names)
    table = f'<table class="matrix"><tr><th></th>{heads}</tr>{"".join(rows)}</table>'
    return _section("confusion", f'<div class="wide">{table}</div>')


def _columns(report: Report) -> str:
    rows = [
        f"<tr><td>{escape(column.name)}</td><td>{_both(column.kind)}</td>"
        f"<td>{_both(learnt(column))}</td></tr>"
        for column in report.table.columns
    ]
    rows += [
        f'<tr class="soft"><td>{escape(name)}</td><td></td>'
        f"<td>{_both('left out', why=Said(why))}</td></tr>"
        for name, why in report.table.left_out.items()
    ]
    heads = "".join(f"<th>{_both(key)}</th>" for key in ("column", "kind", "learnt"))
    return _section(
        "columns", f'<div class="wide"><table><tr>{heads}</tr>{"".join(rows)}</table></div>'
    )


def _bricks(report: Report) -> str:
    if not report.picture:
        return ""
    key = "bricks text" if report.networks > 1 else "bricks of one"
    return (
        f'<section class="bricks"><h2>{_both("bricks")}</h2>'
        f'<p class="soft">{_both(key, count=report.networks)}</p>{report.picture}</section>'
    )
