"""What scikit-learn's own tools do with TPMClassifier."""

import random
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.exceptions
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

import tpmclassify
from tpmclassify import TPMClassifier

TPM_LINES = (
    "Lead cross-team architecture programs",
    "Review API designs with engineers",
    "Own the technical roadmap",
    "Drive the rollout automation",
)
PM_LINES = (
    "Prepare the project charter",
    "Track milestones and the budget",
    "Manage vendors and change orders",
    "Chair client meetings",
)
NEITHER_LINES = (
    "Care for patients on the ward",
    "Give medication at night",
    "Comfort families",
    "Clean the rooms",
)


def made_up(*lines_of_labels, n=20):
    draw = random.Random(1)
    return [
        ". ".join(f"{draw.choice(lines)} in week {draw.randrange(99)}" for _ in range(6))
        for _ in range(n)
        for lines in lines_of_labels
    ]


X, Y = made_up(TPM_LINES, PM_LINES), ["TPM", "PM"] * 20
GROUPS = [f"employer {i // 2 % 10}" for i in range(len(X))]


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_cross_val_predict_knows_every_method(method):
    held_out = cross_val_predict(TPMClassifier(), X, Y, cv=3, method=method)
    if method == "predict":
        assert (held_out == Y).mean() > 0.9
    else:
        p_tpm = held_out[:, 1] if method == "predict_proba" else held_out
        assert p_tpm[np.array(Y) == "TPM"].mean() > p_tpm[np.array(Y) == "PM"].mean()


def plain_text_model():
    return make_pipeline(TfidfVectorizer(), LogisticRegression())


@pytest.mark.parametrize(
    "meta",
    [
        VotingClassifier([("ours", TPMClassifier())], voting="soft"),
        VotingClassifier([("ours", TPMClassifier()), ("other", plain_text_model())]),
        StackingClassifier([("ours", TPMClassifier()), ("other", plain_text_model())], cv=3),
        CalibratedClassifierCV(TPMClassifier(), cv=3),
        CalibratedClassifierCV(TPMClassifier(), cv=3, ensemble=False),
        GridSearchCV(TPMClassifier(), {"prevalence": [0.3, 0.7]}, cv=3),
        make_pipeline(TPMClassifier()),
    ],
    ids=lambda meta: f"{type(meta).__name__}, {len(getattr(meta, 'estimators', '1'))}",
)
def test_meta_estimators_take_it(meta):
    assert meta.fit(X, Y).score(X, Y) > 0.9
    assert meta.classes_.tolist() == ["PM", "TPM"]


@pytest.mark.parametrize("kind", [list, np.array, pd.Series])
def test_encoded_labels_are_positions_in_sorted_order(kind):
    encoded = TPMClassifier().fit(kind(X), kind([1, 0] * 20))
    by_name = TPMClassifier().fit(kind(X), kind(Y))
    assert encoded.classes_.tolist() == [0, 1]
    assert encoded.predict(X[:2]).tolist() == [1, 0]
    assert np.array_equal(encoded.predict_proba(X), by_name.predict_proba(X))
    assert encoded.score(X, [1, 0] * 20) == by_name.score(X, Y)
    assert encoded.classify(X[0]).label == "TPM"


def test_the_third_position_is_neither():
    texts = made_up(TPM_LINES, PM_LINES, NEITHER_LINES)
    encoded = TPMClassifier().fit(texts, [1, 0, 2] * 20)
    by_name = TPMClassifier().fit(texts, ["TPM", "PM", "neither"] * 20)
    assert encoded.classify(texts[2]).p_in_scope == by_name.classify(texts[2]).p_in_scope
    assert by_name.classify(texts[2]).p_in_scope < 0.5 < by_name.classify(texts[0]).p_in_scope


@pytest.mark.parametrize("labels", [[1, 2] * 20, [0, 3] * 20, [0.0, 1.0] * 20, [True, False] * 20])
def test_other_numbers_are_no_labels(labels):
    with pytest.raises(tpmclassify.TrainingError):
        TPMClassifier().fit(X, labels)


