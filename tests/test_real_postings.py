"""Promises that must hold on every one of the real postings, where they are present."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from tpmclassify.reading.batch import read_postings
from tpmclassify.reading.posting import read_posting
from tpmclassify.reading.vocabulary import LINE_BREAK
from tpmclassify.scoring.models import score


@pytest.fixture(scope="module")
def decided(real_postings, classifier):
    texts = real_postings["text"].tolist()
    return texts, classifier.classify_many(texts)


def test_every_score_is_its_baseline_plus_its_parts(decided):
    for decision in decided[1]:
        total = decision.baseline + sum(e.contribution for e in decision.evidence)
        assert abs(total - decision.score) <= 1e-9


def test_every_quote_is_an_exact_slice(decided):
    for decision in decided[1]:
        assert all(decision.text[e.start : e.end] == e.text for e in decision.evidence)


def test_every_score_equals_scikit_learn_on_the_prepared_text(decided, classifier):
    texts, decisions = decided
    model = classifier.model_
    postings = [read_posting(text) for text in texts]
    scores = score(model, read_postings(postings, model.vocabulary))
    prepared = [
        LINE_BREAK.join(
            line.masked
            for line, votes in zip(
                posting.lines, scores.voting[scores.reading.lines_of(i)], strict=True
            )
            if votes
        )
        for i, posting in enumerate(postings)
    ]
    vectorizer = TfidfVectorizer(
        vocabulary=list(model.vocabulary.terms), ngram_range=(1, 2), sublinear_tf=True
    )
    vectorizer.idf_ = model.posting.idf
    reference = vectorizer.transform(prepared) @ model.posting.coef.T + model.posting.intercept
    assert np.abs(reference[:, 0] - scores.role).max() <= 1e-9
    assert np.abs(reference[:, 1] - scores.scope).max() <= 1e-9
    slope, intercept = model.calibration.role_line
    # From as many TPM as PM to the share that is expected.
    prior = np.log(classifier.prevalence / (1 - classifier.prevalence))
    calibrated = slope * reference[:, 0] + intercept + prior
    assert np.abs(calibrated - [d.score for d in decisions]).max() <= 1e-9
