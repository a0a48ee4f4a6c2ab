"""TPMClassifier keeps scikit-learn's conventions."""

import io
import itertools
import subprocess
import sys
from decimal import Decimal

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.utils.validation import check_is_fitted

import tpmclassify
from tpmclassify.model_file.arrays import write_arrays
from tpmclassify.model_file.file import KIND, VERSION, model_arrays


@pytest.fixture(scope="module")
def labelled(written):
    return (
        [posting["description"] for posting in written],
        [posting["label"] for posting in written],
        [posting["employer"] for posting in written],
    )


@pytest.fixture(scope="module")
def own(labelled):
    return tpmclassify.TPMClassifier().fit(*labelled)


def test_fit_learns_the_roles_of_own_postings(own, labelled):
    texts, labels, _ = labelled
    roles = [i for i, label in enumerate(labels) if label != "neither"]
    assert own.score([texts[i] for i in roles], [labels[i] for i in roles]) > 0.95


def test_probabilities_have_the_columns_of_classes(own, labelled):
    texts = labelled[0][:20]
    proba = own.predict_proba(texts)
    assert own.classes_.tolist() == ["PM", "TPM"]
    assert proba.shape == (20, 2)
    assert proba.sum(axis=1) == pytest.approx(1.0)
    assert own.predict(texts).tolist() == [own.classes_[row.argmax()] for row in proba]


def test_predictions_and_decisions_agree(classifier, labelled):
    texts = [*labelled[0][:20], ""]
    decisions = classifier.classify_many(texts)
    assert classifier.predict(texts).tolist() == [d.label for d in decisions]
    assert classifier.predict_proba(texts)[:, 1].tolist() == [d.p_tpm for d in decisions]


def test_a_decision_does_not_depend_on_the_batch(classifier, labelled):
    texts = labelled[0][:30]
    assert classifier.classify_many(texts) == [classifier.classify(text) for text in texts]


def test_without_neither_everything_is_in_scope(labelled):
    texts, labels, _ = labelled
    roles = [i for i, label in enumerate(labels) if label != "neither"]
    own = tpmclassify.TPMClassifier().fit([texts[i] for i in roles], [labels[i] for i in roles])
    assert own.classify(texts[0]).p_in_scope > 0.99


def test_reposts_of_a_posting_teach_nothing_about_themselves(labelled):
    """Coin-toss labels, every posting three times: held out beside itself, each looks right."""
    generator = np.random.default_rng(0)
    texts = [text for text in labelled[0][:40] for _ in range(3)]
    labels = np.repeat(generator.permutation(["TPM", "PM"] * 20), 3).tolist()
    reposts = [f"{text}\nReference {i}" for i, text in enumerate(texts)]
    held_out = tpmclassify.TPMClassifier().fit(reposts, labels).model_.card["held_out"]
    assert held_out["auc"] < 0.75


def test_the_card_of_an_own_model_is_about_itself(own, labelled):
    card = own.model_.card
    assert card["n_labelled"] == {"PM": 80, "TPM": 80, "neither": 80}
    assert card["n_apart"] <= len(set(labelled[2]))
    assert 0.5 < card["held_out"]["auc"] <= 1.0


def test_scikit_learn_takes_it_for_a_classifier(labelled):
    texts, labels, _ = labelled
    classifier = tpmclassify.TPMClassifier(prevalence=0.3)
    assert is_classifier(classifier)
    assert clone(classifier).get_params() == classifier.get_params()
    roles = [i for i, label in enumerate(labels) if label != "neither"]
    scores = cross_val_score(
        classifier, [texts[i] for i in roles], [labels[i] for i in roles], cv=3
    )
    assert scores.mean() > 0.8


def test_scikit_learn_knows_whether_it_is_fitted(classifier):
    check_is_fitted(classifier)
    with pytest.raises(NotFittedError):
        check_is_fitted(tpmclassify.TPMClassifier())


