"""The domain's words: roles, responsibilities, dimensions, and what a title claims."""

import re
from typing import Literal

Role = Literal["TPM", "PM"]
Verdict = Literal["TPM", "PM", "neither", "review"]
ReviewReason = Literal[
    "uncertain", "out_of_scope", "too_short", "too_little_evidence", "not_english", "resume",
    "empty", "too_long",
]  # fmt: skip

TPM: Role = "TPM"
PM: Role = "PM"
NEITHER = "neither"
ROLE_NAMES = {TPM: "Technical Program Manager", PM: "Project Manager"}
LABELS = (TPM, PM, NEITHER)

RESPONSIBILITIES = (
    "strategic_planning",
    "stakeholder_management",
    "technical_expertise",
    "cross_functional_collaboration",
    "project_planning",
    "resource_management",
    "risk_management",
    "communication",
)
OTHER = "other"
DIMENSIONS = (
    "scope_and_complexity",
    "technical_knowledge",
    "strategy_or_execution",
    "collaboration_and_leadership",
)

_TPM_TITLE = re.compile(
    r"\b(?:technical|technology|engineering|eng|tech)\s+(?:\w+\s+){0,2}?program(?:me)?s?\s+"
    r"(?:manager|mgr|lead|leader|director)\b|\bt\.?p\.?g?\.?m\b|\bepm\b",
    re.IGNORECASE,
)
_PM_TITLE = re.compile(
    r"\bprojects?\s+(?:\w+\s+)?(?:manager|mgr|lead|leader|director)\b|\bpmo\b",
    re.IGNORECASE,
)


def title_role(title: str | None) -> Role | None:
    """Read which role a title claims.

    Parameters
    ----------
    title : str or None
        A job title.

    Returns
    -------
    "TPM", "PM" or None
        "TPM" for a technical or engineering program manager, "PM" for a project manager
        (technical and IT project managers and PMO included), None for anything else: a program
        manager alone, both at once, or no title.
    """
    if not title:
        return None
    text = re.sub(r"[/,&_()|–—-]+", " ", title)
    tpm, pm = _TPM_TITLE.search(text), _PM_TITLE.search(text)
    if tpm and not pm:
        return TPM
    if pm and not tpm:
        return PM
    return None
