"""The words and figures of every page: reasons for review, names, shares, contributions."""

import re
from pathlib import Path

from tpmclassify.roles import NEITHER, PM, ROLE_NAMES, TPM, Role

# Why a posting is for a person to decide: as a sentence about one, as a label for many.
REASONS = {
    "uncertain": ("it may be either of the two roles", "either of the two roles"),
    "out_of_scope": ("it may be neither of the two roles", "perhaps neither role"),
    "too_short": ("the text is too short to judge", "too short"),
    "too_little_evidence": ("it says too little of what there is to do", "too few duties"),
    "not_english": ("the text does not read as English", "not in English"),
    "resume": ("it reads as a person's résumé: only postings are judged here", "a résumé"),
    "empty": ("there is no text", "empty"),
    "too_long": ("the text is too long to be read", "too long to read"),
}
VERDICTS: dict[str, str] = {
    TPM: ROLE_NAMES[TPM],
    PM: ROLE_NAMES[PM],
    NEITHER: "another job",
    "review": "for a person to decide",
}
# Log-odds from which on a part counts as strong, and as some. Of the lines of decided postings 55 %
# stay below the first and 24 % below the second; sums over a responsibility's lines are larger.
LINE_STRENGTHS, SUM_STRENGTHS = (0.6, 0.25), (1.5, 0.5)
# Reasons about which role it is: the text itself could be read.
ABOUT_ROLES = frozenset({"uncertain", "out_of_scope"})
# Shares are given in whole percent; what would be rounded to none or all of them is not.
_LEAST_SHARE, _MOST_SHARE = 0.005, 0.995
_OPTION = re.compile(r"--([a-z-]+) \(\w+=\w*\)")
# What the page calls an option of the command line.
_FIELDS = {"text": "Text of the postings", "header-row": "Row with the column names"}


def reason_label(code: str) -> str:
    """Name a reason for review, as in a table; a code of another version stands for itself."""
    return REASONS[code][1] if code in REASONS else code


def reason_labels(codes: str) -> str:
    """Name the reasons of a row, which are joined there by semicolons."""
    return ", ".join(map(reason_label, codes.split(";")))


def because(grounds: str) -> str:
    """The grounds of a row, in the form of `tpm_because`, with their weights in words."""
    named = (ground.rpartition(" ") for ground in grounds.split("; ") if ground)
    return ", ".join(f"{spoken(name)}: {strength(float(x), SUM_STRENGTHS)}" for name, _, x in named)


def other_role(role: Role) -> Role:
    """The other one of the two roles."""
    return PM if role == TPM else TPM


def spoken(name: str) -> str:
    """A name of the domain as it is said."""
    return name.replace("cross_functional", "cross-functional").replace("_", " ")


def signed(x: float) -> str:
    """A contribution with its sign, and none where it is nothing."""
    return f"{x:+.2f}".replace("-", "−") if round(x, 2) else "0"


def strength(x: float, levels: tuple[float, float] = LINE_STRENGTHS) -> str:
    """A contribution in a word: strong, some, slight, or none."""
    strong, some = levels
    size = round(abs(x), 2)
    return "strong" if size >= strong else "some" if size >= some else "slight" if size else "none"


def percent(part: float, whole: float = 1.0) -> str:
    """A share in whole percent, never rounded to none or all of it."""
    share = part / whole if whole else 0.0
    if 0.0 < share < _LEAST_SHARE:
        return "under 1%"
    if _MOST_SHARE <= share < 1.0:
        return "over 99%"
    return f"{share:.0%}"


def page_message(message: str, path: Path, name: str) -> str:
    """A message about an upload: by its own name, and without the command line's options."""
    return _OPTION.sub(
        lambda option: f"“{_FIELDS.get(option[1], option[1].capitalize())}”",
        message.replace(str(path), name),
    )
