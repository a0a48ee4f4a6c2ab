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
from tpmclassify.roles import DIMENSIONS
from tpmclassify.training.folds import connected_groups

# The three samples of labelled postings, and those that one rater read: these are learned from and
# neither calibrate nor measure.
CONTESTED, BOARDS, FRESH, LEARNED = "contested", "boards", "fresh", "learned"
_FILES = (
    "postings.parquet", "postings_fresh.parquet", "lines.parquet", "labels.csv",
    "labels_second.csv", "labels_more.csv", "labels_fresh.csv", "audit/ambiguous.csv",
)  # fmt: skip
# Further labels, beside the project's own postings: for training only.
_OWN_LABELS = "labels_own.csv"
_SURE = 4


@dataclass(frozen=True, eq=False)
class Corpus:
    """Postings with what is known of each: labelled ones first, those written for us behind.

    Attributes
    ----------
    postings : list of Posting
    employers : ndarray of str of shape (n_postings,)
        One spelling an employer; the source where it is unknown, and of all fresh ones.
    clusters : ndarray of str of shape (n_postings,)
        Near-duplicates share one.
    sources : ndarray of str of shape (n_labelled,)
        The collection that a posting was taken from.
    titles : ndarray of str of shape (n_postings,)
    labels : ndarray of str of shape (n_labelled,)
        "TPM", "PM" or "neither", by content.
    agreed : ndarray of bool of shape (n_labelled,)
        Whether two raters gave this label, and nobody found it undecidable; those of one rater
        count as agreed on where he was sure (4 or 5).
    sample : ndarray of str of shape (n_labelled,)
        `CONTESTED`: chosen for their titles and for a first model's doubt. `BOARDS`: drawn at
        random within strata. `FRESH`: of sources that hold hardly any of the two roles. `LEARNED`:
        read by one rater, chosen where a model was unsure.
    weight : ndarray of shape (n_labelled,)
        How many postings of its pool each stands for: contested ones for themselves, those only
        learned from for none.
    confidence : ndarray of shape (n_labelled,)
        The first rater's, 1 to 5.
    kinds : ndarray of str of shape (n_labelled,)
        The job in a rater's words.
    written_labels : ndarray of str of shape (n_postings - n_labelled,)
        What the postings written for this project were written to be.
    dimensions : ndarray of shape (n_contested, 4)
        The rater's scores, -2 (PM) to 2 (TPM); contested ones come first.
    industries : ndarray of str of shape (n_contested,)
    lines : list of list of AnnotatedLine or None
        For each posting, what was said of each of its lines; None where nothing was.
    """

    postings: list[Posting]
    employers: NDArray[np.str_]
    clusters: NDArray[np.str_]
    sources: NDArray[np.str_]
    titles: NDArray[np.str_]
    labels: NDArray[np.str_]
    agreed: NDArray[np.bool_]
    sample: NDArray[np.str_]
    weight: Floats
    confidence: Ints
    kinds: NDArray[np.str_]
    written_labels: NDArray[np.str_]
    dimensions: Floats
    industries: NDArray[np.str_]
    lines: list[list[AnnotatedLine | None]]

    @property
    def n_labelled(self) -> int:
        """Number of postings that a rater has read."""
        return len(self.labels)

    @property
    def calibration_weight(self) -> Floats:
        """How many postings of the job-board pool each stands for that the raters agree on."""
        return np.where(self.agreed & (self.sample != FRESH), self.weight, 0.0)

    @cached_property
    def groups(self) -> Ints:
        """Postings that share an employer or a cluster have the same number."""
        return connected_groups(self.employers.tolist(), self.clusters.tolist())

    @cached_property
    def names_in_use(self) -> frozenset[str]:
        """Employers' names that other employers' postings speak of; the same in every fold."""
        return names_in_use(self.postings[: self.n_labelled], self.employers)


