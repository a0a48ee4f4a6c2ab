"""Batches of postings in, batches of verdicts out: the one function that every engine calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tpmclassify.arrays import Ints
from tpmclassify.classifier import TPMClassifier
from tpmclassify.deciding.grounds import find_grounds, numbers
from tpmclassify.deciding.verdicts import decide_batch, reasons_of
from tpmclassify.errors import TableError
from tpmclassify.reading.batch import Texts
from tpmclassify.roles import PM, TPM, title_role
from tpmclassify.strings import holds_strings, is_string

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
COLUMN_FIELDS = [pa.field(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()]
_DECIMALS = 6


def screen_batch(
    batch: pa.RecordBatch,
    *,
    classifier: TPMClassifier,
    text: str,
    title: str | None = None,
    employer: str | None = None,
) -> pa.RecordBatch:
    """Screen a record batch: its columns come back unchanged, followed by `COLUMNS`.

    `text`, `title`, `employer`: names of string columns. `TableError`: if a column is missing, or
    is no column of strings.
    """
    columns = TextColumns(text, title, employer)
    columns.check(batch.schema.names, not_strings(batch.schema), is_new=False)
    screened = screen_columns(
        classifier,
        batch.column(text),
        None if title is None else batch.column(title),
        None if employer is None else batch.column(employer),
    )
    schema = pa.schema([*batch.schema, *COLUMN_FIELDS], metadata=batch.schema.metadata)
    return pa.RecordBatch.from_arrays([*batch.columns, *screened.values()], schema=schema)


def screen_columns(
    classifier: TPMClassifier,
    texts: pa.Array,
    titles: pa.Array | None = None,
    employers: pa.Array | None = None,
) -> dict[str, pa.Array]:
    """Screen a batch of postings; the verdict on one does not depend on the others.

    `texts` (n_rows,): missing and too long texts are reviewed, not refused. `titles`, `employers`:
    (n_rows,). Returned (n_rows,): the values of `COLUMNS`.
    """
    policy = classifier.policy()  # refuses settings that are not legal
    sources = texts_of(texts)
    unread = _too_long(sources, classifier.max_chars)
    sources = Texts(sources.data, sources.begin, np.where(unread, sources.begin, sources.end))
    scores = classifier.score_texts(sources, None if employers is None else texts_of(employers))
    title = classifier.model_.title.scores(
        [None] * len(sources) if titles is None else titles.to_pylist()
    )
    verdicts = decide_batch(policy, scores, title, unread=unread)
    because, quotes = find_grounds(
        scores,
        verdicts,
        slope=policy.slope,
        scope_slope=policy.scope_line(~np.isnan(title))[0],
    )
    verdict = pa.array(verdicts.verdicts.tolist(), pa.string())
    reasons = [";".join(reasons_of(bits)) for bits in verdicts.reasons.tolist()]
    return {
        "tpm_label": pa.array(verdicts.labels.tolist(), pa.string()),
        "tpm_probability": numbers(np.round(verdicts.p_tpm, _DECIMALS)),
        "tpm_verdict": verdict,
        "tpm_review_reasons": pa.array(reasons, pa.string()),
        "tpm_in_scope_probability": numbers(np.round(verdicts.p_in_scope, _DECIMALS)),
        "tpm_title_agrees": _title_agrees(titles, verdict),
        "tpm_because": because,
        "tpm_quotes": quotes,
    }


def check_no_own_columns(names: Sequence[str]) -> None:
    """Refuse a table that was screened already."""
    taken = [name for name in names if str(name).startswith("tpm_")]
    if taken:
        raise TableError(
            f"The table already has the columns {', '.join(taken)}: names that begin with 'tpm_' "
            "are for the results. Drop or rename them, or screen the original table."
        )


@dataclass(frozen=True)
class TextColumns:
    """The columns that are read, by name."""

    text: str
    title: str | None = None
    employer: str | None = None

    @property
    def options(self) -> dict[str, str]:
        """The names of those that there are, by what names them."""
        others = {"title": self.title, "employer": self.employer}
        named = {option: name for option, name in others.items() if name is not None}
        return {"text": self.text, **named}

    @property
    def names(self) -> list[str]:
        """The names of those that there are, each once."""
        return list(dict.fromkeys(self.options.values()))

    def check(
        self,
        names: Sequence[str],
        not_strings: Mapping[str, str] = MappingProxyType({}),
        *,
        is_new: bool = True,
    ) -> list[str]:
        """Refuse a table before any work is done on it; gives the names of the columns to read.

        `names`: the table's columns. `not_strings`: types of those that hold no strings, as far as
        is known. `is_new`: whether it must not be screened already. `TableError`: if a column is
        missing, holds anything but strings, or begins with ``tpm_`` already.
        """
        if is_new:
            check_no_own_columns(names)
        for option, name in self.options.items():
            if names.count(name) != 1:
                raise TableError(
                    f"The table must have one column {name!r} for {option}; it has "
                    f"{', '.join(map(str, names))}. Name the right one with {option}=."
                )
            if name in not_strings:
                raise TableError(
                    f"Column {name!r} holds {not_strings[name]}, not strings. Name the column that "
                    f"holds the text with {option}=, or cast this one to string."
                )
        return self.names


def not_strings(schema: pa.Schema) -> dict[str, str]:
    """The types of the columns that hold anything but strings."""
    return {field.name: str(field.type) for field in schema if not holds_strings(field.type)}


def texts_of(strings: pa.Array) -> Texts:
    """Strings where they stand; a missing one is empty."""
    if holds_strings(strings.type) and not is_string(strings.type):
        strings = strings.cast(pa.large_string())
    if strings.null_count:
        strings = strings.fill_null("" if is_string(strings.type) else b"")
    is_small = pa.types.is_string(strings.type) or pa.types.is_binary(strings.type)
    kind = np.int32 if is_small else np.int64
    _, offsets, data = strings.buffers()
    n, first = len(strings), strings.offset
    bounds: Ints = (
        np.frombuffer(offsets, kind, n + 1, first * np.dtype(kind).itemsize).astype(np.int64)
        if n
        else np.zeros(1, np.int64)
    )
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    # Of a slice its own letters alone.
    low, high = int(bounds[0]), max(int(bounds[-1]), int(bounds[0]) + 1)
    return Texts(raw[low:high], bounds[:-1] - low, bounds[1:] - low)


def _too_long(texts: Texts, most: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which texts have more code points than are read; few have so many bytes."""
    long = texts.end - texts.begin > most
    for position in np.flatnonzero(long).tolist():
        long[position] = len(texts[position]) > most
    return long


def _title_agrees(titles: pa.Array | None, verdicts: pa.Array) -> pa.Array:
    """Whether each title's claim is the verdict; missing where either is none of the two roles."""
    if titles is None:
        return pa.nulls(len(verdicts), pa.bool_())
    known = titles.dictionary_encode()
    claims = pa.array([title_role(title) for title in known.dictionary.to_pylist()], pa.string())
    is_role = pc.is_in(verdicts, value_set=pa.array([TPM, PM]))
    return pc.equal(claims.take(known.indices), pc.if_else(is_role, verdicts, None))
