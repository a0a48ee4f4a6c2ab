"""Batches of postings in, batches of verdicts out: the one function that every engine calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError
from tpmclassify.explanation import Evidence, Judgement
from tpmclassify.policy import sigmoid
from tpmclassify.posting import read_posting
from tpmclassify.roles import RESPONSIBILITIES, title_role

if TYPE_CHECKING:
    import pyarrow as pa

# The columns that screening adds, with their Arrow types.
COLUMNS = {
    "tpm_label": "string",
    "tpm_probability": "float64",
    "tpm_verdict": "string",
    "tpm_review_reasons": "string",
    "tpm_in_scope_probability": "float64",
    "tpm_title_agrees": "bool",
    "tpm_because": "string",
    "tpm_quotes": "string",
}
_MOST_REASONS = 3
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Screened:
    """The verdict on one row; the fields are the columns that screening adds, without ``tpm_``."""

    label: str
    probability: float
    verdict: str
    review_reasons: str
    in_scope_probability: float
    title_agrees: bool | None
    because: str
    quotes: str


def screen_rows(
    classifier: TPMClassifier,
    texts: Sequence[str | None],
    titles: Sequence[str | None] | None = None,
    employers: Sequence[str | None] | None = None,
) -> list[Screened]:
    """Screen a batch of postings; the verdict on one does not depend on the others.

    Parameters
    ----------
    classifier : TPMClassifier
    texts : sequence of str or None of shape (n_rows,)
        Missing and too long texts are reviewed, not refused.
    titles, employers : sequence of str or None of shape (n_rows,), optional
    """
    nobody: Sequence[str | None] = [None] * len(texts)
    postings, too_long = [], []
    for text, employer in zip(texts, employers or nobody, strict=True):
        too_long.append(text is not None and len(text) > classifier.max_chars)
        readable = "" if text is None or too_long[-1] else text
        postings.append(read_posting(readable, employer=employer))
    return [
        _screened(judgement, title, unread)
        for judgement, title, unread in zip(
            classifier.judge(postings), titles or nobody, too_long, strict=True
        )
    ]


def screen_batch(
    batch: "pa.RecordBatch",
    *,
    classifier: TPMClassifier,
    text: str,
    title: str | None = None,
    employer: str | None = None,
) -> "pa.RecordBatch":
    """Screen a record batch: its columns come back unchanged, followed by `COLUMNS`.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
    classifier : TPMClassifier
    text, title, employer : str
        Names of string columns.

    Raises
    ------
    TableError
        If a column is missing, or is no column of strings.
    """
    import pyarrow as pa

    screened = screen_rows(
        classifier,
        _strings(batch, text),
        None if title is None else _strings(batch, title),
        None if employer is None else _strings(batch, employer),
    )
    added = [
        pa.array(
            [getattr(row, name.removeprefix("tpm_")) for row in screened],
            type=pa.type_for_alias(kind),
        )
        for name, kind in COLUMNS.items()
    ]
    return pa.RecordBatch.from_arrays(
        [*batch.columns, *added], names=[*batch.schema.names, *COLUMNS]
    )


def check_no_own_columns(names: Sequence[str]) -> None:
    """Refuse a table that was screened already.

    Raises
    ------
    TableError
    """
    taken = [name for name in names if name.startswith("tpm_")]
    if taken:
        raise TableError(
            f"The table already has the columns {', '.join(taken)}: names that begin with 'tpm_' "
            "are for the results. Drop or rename them, or screen the original table."
        )


def _strings(batch: "pa.RecordBatch", name: str) -> list[str | None]:
    import pyarrow as pa

    if batch.schema.names.count(name) != 1:
        raise TableError(
            f"The table must have one column {name!r}; it has {', '.join(batch.schema.names)}. "
            "Name the column with text=, title= or employer=."
        )
    column = batch.column(name)
    kind = column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        raise TableError(
            f"Column {name!r} holds {kind}, not strings. Name the column that holds the text, or "
            "cast this one to string."
        )
    values: list[str | None] = column.to_pylist()
    return values


def _screened(judgement: Judgement, title: str | None, too_long: bool) -> Screened:
    claimed = title_role(title)
    reasons = ("too_long",) if too_long else judgement.review_reasons
    because = strongest_responsibilities(judgement)
    quotes = (_loudest(judgement, name) for name in because)
    return Screened(
        label=judgement.label,
        probability=round(sigmoid(judgement.score), _DECIMALS),
        verdict="review" if too_long else judgement.verdict,
        review_reasons=";".join(reasons),
        in_scope_probability=round(judgement.p_in_scope, _DECIMALS),
        title_agrees=None if claimed is None else claimed == judgement.label,
        because="; ".join(f"{name} {judgement.responsibilities[name]:+.2f}" for name in because),
        quotes=" | ".join(" ".join(line.text.split()) for line in quotes),
    )


def strongest_responsibilities(judgement: Judgement) -> list[str]:
    """The up to three responsibilities with the largest contribution, on either side."""
    sums = judgement.responsibilities
    named = [name for name in RESPONSIBILITIES if sums[name] != 0.0]
    return sorted(named, key=lambda name: -abs(sums[name]))[:_MOST_REASONS]


def _loudest(judgement: Judgement, responsibility: str) -> Evidence:
    """The line that speaks loudest for what its responsibility as a whole speaks for."""
    side = judgement.responsibilities[responsibility]
    lines = (e for e in judgement.evidence if e.responsibility == responsibility)
    return max(lines, key=lambda e: e.contribution if side > 0 else -e.contribution)