def test_it_shows_its_settings():
    shown = repr(tpmclassify.TPMClassifier(prevalence=0.3))
    assert shown == (
        "TPMClassifier(prevalence=0.3, in_scope_share=0.21, max_error=0.03, max_chars=1000000)"
    )


def test_joblib_keeps_a_fitted_classifier(own, tmp_path, labelled):
    joblib.dump(own, tmp_path / "own.joblib")
    again = joblib.load(tmp_path / "own.joblib")
    assert np.array_equal(again.predict_proba(labelled[0][:5]), own.predict_proba(labelled[0][:5]))


def test_unknown_parameters_are_named():
    with pytest.raises(ValueError, match="Invalid parameter 'treshold'"):
        tpmclassify.TPMClassifier().set_params(treshold=1)


def test_an_unfitted_classifier_says_so():
    with pytest.raises(tpmclassify.NotFittedError, match="not fitted"):
        tpmclassify.TPMClassifier().predict(["text"])


@pytest.mark.parametrize("texts", ["a bare string", b"bytes", {"a": 1}, 7, None])
def test_a_list_is_required_where_a_list_is_meant(texts):
    with pytest.raises(tpmclassify.PostingError, match="must be a list"):
        tpmclassify.classify_many(texts)


@pytest.mark.parametrize("text", [None, 3, float("nan"), b"bytes", ["a"]])
def test_a_posting_must_be_a_string(text):
    with pytest.raises(tpmclassify.PostingError, match="must be a str"):
        tpmclassify.classify(text)
    with pytest.raises(tpmclassify.PostingError, match="Posting 1 "):
        tpmclassify.classify_many(["fine", text])


@pytest.mark.parametrize("most", [None, "5", 0, -1, float("nan")])
def test_the_most_characters_must_be_a_number(most):
    classifier = tpmclassify.load().set_params(max_chars=most)
    table = pa.table({"description": ["Plan the work."]})
    for call in (
        lambda: classifier.classify("Plan the work."),
        lambda: classifier.classify_iter(["Plan the work."]),
        lambda: classifier.predict(["Plan the work."]),
        lambda: classifier.fit(["Plan the work."], ["PM"]),
        lambda: tpmclassify.screen(table, model=classifier),
    ):
        with pytest.raises(tpmclassify.PostingError, match=r"'max_chars' parameter .* \[1, inf\)"):
            call()


FRAME = pd.DataFrame({"title": ["a", "b"], "description": ["c", "d"]})


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (FRAME, "not a DataFrame|Got DataFrame .*one column of it"),
        (FRAME[["description"]], "one column of it: df"),
        (FRAME.to_numpy(), "Got ndarray .*one column of it"),
        (pa.table(FRAME), "Got Table .*one column of it"),
        (np.array("c"), "Got ndarray"),
        (io.StringIO("a\nb"), "Got StringIO .*for a file screen_file"),
        ({"a": "b"}, "Got dict"),
    ],
)
@pytest.mark.parametrize("method", ["predict", "predict_proba", "classify_many", "classify_iter"])
def test_tables_and_files_are_no_texts(classifier, texts, message, method):
    with pytest.raises(tpmclassify.PostingError, match=message):
        getattr(classifier, method)(texts)


class Shouted(str):
    """A string that shows itself otherwise than it is."""

    def __len__(self):
        return 2

    def __str__(self):
        return "LOUD"

    def encode(self, *_):
        return b"LOUD"


TEXT = "Manage the project budget, naïve or not."


@pytest.mark.parametrize("text", [Shouted(TEXT), np.str_(TEXT)])
def test_a_string_is_its_letters(text):
    assert tpmclassify.classify(text, Shouted("PM")) == tpmclassify.classify(TEXT, "PM")
    assert type(tpmclassify.classify(text).text) is str


