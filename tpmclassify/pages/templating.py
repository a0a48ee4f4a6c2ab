"""The templates of every page: one look, and every text escaped."""

import textwrap
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from tpmclassify.pages.decision_text import spoken
from tpmclassify.pages.plots import histogram, stacked_bar
from tpmclassify.tables.summary import REASONS_IN_WORDS

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
        "spoken": spoken,
        "reason": lambda code: REASONS_IN_WORDS.get(code, code),
        "count": lambda n: f"{n:,}",
        "percent": percent,
        "signed": signed,
        "shorten": lambda text, width: textwrap.shorten(text, width, placeholder=" …"),
    }
    return found


def signed(x: float) -> str:
    """A contribution with its sign, and none where it is nothing."""
    return f"{x:+.2f}".replace("-", "−") if round(x, 2) else "0"


def percent(part: float, whole: float = 1.0) -> str:
    """A share in whole percent, never rounded to none or all of it."""
    share = part / whole if whole else 0.0
    if 0.0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1.0:
        return "over 99%"
    return f"{share:.0%}"