def test_weights_count_in_fit_and_score():
    flipped = ["PM", *Y[1:]]
    plain = TPMClassifier().fit(X, flipped)
    light = TPMClassifier().fit(X, flipped, sample_weight=[1e-6] + [1.0] * (len(X) - 1))
    assert light.model_.posting.coef[0] @ np.ones(len(light.model_.vocabulary)) != pytest.approx(
        plain.model_.posting.coef[0] @ np.ones(len(plain.model_.vocabulary))
    )
    ones = TPMClassifier().fit(X, Y, sample_weight=np.ones(len(X)))
    assert np.array_equal(ones.predict_proba(X), TPMClassifier().fit(X, Y).predict_proba(X))
    assert ones.score(X, flipped) == pytest.approx(1 - 1 / len(X))
    assert ones.score(X, flipped, sample_weight=[0.0] + [1.0] * (len(X) - 1)) == 1.0


def test_weights_count_in_calibration():
    flipped = ["PM", *Y[1:]]
    plain = TPMClassifier().fit(X, flipped)
    light = TPMClassifier().fit(X, flipped, sample_weight=[1e-6] + [1.0] * (len(X) - 1))
    slope = plain.model_.calibration.role_line[0]
    assert light.model_.calibration.role_line[0] > slope  # one error hardly counts
    assert light.model_.calibration.weight[0] < 1e-5


@pytest.mark.parametrize("weights", [[1.0], [-1.0] * 40, [float("nan")] * 40, ["a"] * 40, [0] * 40])
def test_what_is_no_weight_is_refused(weights):
    with pytest.raises(tpmclassify.TrainingError, match="sample_weight must hold one positive"):
        TPMClassifier().fit(X, Y, sample_weight=weights)


def test_metadata_is_routed():
    with sklearn.config_context(enable_metadata_routing=True):
        asking = TPMClassifier().set_fit_request(groups=True, sample_weight="w")
        asking.set_score_request(sample_weight=False)
        routed = clone(asking).get_metadata_routing()
        assert routed.fit.requests == {"groups": True, "sample_weight": "w"}
        assert routed.score.requests == {"sample_weight": False}
        scores = cross_val_score(
            asking, X, Y, cv=GroupKFold(3), params={"groups": GROUPS, "w": [1.0] * len(X)}
        )
        assert scores.mean() > 0.9
        with pytest.raises(sklearn.exceptions.UnsetMetadataPassedError, match="sample_weight"):
            cross_validate(TPMClassifier(), X, Y, params={"sample_weight": [1.0] * len(X)})


def test_an_unfitted_classifier_raises_scikit_learn_s_own_error():
    assert issubclass(tpmclassify.NotFittedError, sklearn.exceptions.NotFittedError)
    for ask in ("predict", "predict_proba", "decision_function", "classify_many", "classify_iter"):
        with pytest.raises(sklearn.exceptions.NotFittedError, match="not fitted"):
            getattr(TPMClassifier(), ask)(X)


def test_no_texts_have_predictions_of_the_right_type(classifier):
    assert classifier.predict([]).dtype.kind == "U"
    assert classifier.predict_proba([]).shape == (0, 2)
    assert np.allclose(np.exp(classifier.predict_log_proba(X)), classifier.predict_proba(X))


# The checks of `check_estimator` that do not fit on arrays of numbers; all the others do, and a
# classifier of texts refuses those.
APPLICABLE = {
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_estimators_unfitted",
    "check_mixin_order",
    "check_valid_tag_types",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
    "check_requires_y_none",
}


def test_scikit_learn_s_checks_that_need_no_numbers_pass():
    class ForChecks(TPMClassifier):
        def __sklearn_tags__(self):
            # Else scikit-learn skips them all: it can make no texts.
            tags = super().__sklearn_tags__()
            tags.input_tags.two_d_array = True
            return tags

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is no BaseEstimator, and about each failure
        results = check_estimator(ForChecks(), on_fail=None, on_skip=None)
    outcome = {result["check_name"]: result for result in results}
    assert outcome.keys() >= APPLICABLE
    for name in APPLICABLE:
        assert outcome[name]["status"] == "passed", (name, outcome[name]["exception"])


def test_without_scikit_learn_there_is_an_error_all_the_same():
    program = """
import sys
sys.modules["sklearn"] = None
import tpmclassify
try: tpmclassify.TPMClassifier().predict(["a"])
except tpmclassify.NotFittedError as error: assert isinstance(error, AttributeError)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
