"""What a caller gets back: a decision and its grounds."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from tpmclassify.errors import TPMClassifyError
from tpmclassify.roles import NEITHER, PM, TPM, ReviewReason, Role, Verdict

# The words and pairs of words of a posting, one entry for each time that one occurs; where the line
# of each begins in the text; and its part of the score.
WordParts = tuple[list[str], list[int], list[float]]


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

    Examples
    --------
    >>> import tpmclassify
    >>> decision = tpmclassify.classify("Manage the project schedule and budget.")
    >>> line = decision.evidence[0]
    >>> line.text == decision.text[line.start : line.end], line.role
    (True, 'PM')
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

    Examples
    --------
    >>> import tpmclassify
    >>> decision = tpmclassify.classify("Manage the project schedule and budget.")
    >>> planning = decision.profile["project_planning"]
    >>> planning.lines, planning.among_tpm < planning.among_pm
    (1, True)
    """

    among_tpm: int
    among_pm: int
    lines: int | None
    usual_lines_tpm: float | None
    usual_lines_pm: float | None
    usual_tpm: float
    usual_pm: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word or pair of words where it occurs, and its exact part of the score.

    Attributes
    ----------
    word : str
        In lower case, as the model knows it.
    contribution : float
        Its part of the score, in log-odds of TPM; those of a line add up to the line's.
    text, start, end, responsibility
        Those of the line that it stands in, as in `Evidence`.

    Examples
    --------
    >>> import tpmclassify
    >>> words = tpmclassify.classify("Manage the project schedule and budget.").words()
    >>> words[0].contribution < 0, words[0].text
    (True, 'Manage the project schedule and budget.')
    """

    word: str
    contribution: float
    text: str
    start: int
    end: int
    responsibility: str


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What decided: the same version, model and settings give the same decision again.

    Attributes
    ----------
    version : str
        Of this library.
    model : str
        SHA-256 of the model's arrays, which its file states, too; `tpmclassify model` shows it.
    settings : dict of str to float
        The classifier's parameters that decide: `prevalence`, `max_error` ...

    Examples
    --------
    >>> import tpmclassify
    >>> made_by = tpmclassify.classify("Manage the project schedule and budget.").made_by
    >>> made_by.version == tpmclassify.__version__, len(made_by.model)
    (True, 64)
    """

    version: str
    model: str
    settings: dict[str, float | None] = field(hash=False)


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
        Why a person should decide; see `ReviewReason` in `tpmclassify.roles`.
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
        Log-odds of one of the two roles, what they would be without any line or title (most
        postings are for other jobs), and what the title adds:
        ``scope_score == scope_baseline + scope_title + sum of scope_contribution``.
    evidence : tuple of Evidence
        Largest part first; every part of the score is in one.
    responsibilities, dimensions : dict of str to float
        Summed contributions, "other" included; both add up to ``score - baseline``.
    profile : dict of str to Standing
        Where the posting stands among TPM and among PM postings.
    flips_by : tuple of Evidence
        Lines whose removal changes the label; empty where no removal does.
    made_by : MadeBy or None
        Version, model and settings that decided.

    Examples
    --------
    >>> import tpmclassify
    >>> decision = tpmclassify.classify("Manage the project schedule, budget and vendors.")
    >>> decision.label
    'PM'
    >>> parts = sum(line.contribution for line in decision.evidence)
    >>> abs(decision.score - decision.baseline - parts) < 1e-9
    True
    >>> tpmclassify.Decision.from_dict(decision.to_dict()) == decision
    True
    """

    text: str
    label: Role
    p_tpm: float
    verdict: Verdict
    review_reasons: tuple[ReviewReason, ...]
    p_in_scope: float
    title_role: Role | None
    title_agrees: bool | None
    score: float
    baseline: float
    scope_score: float
    scope_baseline: float
    scope_title: float
    evidence: tuple[Evidence, ...]
    responsibilities: dict[str, float] = field(hash=False)
    dimensions: dict[str, float] = field(hash=False)
    profile: dict[str, Standing] = field(hash=False)
    flips_by: tuple[Evidence, ...]
    made_by: MadeBy | None = None
    _words: WordParts | None = field(default=None, repr=False, compare=False)

    def words(self) -> tuple[Word, ...]:
        """Take the score apart by word and pair of words: a row each time that one occurs.

        A data frame takes them as they are, ``pd.DataFrame(decision.words())``; what they carry
        adds up to ``score - baseline``.

        Returns
        -------
        tuple of Word
            Largest part first.

        Raises
        ------
        TPMClassifyError
            If the decision was read back by `from_dict`.

        Examples
        --------
        >>> import tpmclassify
        >>> decision = tpmclassify.classify("Manage the project schedule, budget and vendors.")
        >>> "project schedule" in [word.word for word in decision.words()]
        True
        """
        if self._words is None:
            raise TPMClassifyError(
                "This decision has no words: they are not in what to_dict gives. Classify its text "
                "again, with the model and settings that made_by names."
            )
        lines = {line.start: line for line in self.evidence}
        words = [
            Word(word, part, line.text, line.start, line.end, line.responsibility)
            for word, start, part in zip(*self._words, strict=True)
            if (line := lines.get(start)) is not None
        ]
        return tuple(sorted(words, key=lambda w: (-abs(w.contribution), w.start, w.word)))

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
        """All fields, and the probabilities, as plain JSON types; `from_dict` reads them back."""
        fields = asdict(replace(self, _words=None))
        del fields["_words"]
        return {**fields, "probabilities": self.probabilities}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` or, by way of JSON, `to_json` gave: all but the words.

        Raises
        ------
        TPMClassifyError
            If it is not what this version gives.
        """
        try:
            made_by = fields["made_by"]
            known = {name: fields[name] for name in cls.__dataclass_fields__ if name != "_words"}
            read = {
                "review_reasons": tuple(fields["review_reasons"]),
                "evidence": tuple(Evidence(**line) for line in fields["evidence"]),
                "profile": {name: Standing(**one) for name, one in fields["profile"].items()},
                "flips_by": tuple(Evidence(**line) for line in fields["flips_by"]),
                "made_by": None if made_by is None else MadeBy(**made_by),
            }
            return cls(**{**known, **read})
        except (KeyError, TypeError, AttributeError) as error:
            raise TPMClassifyError(
                f"This is no decision of this version of tpmclassify ({error}). Legal is what "
                "Decision.to_dict gives; classify the text again."
            ) from None

    def to_json(self) -> str:
        """All fields as one JSON object."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_html(self) -> str:
        """The decision as a self-contained page: no script, nothing loaded from outside."""
        from tpmclassify.pages.decision_html import decision_page

        return decision_page(self)

    def __repr__(self) -> str:
        return (
            f"<Decision {self.verdict}: p_tpm={self.p_tpm:.3f}, p_in_scope={self.p_in_scope:.3f}, "
            f"{len(self.evidence)} lines of evidence>"
        )

    def _repr_html_(self) -> str:
        from tpmclassify.pages.decision_html import decision_fragment

        return decision_fragment(self)
