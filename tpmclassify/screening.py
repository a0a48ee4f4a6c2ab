"""Batches of postings in, batches of verdicts out: the one function that every engine calls."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tpmclassify.classifier import TPMClassifier
from tpmclassify.deciding.policy import likelier_role, reading_problems, review_reasons, sigmoid
from tpmclassify.errors import TableError
from tpmclassify.roles import RESPONSIBILITIES, title_role
from tpmclassify.scoring.models import LINE_CLASSES, BatchScores

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

    screened = screen_texts(
        classifier,
        _strings(batch, text),
        None if title is None else _strings(batch, title),
        None if employer is None else _strings(batch, employer),
    )
    fields = [pa.field(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()]
    added = [pa.array(screened[field.name], type=field.type) for field in fields]
    schema = pa.schema([*batch.schema, *fields], metadata=batch.schema.metadata)
    return pa.RecordBatch.from_arrays([*batch.columns, *added], schema=schema)


def screen_texts(
    classifier: TPMClassifier,
    texts: Sequence[str | None],
    titles: Sequence[str | None] | None = None,
    employers: Sequence[str | None] | None = None,
) -> dict[str, list[Any]]:
    """Screen a batch of postings; the verdict on one does not depend on the others.

    Parameters
    ----------
    classifier : TPMClassifier
    texts : sequence of str or None of shape (n_rows,)
        Missing and too long texts are reviewed, not refused.
    titles, employers : sequence of str or None of shape (n_rows,), optional

    Returns
    -------
    dict of str to list of shape (n_rows,)
        The values of `COLUMNS`.
    """
    limit = classifier.max_chars
    too_long = [text is not None and len(text) > limit for text in texts]
    readable = [
        "" if text is None or unread else text for text, unread in zip(texts, too_long, strict=True)
    ]
    scores = classifier.score_texts(readable, employers)
    policy = classifier.policy()
    because, quotes = _grounds(scores, policy.slope)
    labels, probabilities, in_scope, reasons = [], [], [], []
    for role, scope, n_lines, tally, unread in zip(
        scores.role.tolist(),
        scores.scope.tolist(),
        np.diff(scores.first_line).tolist(),
        scores.tallies.tolist(),
        too_long,
        strict=True,
    ):
        score = policy.posting_score(role, n_lines)
        p_in_scope = policy.p_in_scope(scope)
        problems = ("too_long",) if unread else reading_problems(n_lines, *tally)
        labels.append(likelier_role(score))
        probabilities.append(round(sigmoid(score), _DECIMALS))
        in_scope.append(round(p_in_scope, _DECIMALS))
        reasons.append(";".join(review_reasons(policy, score, p_in_scope, problems)))
    claims = [title_role(title) for title in titles] if titles else [None] * len(texts)
    return {
        "tpm_label": labels,
        "tpm_probability": probabilities,
        "tpm_verdict": [
            "review" if why else label for label, why in zip(labels, reasons, strict=True)
        ],
        "tpm_review_reasons": reasons,
        "tpm_in_scope_probability": in_scope,
        "tpm_title_agrees": [
            None if claim is None else claim == label
            for claim, label in zip(claims, labels, strict=True)
        ],
        "tpm_because": because,
        "tpm_quotes": quotes,
    }


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


def check_text_columns(
    names: Sequence[str], wanted: Iterable[str], not_strings: Mapping[str, str]
) -> None:
    """Refuse a table whose text columns are missing, or are no columns of strings.

    Parameters
    ----------
    names : sequence of str
        The table's columns.
    wanted : iterable of str
        Those that are to be read.
    not_strings : mapping of str to str
        The types of columns that hold anything but strings.

    Raises
    ------
    TableError
    """
    for name in wanted:
        if names.count(name) != 1:
            raise TableError(
                f"The table must have one column {name!r}; it has {', '.join(names)}. "
                "Name the column with text=, title= or employer=."
            )
        if name in not_strings:
            raise TableError(
                f"Column {name!r} holds {not_strings[name]}, not strings. Name the column that "
                "holds the text, or cast this one to string."
            )


def _strings(batch: "pa.RecordBatch", name: str) -> list[str | None]:
    from pyarrow import types

    legal = (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    check_text_columns(
        batch.schema.names,
        [name],
        {
            field.name: str(field.type)
            for field in batch.schema
            if not any(is_legal(field.type) for is_legal in legal)
        },
    )
    values: list[str | None] = batch.column(name).to_pylist()
    return values


def _grounds(scores: BatchScores, slope: float) -> tuple[list[str], list[str]]:
    """The up to three responsibilities that decided each posting, and a line behind each."""
    n, width = len(scores.texts), len(LINE_CLASSES)
    posting = np.repeat(np.arange(n), np.diff(scores.first_line))
    group = posting * width + scores.line_class
    parts = scores.line_part * slope
    sums = np.bincount(group, weights=parts, minlength=n * width)
    # The line that speaks loudest for what its responsibility as a whole speaks for.
    loudness = np.where(sums[group] > 0.0, parts, -parts)
    highest = np.full(n * width, -np.inf)
    np.maximum.at(highest, group, loudness)
    loudest = np.zeros(n * width, dtype=np.int64)
    first = np.flatnonzero(loudness == highest[group])[::-1]
    loudest[group[first]] = first

    by_posting = sums.reshape(n, width)[:, : len(RESPONSIBILITIES)]
    order = np.argsort(-np.abs(by_posting), axis=1, kind="stable")[:, :_MOST_REASONS]
    start, end = scores.line_start.tolist(), scores.line_end.tolist()
    because, quotes = [], []
    for text, names, values, lines in zip(
        scores.texts,
        order.tolist(),
        np.take_along_axis(by_posting, order, axis=1).tolist(),
        np.take_along_axis(loudest.reshape(n, width), order, axis=1).tolist(),
        strict=True,
    ):
        chosen = [
            (RESPONSIBILITIES[name], value, " ".join(text[start[line] : end[line]].split()))
            for name, value, line in zip(names, values, lines, strict=True)
            if value != 0.0
        ]
        because.append("; ".join(f"{name} {value:+.2f}" for name, value, _ in chosen))
        quotes.append(" | ".join(quote for _, _, quote in chosen))
    return because, quotes
