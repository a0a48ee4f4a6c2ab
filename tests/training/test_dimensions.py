"""The shares of the four dimensions in each term's part of the score."""

import numpy as np
import scipy.sparse as sp

from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES
from tpmclassify.training.dimensions import (
    RESPONSIBILITY_DIMENSIONS,
    SCOPE_WORDS,
    dimension_shares,
)


def test_words_of_scope_and_the_lines_of_the_others_decide_their_dimension():
    terms = np.array(["architecture", "budget", "several programs"])
    counts = sp.csr_array(np.array([[5, 0, 1], [0, 5, 1], [0, 0, 0]]))
    classes = np.array(["technical_expertise", "resource_management", "none"])
    by_term = dimension_shares(counts, classes, terms)
    shares = [dict(zip(DIMENSIONS, row, strict=True)) for row in by_term]
    assert shares[0]["technical_knowledge"] > 0.5
    assert shares[1]["strategy_or_execution"] > 0.5
    assert shares[2] == {name: float(name == "scope_and_complexity") for name in DIMENSIONS}
    assert (by_term.sum(axis=1) <= 1 + 1e-12).all()


def test_every_responsibility_belongs_to_one_dimension():
    assert set(RESPONSIBILITY_DIMENSIONS) == set(RESPONSIBILITIES)
    assert set(RESPONSIBILITY_DIMENSIONS.values()) == set(DIMENSIONS) - {"scope_and_complexity"}


def test_the_shipped_dimension_shares_are_the_documented_ones(classifier):
    model = classifier.model_
    assert (model.dimension_shares >= 0).all()
    assert (model.dimension_shares.sum(axis=1) <= 1 + 1e-9).all()
    shares = dict(zip(model.vocabulary.terms, model.dimension_shares, strict=True))
    scope = DIMENSIONS.index("scope_and_complexity")
    for term, share in shares.items():
        assert (share[scope] == 1.0) == (not SCOPE_WORDS.isdisjoint(term.split(" ")))
    for term, dimension in (
        ("architecture", "technical_knowledge"),
        ("budget", "strategy_or_execution"),
        ("stakeholders", "collaboration_and_leadership"),
    ):
        assert shares[term].argmax() == DIMENSIONS.index(dimension)


def test_the_dimensions_of_a_posting_follow_its_words(classifier):
    technical = classifier.classify("Review system architecture with software engineers. " * 3)
    assert max(technical.dimensions, key=technical.dimensions.get) == "technical_knowledge"
    bounded = classifier.classify("Manage the schedule and budget. Track costs and timelines. " * 3)
    assert min(bounded.dimensions, key=bounded.dimensions.get) == "strategy_or_execution"
