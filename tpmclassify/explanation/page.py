"""A decision as HTML: self-contained, no script, nothing loaded from outside.

Every text goes through `_element`, which escapes it: a posting was written by strangers.
"""

from html import escape

from tpmclassify.explanation.decision import Decision, Evidence
from tpmclassify.explanation.words import (
    deciding,
    headline,
    missing,
    other_role,
    spoken,
    title_check,
)
from tpmclassify.roles import PM, TPM, Role

# Blue and orange can be told apart by colour-blind readers; marks say the same in text.
_MARKS = {TPM: "▲", PM: "▼"}
_STYLE = """
.tpmc { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 60rem; margin: 0 auto; padding: 1rem; }
.tpmc h1 { font-size: 1.3rem; margin: 0 0 .5rem; }
.tpmc h2 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
.tpmc ul { margin: 0; padding-left: 1.2rem; } .tpmc blockquote { margin: 0 0 .4rem; color: #444; }
.tpmc table { border-collapse: collapse; width: 100%; } .tpmc td { padding: .1rem .4rem .1rem 0; }
.tpmc td.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tpmc svg { display: block; width: 100%; height: 1rem; }
.tpmc .TPM { fill: #0b62a4; } .tpmc .PM { fill: #c65102; }
.tpmc pre { white-space: pre-wrap; font: inherit; overflow-wrap: anywhere; }
.tpmc mark { color: inherit; background: none; }
.tpmc mark.TPM1 { background: #e3effa; } .tpmc mark.PM1 { background: #fdeee0; }
.tpmc mark.TPM2 { background: #bcdaf5; } .tpmc mark.PM2 { background: #fbd6b5; }
.tpmc mark.TPM3 { background: #8ec1ee; } .tpmc mark.PM3 { background: #f5b57c; }
.tpmc sup { font-size: .7em; color: #444; } .tpmc .legend { color: #444; font-size: .9rem; }
"""
_STRONG, _MEDIUM = 0.6, 0.25


def page(decision: Decision) -> str:
    """The decision as a page of its own."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(f'{decision.verdict} - tpmclassify')}</title></head>"
        f"<body>{fragment(decision)}</body></html>\n"
    )


def fragment(decision: Decision) -> str:
    """The decision as a piece of HTML, as notebooks show it."""
    parts = [
        f"<style>{_STYLE}</style>",
        _element("h1", headline(decision)),
        *(_element("p", text) for text in (title_check(decision), missing(decision)) if text),
        _side(decision, decision.label, f"What speaks for {decision.label}"),
        _side(decision, other_role(decision.label), "What speaks against it"),
        _bars("Responsibilities", decision.responsibilities),
        _bars("Dimensions", decision.dimensions),
        _flips(decision),
        _element("h2", "The posting"),
        _element(
            "p",
            f"{_MARKS[TPM]} blue lines speak for TPM, {_MARKS[PM]} orange lines for PM; "
            "the stronger the colour, the more they count. Figures are log-odds of TPM.",
            "legend",
        ),
        f"<pre>{_shaded(decision)}</pre>",
    ]
    return f'<div class="tpmc">{"".join(part for part in parts if part)}</div>'


def _element(tag: str, text: str, css_class: str = "") -> str:
    attribute = f' class="{escape(css_class)}"' if css_class else ""
    return f"<{tag}{attribute}>{escape(text)}</{tag}>"


def _side(decision: Decision, role: Role, title: str) -> str:
    items = [
        "<li>"
        + _element("strong", f"{spoken(name)} {total:+.2f}")
        + _element("blockquote", f"“{line.text}”")
        + "</li>"
        for name, total, line in deciding(decision, role)
    ]
    return _element("h2", title) + f"<ul>{''.join(items)}</ul>" if items else ""


def _bars(title: str, sums: dict[str, float]) -> str:
    largest = max((abs(value) for value in sums.values()), default=0.0) or 1.0
    rows = []
    for name, value in sums.items():
        width = 50.0 * abs(value) / largest
        start = 50.0 if value > 0 else 50.0 - width
        side = TPM if value > 0 else PM
        bar = (
            '<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="{side}" x="{start:.2f}" y="0" width="{width:.2f}" height="4"/>'
            '<rect x="49.9" y="0" width=".2" height="4"/></svg>'
        )
        mark = f"{_MARKS[side]} {side}" if value else ""
        rows.append(
            f'<tr>{_element("td", spoken(name))}<td style="width:45%">{bar}</td>'
            f"{_element('td', f'{value:+.2f} {mark}', 'figure')}</tr>"
        )
    return _element("h2", title) + f"<table>{''.join(rows)}</table>"


def _flips(decision: Decision) -> str:
    if not decision.flips_by:
        return ""
    intro = f"Without these lines it would read as {other_role(decision.label)}:"
    items = "".join(_element("li", line.text) for line in decision.flips_by)
    return (
        _element("h2", "What would change the label") + _element("p", intro) + f"<ul>{items}</ul>"
    )


def _shaded(decision: Decision) -> str:
    pieces, position = [], 0
    for line in sorted(decision.evidence, key=lambda e: e.start):
        pieces.append(escape(decision.text[position : line.start]))
        pieces.append(_mark(line))
        position = line.end
    pieces.append(escape(decision.text[position:]))
    return "".join(pieces)


def _mark(line: Evidence) -> str:
    size = abs(line.contribution)
    strength = 3 if size >= _STRONG else 2 if size >= _MEDIUM else 1
    note = f"{_MARKS[line.role]} {line.contribution:+.2f} {spoken(line.responsibility)}"
    return (
        f'<mark class="{line.role}{strength}" title="{escape(note)}">{escape(line.text)}</mark>'
        + _element("sup", f" {note}" if strength > 1 else f" {_MARKS[line.role]}")
    )