def test_half_a_character_is_a_question_mark():
    cut = tpmclassify.classify("Manage the budget \ud83d")
    assert cut == tpmclassify.classify("Manage the budget ?")
    cut.to_json().encode()


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())],
)
@pytest.mark.parametrize("chunks", [1, 2])
def test_columns_of_arrow_are_texts_and_titles(kind, chunks):
    column = pa.chunked_array([pa.array([TEXT], kind)] * chunks)
    titles = pa.array([None, "Technical Program Manager"][:chunks], pa.string())
    assert [d.title_role for d in tpmclassify.classify_many(column, titles)] == [None, "TPM"][
        :chunks
    ]
    assert tpmclassify.load().predict(column).tolist() == ["PM"] * chunks


@pytest.mark.parametrize("model", [3, b"a.npz", ["a.npz"]])
def test_what_is_no_model_is_refused(model):
    with pytest.raises(tpmclassify.ModelFileError, match="must be a TPMClassifier or the path"):
        tpmclassify.classify(TEXT, model=model)


MISSING = [
    None, float("nan"), np.float32("nan"), pd.NA, pd.NaT, Decimal("nan"),
    np.datetime64("NaT", "ns"), np.ma.masked,
]  # fmt: skip


@pytest.mark.parametrize("missing", MISSING)
def test_a_missing_title_or_employer_is_none(missing):
    plain = tpmclassify.classify("Manage the project budget.")
    assert tpmclassify.classify("Manage the project budget.", missing, employer=missing) == plain
    many = tpmclassify.classify_many(
        ["Manage the project budget."], pd.Series([missing]), employers=[missing]
    )
    assert many == [plain]


@pytest.mark.parametrize("name", [7, b"TPM", ["TPM"], 1.5])
def test_a_title_that_is_no_string_is_refused(name):
    with pytest.raises(tpmclassify.PostingError, match="The title must be a str"):
        tpmclassify.classify("Manage the budget.", name)
    with pytest.raises(tpmclassify.PostingError, match=r"The employer of posting 1 .* must be"):
        tpmclassify.classify_many(["a", "b"], employers=["Acme", name])


@pytest.mark.parametrize("titles", [["TPM"], ["TPM", None, "PM"], []])
def test_titles_and_employers_must_be_as_many_as_texts(titles):
    with pytest.raises(tpmclassify.PostingError, match="all must be equally long"):
        tpmclassify.classify_many(["a", "b"], titles)
    with pytest.raises(tpmclassify.PostingError, match="all must be equally long"):
        tpmclassify.classify_many(["a", "b"], ["TPM", "PM"], employers=titles)


def test_employers_are_masked_in_many_as_in_one(written):
    rows = written[:6]
    texts, titles, employers = zip(
        *((row["description"], row["title"], row["employer"]) for row in rows), strict=True
    )
    many = tpmclassify.classify_many(texts, titles, employers=employers)
    assert many == [
        tpmclassify.classify(text, title, employer=employer)
        for text, title, employer in zip(texts, titles, employers, strict=True)
    ]


def test_an_endless_stream_is_classified_as_it_comes(monkeypatch):
    monkeypatch.setattr("tpmclassify.batch_sizes.BATCH_ROWS", 8)
    taken = []

    def texts():
        for number in itertools.count():
            taken.append(number)
            yield f"Manage the budget of project {number}."

    stream = tpmclassify.classify_iter(texts(), itertools.repeat("Project Manager"))
    assert not taken
    assert [next(stream).label for _ in range(10)] == ["PM"] * 10
    assert len(taken) == 16


def test_a_saved_classifier_keeps_its_settings(own, tmp_path):
    text = "Manage the project budget. Own the technical roadmap."
    mine = clone(own).set_params(prevalence=0.1, max_error=0.2)._set_model(own.model_)
    mine.save(tmp_path / "mine.npz")
    again = tpmclassify.load(tmp_path / "mine.npz")
    assert again.settings() == mine.settings()
    assert (again.prevalence, again.max_error) == (0.1, 0.2)
    assert again.classify(text) == mine.classify(text)
    assert again.classify(text).made_by.settings == mine.settings()