def read_corpus(folder: Path, written: Path) -> Corpus:
    """Read the real postings, and those written for this project.

    Parameters
    ----------
    folder : Path
        What it holds says ``recipe/README.md``.
    written : Path
        The project's own ``postings.csv``, with its ``lines.csv`` beside it.

    Raises
    ------
    TrainingError
        If a file is missing.
    """
    for name in _FILES:
        if not (folder / name).is_file():
            raise TrainingError(
                f"{folder / name} is missing: the real postings are needed to prepare the training "
                "data. The shipped model itself is made from datasets/ with `tpmclassify train "
                "--shipped` and needs none of them."
            )
    labels = _labels(folder, written.with_name(_OWN_LABELS))
    texts = pd.concat([_postings(folder), _fresh_postings(folder)])
    own = _written_postings(written)
    contested = labels[labels["sample"] == CONTESTED]
    rows = pd.concat([texts.loc[labels.index], own])
    postings = [
        read_posting(text, employer=None if employer.startswith("src:") else employer)
        for text, employer in zip(rows["text"], rows["employer"], strict=True)
    ]
    annotated = _annotated_lines(folder / "lines.parquet")
    return Corpus(
        postings=postings,
        employers=rows["employer"].to_numpy(dtype=str),
        clusters=rows["cluster"].to_numpy(dtype=str),
        sources=texts.loc[labels.index, "source"].str.partition(":")[0].to_numpy(dtype=str),
        titles=rows["title"].fillna("").to_numpy(dtype=str),
        labels=labels["label"].to_numpy(dtype=str),
        agreed=labels["agreed"].to_numpy(dtype=bool),
        sample=labels["sample"].to_numpy(dtype=str),
        weight=labels["weight"].to_numpy(dtype=np.float64),
        confidence=labels["confidence"].to_numpy(dtype=np.int64),
        kinds=labels["kind"].fillna("").to_numpy(dtype=str),
        written_labels=own["label"].to_numpy(dtype=str),
        dimensions=contested[list(DIMENSIONS)].to_numpy(dtype=np.float64),
        industries=contested["industry"].to_numpy(dtype=str),
        lines=[
            align(posting, annotated.get(posting_id, []))
            for posting, posting_id in zip(postings, labels.index, strict=False)
        ]
        + _written_lines(
            dict(zip(own.index, postings[len(labels) :], strict=True)),
            written.with_name("lines.csv"),
        ),
    )


def _labels(folder: Path, own: Path) -> pd.DataFrame:
    """All labelled postings, by their identifiers; `own` need not be there."""
    contested, second, boards, fresh = (
        pd.read_csv(folder / name).set_index("posting_id")
        for name in ("labels.csv", "labels_second.csv", "labels_more.csv", "labels_fresh.csv")
    )
    ambiguous = pd.read_csv(folder / "audit/ambiguous.csv")["posting_id"]
    labels = pd.concat(
        [
            contested.join(second).assign(sample=CONTESTED, weight=1.0),
            boards.assign(sample=BOARDS),
            fresh.assign(sample=FRESH),
        ]
    )
    agreed = (labels["label"] == labels["label_2"]) & ~labels.index.isin(ambiguous)
    labels = labels.assign(agreed=agreed)
    if not own.is_file():
        return labels
    further = pd.read_csv(own).set_index("posting_id")
    further = further[~further.index.isin([*labels.index, *ambiguous])]
    sure = further["confidence"] >= _SURE
    return pd.concat([labels, further.assign(sample=LEARNED, weight=0.0, agreed=sure)])


def _postings(folder: Path) -> pd.DataFrame:
    table = pd.read_parquet(folder / "postings.parquet").set_index("posting_id")
    employers = _one_spelling(table["employer"], folder / "audit/employer_spellings.csv")
    return table.assign(employer=employers, cluster=table["cluster"].astype(str))


def _fresh_postings(folder: Path) -> pd.DataFrame:
    """Postings of sources that are known for nothing else; each source is held out as one."""
    table = pd.read_parquet(folder / "postings_fresh.parquet").set_index("posting_id")
    clusters = "fresh " + table["cluster"].astype(str)
    return table.assign(employer="src:" + table["source"], cluster=clusters)


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


def _written_postings(path: Path) -> pd.DataFrame:
    own = pd.read_csv(path).set_index("posting_id")
    # None repeats another: each is a cluster of its own.
    return own.rename(columns={"description": "text"}).assign(cluster="written " + own.index)


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
