"""What a caller gets back: a decision and its grounds."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from tpmclassify.roles import NEITHER, PM, TPM, Role


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of a posting and its exact part of both scores.

    Attributes
    ----------
    text : str
        The line, verbatim: ``decision.text[start:end]``.
    start, end : int
        Offsets into the decision's text, in code points.
    responsibility : str
        One of the eight responsibilities, or "other".
    role : "TPM" or "PM"
        The side that the line speaks for.
    contribution : float
        The line's part of the score, in log-odds of TPM.
    scope_contribution : float
        The line's part of the scope score, in log-odds of one of the two roles.
    """

    text: str
    start: int
    end: int
    responsibility: str
    role: Role
    contribution: float
    scope_contribution: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a posting stands in one responsibility or dimension among known postings.

    Attributes
    ----------
    among_tpm, among_pm : int
        Percent of TPM (PM) postings whose contribution is smaller, 0 to 100.
    lines : int or None
        Lines of this posting on the responsibility; None for a dimension.
    usual_lines_tpm, usual_lines_pm : float or None
        Mean number of such lines in TPM (PM) postings; None for a dimension.
    usual_tpm, usual_pm : float
        Median contribution among TPM (PM) postings, in log-odds of TPM.
    """

    among_tpm: int
    among_pm: int
    lines: int | None
    usual_lines_tpm: float | None
    usual_lines_pm: float | None
    usual_tpm: float
    usual_pm: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a posting is for a TPM, for a PM or for neither, and why.

    Attributes
    ----------
    text : str
        The plain text that was read; all offsets are code points into it.
    label : "TPM" or "PM"
        The likelier role.
    p_tpm : float
        Calibrated probability of TPM given one of the two; ``logit(p_tpm) == score``.
    verdict : "TPM", "PM", "neither" or "review"
    review_reasons : tuple of str
        Of "uncertain" (TPM or PM?), "out_of_scope" (one of the two, or neither?), "too_short",
        "not_english", "empty".
    p_in_scope : float
        Probability that this is a TPM or PM role at all; ``logit(p_in_scope) == scope_score``.
    title_role : "TPM", "PM" or None
        The role that the title claims.
    title_agrees : bool or None
        Whether the title's claim is the verdict; None where it claims nothing, or the verdict is
        not one of the two.
    score, baseline : float
        Log-odds of TPM, and what they would be without any line:
        ``score == baseline + sum(e.contribution for e in evidence)``.
    scope_score, scope_baseline, scope_title : float
        Log-odds of one of the two roles, what they would be without any line, and what the title
        adds: ``scope_score == scope_baseline + scope_title + sum of scope_contribution``.
    evidence : tuple of Evidence
        Largest part first; every part of the score is in one.
    responsibilities, dimensions : dict of str to float
        Summed contributions, "other" included; both add up to ``score - baseline``.
    profile : dict of str to Standing
        Where the posting stands among TPM and among PM postings.
    flips_by : tuple of Evidence
        Lines whose removal changes the label; empty where no removal does.
    """

    text: str
    label: Role
    p_tpm: float
    verdict: str
    review_reasons: tuple[str, ...]
    p_in_scope: float
    title_role: Role | None
    title_agrees: bool | None
    score: float
    baseline: float
    scope_score: float
    scope_baseline: float
    scope_title: float
    evidence: tuple[Evidence, ...]
    responsibilities: dict[str, float]
    dimensions: dict[str, float]
    profile: dict[str, Standing]
    flips_by: tuple[Evidence, ...]

    @property
    def probabilities(self) -> dict[str, float]:
        """Probabilities of TPM, PM and neither; they add up to 1."""
        one_of_the_two = self.p_in_scope
        tpm = one_of_the_two * self.p_tpm
        return {TPM: tpm, PM: one_of_the_two - tpm, NEITHER: 1.0 - one_of_the_two}

    def explain(self) -> str:
        """Put the decision into words: a page of plain text."""
        from tpmclassify.pages.decision_text import explain

        return explain(self)

    def to_dict(self) -> dict[str, Any]:
        """All fields, and the probabilities, as plain JSON types."""
        return {**asdict(self), "probabilities": self.probabilities}

    def to_json(self) -> str:
        """All fields as one JSON object."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_html(self) -> str:
        """The decision as a self-contained page: no script, nothing loaded from outside."""
        from tpmclassify.pages.decision_html import decision_page

        return decision_page(self)

    def _repr_html_(self) -> str:
        from tpmclassify.pages.decision_html import decision_fragment

        return decision_fragment(self)
