"""What stands in a decision is what its lines and the model say."""

import math

import numpy as np
import pytest

from tpmclassify.reading.batch import Texts, read_texts
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES
from tpmclassify.scoring.models import score


@pytest.fixture(scope="module")
def decisions(classifier, written):
    return classifier.classify_many([posting["description"] for posting in written[:40]])


def test_a_responsibility_sums_the_lines_that_state_it(decisions):
    for decision in decisions:
        for name, total in decision.responsibilities.items():
            lines = [e.contribution for e in decision.evidence if e.responsibility == name]
            assert total == pytest.approx(math.fsum(lines), abs=1e-12)


def test_the_dimensions_share_out_the_same_sum(decisions):
    for decision in decisions:
        total = math.fsum(decision.dimensions.values())
        assert total == pytest.approx(decision.score - decision.baseline, abs=1e-9)
        assert any(decision.dimensions[name] for name in DIMENSIONS)


def test_a_dimension_sums_its_share_of_every_line(classifier, decisions):
    slope = classifier.policy().slope
    for decision in decisions[:10]:
        reading = read_texts(Texts.of([decision.text]), None, classifier.model_.vocabulary)
        parts = score(classifier.model_, reading, with_dimensions=True).line_dimensions
        for position, name in enumerate(DIMENSIONS):
            expected = slope * parts[:, position].sum()
            assert decision.dimensions[name] == pytest.approx(expected, abs=1e-9)


def test_an_empty_posting_among_others_is_empty(classifier, decisions):
    texts = [decisions[0].text, "", decisions[1].text]
    assert classifier.classify_many(texts)[1] == classifier.classify("")


def test_the_profile_gives_the_percent_of_postings_with_less(classifier, decisions):
    names = (*RESPONSIBILITIES, *DIMENSIONS)
    percentiles = classifier.model_.profiles.percentiles
    for decision in decisions:
        for position, name in enumerate(names):
            value = (decision.responsibilities | decision.dimensions)[name]
            below = [min(100, int((percentiles[role, position] < value).sum())) for role in (0, 1)]
            standing = decision.profile[name]
            assert [standing.among_tpm, standing.among_pm] == below


def test_the_profile_counts_the_lines_that_state_a_responsibility(classifier, decisions):
    usual = classifier.model_.profiles.lines
    for decision in decisions:
        for position, name in enumerate(RESPONSIBILITIES):
            standing = decision.profile[name]
            assert standing.lines >= sum(e.responsibility == name for e in decision.evidence)
            assert standing.usual_lines_tpm == usual[0, position]
            assert standing.usual_lines_pm == usual[1, position]
    lines = [d.profile[name].lines for d in decisions for name in RESPONSIBILITIES]
    assert 0 < np.mean(lines) < 10


def test_lines_that_flip_are_taken_out_loudest_first(classifier, decisions):
    flipped = [decision for decision in decisions if decision.flips_by][:8]
    assert flipped
    for decision in flipped:
        rest = decision.text
        for line in decision.flips_by:
            left = classifier.classify(rest)
            assert left.label == decision.label
            loudest = next(e for e in left.evidence if e.role == decision.label)
            assert loudest.text == line.text
            rest = rest.replace(line.text, " " * len(line.text), 1)
        assert classifier.classify(rest).label != decision.label


@pytest.mark.parametrize("text", ["", "Xyzzy qwertz plugh."])
def test_a_posting_without_evidence_is_its_baseline(classifier, text):
    decision = classifier.classify(text)
    assert decision.evidence == decision.flips_by == ()
    assert decision.score == decision.baseline
