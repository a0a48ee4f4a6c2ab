"""Scores and parts are those of scikit-learn's own pipeline."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from tpmclassify.reading.vocabulary import LINE_BREAK, Vocabulary, tokens
from tpmclassify.scoring.tfidf import LinearText, find_occurrences

WORDS = ["plan", "the", "cost", "straße", "i̇stanbul", "σίσυφος", "οδος", "données", "三体", "a1"]
TERMS = sorted({*WORDS, *(f"{a} {b}" for a in WORDS for b in WORDS)})


def random_model(sublinear):
    generator = np.random.default_rng(0)
    return LinearText(
        idf=generator.uniform(1, 5, len(TERMS)),
        coef=generator.normal(size=(3, len(TERMS))),
        intercept=generator.normal(size=3),
        sublinear_tf=sublinear,
    )


def reference(model, lines):
    """The same figure from scikit-learn, on the prepared text."""
    vectorizer = TfidfVectorizer(
        vocabulary=TERMS, ngram_range=(1, 2), sublinear_tf=model.sublinear_tf
    )
    vectorizer.idf_ = model.idf
    return vectorizer.transform([LINE_BREAK.join(lines)]) @ model.coef.T + model.intercept


def ours(model, lines):
    found = find_occurrences(Vocabulary(tuple(TERMS)), [tokens(line) for line in lines])
    weights = model.weigh(found.terms, np.zeros_like(found.terms), 1)
    return weights, found, model.scores(weights)


@pytest.mark.parametrize("sublinear", [True, False])
@given(
    lines=st.lists(
        st.lists(
            st.sampled_from([*WORDS, *(w.upper() for w in WORDS), "İstanbul", "ΟΔΟΣ", "x", "__"]),
            max_size=12,
        ).map(" ".join),
        min_size=1,
        max_size=6,
    )
)
@settings(deadline=None)
def test_scores_equal_scikit_learn(sublinear, lines):
    model = random_model(sublinear)
    assert ours(model, lines)[2] == pytest.approx(reference(model, lines), abs=1e-9)


@given(text=st.text(max_size=200))
@settings(deadline=None)
def test_any_text_scores_as_in_scikit_learn(text):
    model = random_model(sublinear=True)
    lines = [text, "Plan the COST", text]
    assert ours(model, lines)[2] == pytest.approx(reference(model, lines), abs=1e-9)


@pytest.mark.parametrize("sublinear", [True, False])
def test_parts_add_up_to_the_score(sublinear):
    model = random_model(sublinear)
    weights, _, scores = ours(model, ["plan the plan the cost", "the cost", "nothing known"])
    for output in range(3):
        total = model.parts(weights, output).sum() + model.intercept[output]
        assert total == pytest.approx(scores[0, output], abs=1e-12)


def test_no_pair_of_words_crosses_a_line():
    vocabulary = Vocabulary(("plan the",))
    assert vocabulary.find(["plan", "the"]) == [0]
    assert len(find_occurrences(vocabulary, [["plan"], ["the"]]).terms) == 0


def test_one_letter_words_are_dropped_before_pairs_form():
    assert Vocabulary(("plan cost",)).find(tokens("plan a cost")) == [0]


def test_a_text_without_known_words_scores_the_intercept():
    model = random_model(sublinear=True)
    assert ours(model, ["unknown words"])[2][0] == pytest.approx(model.intercept)


def test_words_that_a_model_does_not_use_leave_its_intercept():
    model = random_model(sublinear=True)
    model.idf[TERMS.index("plan")] = 0.0
    weights, _, scores = ours(model, ["plan"])
    assert scores[0] == pytest.approx(model.intercept)
    assert model.parts(weights, 0).tolist() == [0.0]


def test_a_text_scores_the_same_alone_and_in_a_batch():
    model = random_model(sublinear=True)
    texts = [["plan the cost"], ["the the plan"], [""], ["cost"]]
    found = find_occurrences(
        Vocabulary(tuple(TERMS)), [tokens(line) for text in texts for line in text]
    )
    together = model.scores(model.weigh(found.terms, found.rows, len(texts)))
    alone = np.vstack([ours(model, text)[2] for text in texts])
    assert np.array_equal(together, alone)
