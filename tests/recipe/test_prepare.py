"""The way from a folder of postings to the shipped model, walked with the project's own."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tpmclassify
from recipe.corpus import LEARNED, read_corpus
from recipe.prepare import prepare_shipped
from recipe.shipped import read_rows, train_shipped
from tpmclassify.model_file.file import save_model
from tpmclassify.roles import DIMENSIONS
from tpmclassify.training import commands

DATASETS = Path(__file__).parent.parent.parent / "datasets"
# Of 240: contested, drawn from job boards, of fresh tables; the rest are the written ones.
N_CONTESTED, N_BOARDS, N_FRESH = 120, 60, 20
N_LABELLED = N_CONTESTED + N_BOARDS + N_FRESH


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as `read_corpus` expects it, and the project's postings beside it."""
    folder = tmp_path_factory.mktemp("postings")
    (folder / "audit").mkdir()
    table = pd.read_csv(DATASETS / "postings.csv").sample(frac=1.0, random_state=0)
    lines = pd.read_csv(DATASETS / "lines.csv", keep_default_na=False)
    labelled, written = table[:N_LABELLED], table[N_LABELLED:]
    contested, boards = labelled[:N_CONTESTED], labelled[N_CONTESTED:-N_FRESH]
    generator = np.random.default_rng(0)

    def postings(some):
        return some.rename(columns={"description": "text"}).assign(
            cluster=np.arange(len(some)), source=[f"board {i % 7}" for i in range(len(some))]
        )

    def labels(some):
        found = some[["posting_id", "label"]].assign(
            label_2=some["label"],
            confidence=generator.integers(1, 6, len(some)),
            kind="any job",
            industry="made up",
            weight=2.0,
            **{name: generator.integers(-2, 3, len(some)) for name in DIMENSIONS},
        )
        found.loc[found.index[:2], "label_2"] = "disputed"
        return found

    postings(labelled[:-N_FRESH]).to_parquet(folder / "postings.parquet")
    postings(labelled[-N_FRESH:]).to_parquet(folder / "postings_fresh.parquet")
    first = labels(contested)
    second = first[["posting_id", "label_2", "kind"]]
    first.drop(columns=["label_2", "kind", "weight"]).to_csv(folder / "labels.csv", index=False)
    second.to_csv(folder / "labels_second.csv", index=False)
    labels(boards).to_csv(folder / "labels_more.csv", index=False)
    labels(labelled[-N_FRESH:]).to_csv(folder / "labels_fresh.csv", index=False)
    text_of = {
        posting_id: tpmclassify.classify(text).text
        for posting_id, text in zip(contested["posting_id"], contested["description"], strict=True)
    }
    known = lines[lines["posting_id"].isin(contested["posting_id"])]
    known.assign(
        text=[text_of[row.posting_id][row.start : row.end] for row in known.itertuples()]
    ).to_parquet(folder / "lines.parquet")
    contested[["posting_id"]].tail(1).to_csv(folder / "audit/ambiguous.csv", index=False)
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


def test_what_one_rater_read_is_learned_from_alone(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    table = pd.read_parquet(tmp_path / "postings.parquet")
    further = table.tail(2).assign(posting_id=["new one", "new two"])
    pd.concat([table, further]).to_parquet(tmp_path / "postings.parquet")
    own = pd.concat([further, table.head(1)])[["posting_id", "label"]]
    own.assign(confidence=[5, 2, 5], kind="any job").to_csv(
        tmp_path / "labels_own.csv", index=False
    )
    corpus = read_corpus(tmp_path, tmp_path / "written.csv")
    learned = corpus.sample == LEARNED
    assert corpus.n_labelled == N_LABELLED + 2  # what two raters read already is not taken again
    assert corpus.agreed[learned].tolist() == [True, False]
    assert not corpus.calibration_weight[learned].any()


@pytest.mark.slow
def test_every_posting_is_counted_once(prepared):
    rows_file, card = prepared
    rows = read_rows(rows_file)[0].rows
    assert sum(card["n_labelled"].values()) == rows.labelled.shape[0] == N_LABELLED
    assert card["n_written"] == rows.written.shape[0] == 240 - N_LABELLED


@pytest.mark.slow
def test_the_figures_leave_out_what_is_disputed(prepared):
    rows_file, card = prepared
    figures, rows = card["held_out"]["tpm_against_pm"], read_rows(rows_file)[0].rows
    labels = rows.labels[:N_CONTESTED][rows.agreed[:N_CONTESTED]]
    assert len(labels) == N_CONTESTED - 3
    assert figures["n_tpm"] == (labels == "TPM").sum()
    assert figures["n_pm"] == (labels == "PM").sum()
    assert 0.5 < figures["macro_f1_interval"][0] <= figures["macro_f1"] <= 1.0
    assert card["held_out"]["job_boards_where_raters_differ"]["n"] == 2


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
    with pytest.raises(tpmclassify.ModelFileError, match=r"rows\.npz: there is no such file"):
        read_rows(tmp_path / "rows.npz")


def test_outside_a_clone_the_command_says_where_to_run_it(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "_PROJECT", tmp_path)
    with pytest.raises(tpmclassify.TrainingError, match="in a clone of the project"):
        commands.train_shipped_model(tmp_path / "model.npz")


def test_the_package_does_without_the_recipe():
    package = Path(tpmclassify.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    assert not [
        source for source in sources if re.search(r"^\s*(from|import) recipe\b", source, re.M)
    ]
