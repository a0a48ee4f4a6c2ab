"""The templates of every page: one look, and every text escaped."""

import textwrap
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from tpmclassify.pages import words
from tpmclassify.pages.plots import histogram, stacked_bar
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
        "histogram": histogram,
        "stacked_bar": stacked_bar,
        "spoken": words.spoken,
        "reason": words.reason_label,
        "reasons": words.reason_labels,
        "verdict": lambda verdict: verdict if verdict in ROLE_NAMES else verdict.capitalize(),
        "count": lambda n: f"{n:,}",
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
