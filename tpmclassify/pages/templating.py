"""The templates of every page: one look, and every text escaped."""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from tpmclassify.pages import words
from tpmclassify.pages.screening_text import BROKEN_PROMISE
from tpmclassify.roles import ROLE_NAMES

LOOK = Path(__file__).with_name("templates") / "look.css"
_HERE = "tpmclassify.pages"


@cache
def environment(package: str = _HERE) -> Environment:
    """Build the templates of a package, which may include those of the reports.

    Everything is escaped unless a template says otherwise, and none does.
    """
    names = dict.fromkeys((package, _HERE))
    found = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in names]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "stacked": stacked,
        "spoken": words.spoken,
        "reason": words.reason_label,
        "reasons": words.reason_labels,
        "because": words.because,
        "verdict": lambda verdict: verdict if verdict in ROLE_NAMES else verdict.capitalize(),
        "count": lambda n: f"{n:,}",
        "local": lambda time: f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}",
        "percent": words.percent,
        "signed": words.signed,
        "strength": words.strength,
        "weight": lambda total: words.strength(total, words.SUM_STRENGTHS),
        "shorten": lambda text, width: textwrap.shorten(text, width, placeholder=" …"),
    }
    found.globals["broken_promise"] = BROKEN_PROMISE
    # Where words are explained: on the page; a report that is sent around has no such place.
    found.globals["glossary"] = "/words" if package != _HERE else ""
    return found


def stacked(counts: Mapping[str, int], whole: int) -> Iterator[tuple[str, float, float]]:
    """Lay counts end to end: names with where they start and how long they are, in percent."""
    start = 0.0
    for name, count in counts.items():
        if count:
            length = 100.0 * count / whole
            yield name, start, length
            start += length
