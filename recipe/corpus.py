"""The postings that the shipped model learns from: labels, employers, titles, annotated lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recipe.alignment import AnnotatedLine, align
from recipe.names_in_use import names_in_use
from tpmclassify.arrays import Floats, Ints
from tpmclassify.errors import TrainingError
from tpmclassify.reading.posting import Posting, read_posting
from tpmclassify.roles import DIMENSIONS, NEITHER, PM, TPM

# What a title group says of the role: a hint, right in three of four cases or more.
_HINT = {"tpm": TPM, "pm": PM, "product": NEITHER, "other": NEITHER}
_MOST_NEITHER_HINTS = 3000
_SEED = 0


@dataclass(frozen=True, eq=False)
class Corpus:
    """Postings with what is known of each; the labelled ones come first.

    Attributes
    ----------
    postings : list of Posting
    employers : ndarray of str of shape (n_postings,)
        One spelling an employer.
    clusters : ndarray of shape (n_postings,)
        Near-duplicates share a number.
    labels : ndarray of str of shape (n_labelled,)
        "TPM", "PM" or "neither", by content.
    confidence : ndarray of shape (n_labelled,)
        The rater's, 1 to 5.
    ambiguous : ndarray of bool of shape (n_labelled,)
        Postings that a second reader found undecidable; not evaluated on.
    dimensions : ndarray of shape (n_labelled, 4)
        The rater's scores, -2 (PM) to 2 (TPM).
    industries : ndarray of str of shape (n_labelled,)
    titles : ndarray of str of shape (n_postings,)
    hints : ndarray of str of shape (n_postings - n_labelled,)
        The label of the others: what the title of a posting that nobody has read suggests, or
        what a posting was written to be.
    written : ndarray of bool of shape (n_postings - n_labelled,)
        Whether a posting was written for this project.
    lines : list of list of AnnotatedLine or None
        For each posting, what was said of each of its lines; nothing was said of hinted ones.
    """

    postings: list[Posting]
    employers: NDArray[np.str_]
    clusters: Ints
    labels: NDArray[np.str_]
    confidence: Ints
    ambiguous: NDArray[np.bool_]
    dimensions: Floats
    industries: NDArray[np.str_]
    titles: NDArray[np.str_]
    hints: NDArray[np.str_]
    written: NDArray[np.bool_]
    lines: list[list[AnnotatedLine | None]]

    @property
    def n_labelled(self) -> int:
        """Number of postings that a rater has read."""
        return len(self.labels)

    @cached_property
    def groups(self) -> Ints:
        """Postings that share an employer or a cluster have the same number."""
        return connected_groups(self.employers.tolist(), self.clusters.tolist())

    @cached_property
    def names_in_use(self) -> frozenset[str]:
        """Employers' names that other employers' postings speak of; the same in every fold."""
        return names_in_use(self.postings[: self.n_labelled], self.employers)


def connected_groups(employers: Sequence[str], clusters: Sequence[int]) -> Ints:
    """Number the groups of postings that share an employer or a near-duplicate cluster.

    Returns
    -------
    ndarray of shape (n_postings,)
        The same number for postings that are linked, directly or through others.
    """
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    employer_nodes = [("employer", employer) for employer in employers]
    for node, cluster in zip(employer_nodes, clusters, strict=True):
        parent[root(node)] = root(("cluster", str(cluster)))
    numbers: dict[tuple[str, str], int] = {}
    return np.array([numbers.setdefault(root(node), len(numbers)) for node in employer_nodes])


def read_corpus(folder: Path, written: Path) -> Corpus:
    """Read the real postings, and those written for this project.

    Parameters
    ----------
    folder : Path
        Holds ``postings.parquet``, ``labels.csv``, ``lines.parquet`` and ``audit/``.
    written : Path
        The project's own ``postings.csv``, with its ``lines.csv`` beside it.

    Raises
    ------
    TrainingError
        If a file is missing.
    """
    for name in ("postings.parquet", "labels.csv", "lines.parquet", "audit/ambiguous.csv"):
        if not (folder / name).is_file():
            raise TrainingError(
                f"{folder / name} is missing: the real postings are needed to prepare the training "
                "data. The shipped model itself is made from datasets/ with `tpmclassify train "
                "--shipped` and needs none of them."
            )
    table = pd.read_parquet(folder / "postings.parquet").set_index("posting_id")
    table["employer"] = _one_spelling(table["employer"], folder / "audit/employer_spellings.csv")
    labels = pd.read_csv(folder / "labels.csv").set_index("posting_id")
    ambiguous = pd.read_csv(folder / "audit/ambiguous.csv")["posting_id"]
    annotated = _annotated_lines(folder / "lines.parquet")

    hinted = _hinted_postings(table, set(labels.index))
    own = _written_postings(written)
    rows = pd.concat([table.loc[labels.index], hinted, own])
    postings = [
        read_posting(text, employer=None if employer.startswith("src:") else employer)
        for text, employer in zip(rows["text"], rows["employer"], strict=True)
    ]
    return Corpus(
        postings=postings,
        employers=rows["employer"].to_numpy(dtype=str),
        clusters=rows["cluster"].to_numpy(dtype=np.int64),
        labels=labels["label"].to_numpy(dtype=str),
        confidence=labels["confidence"].to_numpy(dtype=np.int64),
        ambiguous=np.asarray(labels.index.isin(ambiguous)),
        dimensions=labels[list(DIMENSIONS)].to_numpy(dtype=np.float64),
        industries=labels["industry"].to_numpy(dtype=str),
        titles=rows["title"].fillna("").to_numpy(dtype=str),
        hints=np.array([*hinted["title_group"].map(_HINT), *own["label"]], dtype=str),
        written=np.arange(len(hinted) + len(own)) >= len(hinted),
        lines=[
            align(posting, annotated[posting_id])
            for posting, posting_id in zip(postings, labels.index, strict=False)
        ]
        + _written_lines(
            dict(zip(rows.index[len(labels) :], postings[len(labels) :], strict=True)),
            written.with_name("lines.csv"),
        ),
    )


def _one_spelling(employers: pd.Series, spellings: Path) -> pd.Series:
    keys = pd.read_csv(spellings, keep_default_na=False)
    canonical = dict(zip(keys["employer"], keys["key"], strict=True))
    return employers.fillna("src:unknown").map(lambda name: canonical.get(name, name) or name)


def _annotated_lines(path: Path) -> dict[str, list[AnnotatedLine]]:
    lines: dict[str, list[AnnotatedLine]] = {}
    columns = ["posting_id", "text", "responsibility", "lean"]
    for posting_id, *rest in pd.read_parquet(path)[columns].itertuples(index=False, name=None):
        lines.setdefault(posting_id, []).append(AnnotatedLine(*rest))
    return lines


def _hinted_postings(table: pd.DataFrame, labelled: set[str]) -> pd.DataFrame:
    """Unread postings whose title suggests a label: one a cluster, of known employers."""
    known_clusters = set(table.loc[table.index.isin(labelled), "cluster"])
    candidates = table[
        table["title_group"].isin(_HINT)
        & ~table["quals_only"]
        & ~table.index.isin(labelled)
        & ~table["cluster"].isin(known_clusters)
        & ~table["employer"].str.startswith("src:")
    ].drop_duplicates("cluster")
    roles = candidates[candidates["title_group"].isin(["tpm", "pm"])]
    rest = candidates[~candidates["title_group"].isin(["tpm", "pm"])]
    rest = rest.sample(min(len(rest), _MOST_NEITHER_HINTS), random_state=_SEED).sort_index()
    return pd.concat([roles, rest])


def _written_postings(path: Path) -> pd.DataFrame:
    own = pd.read_csv(path).set_index("posting_id")
    # None repeats another: each is a cluster of its own.
    return own.rename(columns={"description": "text"}).assign(cluster=-1 - np.arange(len(own)))


def _written_lines(postings: dict[str, Posting], path: Path) -> list[list[AnnotatedLine | None]]:
    """Put annotations by offsets to the lines that begin there; None for all other lines."""
    found: dict[tuple[str, int], AnnotatedLine] = {}
    for posting_id, start, end, responsibility, lean in pd.read_csv(
        path, keep_default_na=False
    ).itertuples(index=False, name=None):
        text = postings[posting_id].text[start:end]
        found[posting_id, start] = AnnotatedLine(text, responsibility, lean)
    return [
        [found.get((posting_id, line.start)) for line in posting.lines]
        for posting_id, posting in postings.items()
    ]


def line_annotations(
    corpus: Corpus, postings: Sequence[int] | Ints
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Responsibilities and leans of the lines of postings; "" where nothing is known."""
    lines = [line for posting in postings for line in corpus.lines[posting]]
    return (
        np.array([line.responsibility if line else "" for line in lines], dtype=str),
        np.array([line.lean if line else "" for line in lines], dtype=str),
    )
