"""The way from a folder of postings to the shipped model, walked with the project's own."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tpmclassify
from recipe.prepare import prepare_shipped
from tpmclassify.model_file.file import save_model
from tpmclassify.roles import DIMENSIONS
from tpmclassify.training.shipped import read_rows, train_shipped

DATASETS = Path(__file__).parent.parent.parent / "datasets"
N_LABELLED, N_READ = 120, 180  # of 240; those between are known by their titles, the rest written
_GROUP_OF_LABEL = {"TPM": "tpm", "PM": "pm", "neither": "other"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as `read_corpus` expects it, and the project's postings beside it."""
    folder = tmp_path_factory.mktemp("postings")
    (folder / "audit").mkdir()
    table = pd.read_csv(DATASETS / "postings.csv").sample(frac=1.0, random_state=0)
    lines = pd.read_csv(DATASETS / "lines.csv", keep_default_na=False)
    read, written = table[:N_READ], table[N_READ:]
    labelled = read[:N_LABELLED]

    read.rename(columns={"description": "text"}).assign(
        title_group=read["label"].map(_GROUP_OF_LABEL),
        cluster=np.arange(len(read)),
        quals_only=False,
    ).to_parquet(folder / "postings.parquet")
    generator = np.random.default_rng(0)
    labelled[["posting_id", "label"]].assign(
        confidence=generator.integers(1, 6, N_LABELLED),
        industry="made up",
        **{name: generator.integers(-2, 3, N_LABELLED) for name in DIMENSIONS},
    ).to_csv(folder / "labels.csv", index=False)
    text_of = {
        posting_id: tpmclassify.classify(text).text
        for posting_id, text in zip(read["posting_id"], read["description"], strict=True)
    }
    known = lines[lines["posting_id"].isin(labelled["posting_id"])]
    known.assign(
        text=[text_of[row.posting_id][row.start : row.end] for row in known.itertuples()]
    ).to_parquet(folder / "lines.parquet")
    labelled[["posting_id"]].head(2).to_csv(folder / "audit/ambiguous.csv", index=False)
    pd.DataFrame({"employer": ["Umber Ltd"], "key": ["Umber"]}).to_csv(
        folder / "audit/employer_spellings.csv", index=False
    )
    written.to_csv(folder / "written.csv", index=False)
    lines[lines["posting_id"].isin(written["posting_id"])].to_csv(folder / "lines.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def prepared(folder):
    rows_file = folder / "rows.npz"
    return rows_file, prepare_shipped(folder, folder / "written.csv", rows_file, n_jobs=1)


@pytest.mark.slow
def test_every_posting_is_counted_once(prepared):
    rows_file, card = prepared
    rows = read_rows(rows_file)[0].rows
    assert sum(card["n_labelled"].values()) == rows.labelled.shape[0] == N_LABELLED
    assert card["n_hinted"] == rows.hinted.shape[0] == N_READ - N_LABELLED
    assert card["n_written"] == rows.written.shape[0] == 240 - N_READ


@pytest.mark.slow
def test_the_figures_leave_out_what_is_ambiguous(prepared):
    rows_file, card = prepared
    figures, labels = card["held_out"], read_rows(rows_file)[0].rows.labels
    undecidable = 2  # the first ones
    assert figures["n_tpm"] == (labels[undecidable:] == "TPM").sum()
    assert figures["n_pm"] == (labels[undecidable:] == "PM").sum()
    assert 0.5 < figures["macro_f1_interval"][0] <= figures["macro_f1"] <= 1.0


@pytest.mark.slow
def test_the_rows_make_the_same_model_every_time(prepared, tmp_path):
    for name in ("first", "second"):
        save_model(train_shipped(prepared[0]), tmp_path / f"{name}.npz")
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()


@pytest.mark.slow
def test_the_model_classifies(prepared, tmp_path, written):
    save_model(train_shipped(prepared[0]), tmp_path / "model.npz")
    classifier = tpmclassify.load(tmp_path / "model.npz")
    roles = [posting for posting in written if posting["label"] != "neither"]
    right = classifier.score(
        [posting["description"] for posting in roles], [posting["label"] for posting in roles]
    )
    assert right > 0.9


def test_without_the_postings_it_says_what_is_missing(tmp_path):
    with pytest.raises(tpmclassify.TrainingError, match=r"postings\.parquet is missing"):
        prepare_shipped(tmp_path, DATASETS / "postings.csv", tmp_path / "rows.npz")


def test_without_the_rows_it_says_where_they_are(tmp_path):
    with pytest.raises(tpmclassify.TrainingError, match="in a clone of the project"):
        read_rows(tmp_path / "rows.npz")


def test_the_package_does_without_the_recipe():
    package = Path(tpmclassify.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    assert not [
        source for source in sources if re.search(r"^\s*(from|import) recipe\b", source, re.M)
    ]