def test_settings_that_are_none_are_not_saved(own, tmp_path):
    mine = clone(own).set_params(prevalence=2.0)._set_model(own.model_)
    with pytest.raises(tpmclassify.PostingError, match="'prevalence'"):
        mine.save(tmp_path / "mine.npz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"prevalence": 2.0}, "no numbers between 0 and 1"),
        ({"prevalence": "a"}, "no numbers between 0 and 1"),
        ([0.5], "no numbers between 0 and 1"),
        ({"courage": 0.5}, "settings that this version does not know .courage."),
    ],
)
def test_a_file_with_other_settings_is_refused(classifier, tmp_path, settings, message):
    card = {**classifier.model_.card, "settings": settings}
    path = tmp_path / "odd.npz"
    arrays = model_arrays(classifier.model_)
    write_arrays(path, arrays, kind=KIND, version=VERSION, card=card)
    with pytest.raises(tpmclassify.ModelFileError, match=message):
        tpmclassify.load(path)


def test_nobody_changes_a_loaded_model_under_another_s_hands(classifier):
    for name, array in model_arrays(classifier.model_).items():
        if name != "vocabulary" and not name.endswith("sublinear_tf"):  # made for the occasion
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


def test_the_weights_are_a_table_from_which_the_score_follows(classifier):
    text = "Manage the project budget and schedule of our vendors."
    weights = pd.DataFrame(classifier.weights()).set_index("term")
    assert weights.index.is_monotonic_increasing
    assert (weights["idf"] > 0).all()
    words = pd.DataFrame(classifier.classify(text).words())
    by_word = words.groupby("word")["contribution"].sum()
    raw = weights.loc[by_word.index, "idf"] * weights.loc[by_word.index, "role"]
    assert np.ptp(by_word / raw) == pytest.approx(0.0, abs=1e-9)


def test_too_long_a_text_is_refused():
    with pytest.raises(tpmclassify.PostingError, match="1,000,001 characters"):
        tpmclassify.classify("a" * 1_000_001)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["TPM", "PM", "boss", "PM"], "Unknown labels: 'boss'"),
        (["TPM", "TPM", "TPM", "TPM"], "4 TPM and 0 PM postings that differ"),
        (["TPM", "PM", "PM", "PM"], "1 TPM and 3 PM postings that differ in employer"),
        (["TPM", "PM"], "2 entries for 4 texts"),
    ],
)
def test_labels_that_cannot_be_learned_are_refused(labels, message):
    texts = ["Manage the budget", "Drive the architecture", "Track the plan", "Own the roadmap"]
    with pytest.raises(tpmclassify.TrainingError, match=message):
        tpmclassify.TPMClassifier().fit(texts, labels)


@pytest.mark.parametrize("table", [pd.DataFrame({"label": ["PM"] * 4}), np.array([["PM"]] * 4)])
@pytest.mark.parametrize("name", ["labels", "groups"])
def test_a_table_is_no_column(table, name):
    columns = {"labels": ["TPM", "PM"] * 2, "groups": None, name: table}
    with pytest.raises(tpmclassify.PostingError, match=f"{name} must be .*one column of it"):
        tpmclassify.TPMClassifier().fit(["a", "b", "c", "d"], **columns)


def test_a_posting_without_a_group_is_one_of_its_own(labelled):
    texts, labels, _ = labelled
    missing = list(itertools.islice(itertools.cycle([*MISSING, "", " "]), len(texts)))
    own = tpmclassify.TPMClassifier().fit(texts, labels, missing)
    assert own.model_.card == tpmclassify.TPMClassifier().fit(texts, labels).model_.card


def test_predicting_imports_no_scikit_learn_and_opens_no_socket():
    program = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("a socket was opened")
socket.socket = refuse
import tpmclassify
decision = tpmclassify.classify("Manage the project budget and the schedule.")
assert decision.label == "PM"
assert tpmclassify.load().predict(["Drive technical programs across engineering"])[0] == "TPM"
for name in ("sklearn", "scipy", "pandas", "pyarrow", "rich"):
    assert name not in sys.modules, name
"""
    subprocess.run([sys.executable, "-c", program], check=True)
