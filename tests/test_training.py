"""Folds without leaks, a vocabulary that gives nobody away, counts that hide the text."""

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

import tpmclassify
from tpmclassify.reading.posting import read_posting
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES
from tpmclassify.scoring.models import LINE_CLASSES
from tpmclassify.training.alignment import AnnotatedLine, align
from tpmclassify.training.counts import choose_terms, count_lines
from tpmclassify.training.dimensions import (
    RESPONSIBILITY_DIMENSIONS,
    SCOPE_WORDS,
    fold_terms,
)
from tpmclassify.training.employer_names import names_in_use
from tpmclassify.training.fitting import fit_platt
from tpmclassify.training.folds import assign_folds, connected_groups
from tpmclassify.training.privacy import LONGEST_RUN, longest_certain_run, thin_counts
from tpmclassify.training.shipped import read_rows

ROOT = Path(__file__).parent.parent


def test_postings_that_share_an_employer_or_a_cluster_are_one_group():
    groups = connected_groups(["a", "b", "b", "c", "d"], [1, 1, 2, 2, 3])
    assert len(set(groups[:4])) == 1
    assert groups[4] != groups[0]


def test_no_group_stands_in_two_folds():
    generator = np.random.default_rng(0)
    groups = generator.integers(40, size=300)
    labels = generator.choice(["TPM", "PM", "neither"], size=300).tolist()
    folds = assign_folds(labels, groups)
    assert all(len(set(folds[groups == group])) == 1 for group in range(40))
    assert set(folds) == set(range(5))


def test_a_label_of_one_group_cannot_be_tested():
    with pytest.raises(tpmclassify.TrainingError, match="at least two"):
        assign_folds(["TPM", "TPM", "PM", "PM"], np.array([0, 0, 1, 2]))


def postings(*texts):
    return [read_posting(text) for text in texts]


def test_terms_need_several_employers_and_no_dominant_one():
    texts = ["alpha beta", "alpha", "alpha", *["gamma gamma gamma"] * 4, "gamma", "gamma"]
    employers = ["a", "b", "c", "d", "d", "d", "d", "e", "f"]
    counts = count_lines(postings(*texts), min_lines=1)
    everyone = np.ones(len(texts), dtype=bool)
    chosen = choose_terms(counts, employers, among=everyone, min_employers=3)
    assert counts.terms[chosen].tolist() == ["alpha"]
    none = choose_terms(
        counts, employers, among=everyone, min_employers=3, forbidden=frozenset(["alpha"])
    )
    assert len(none) == 0


def test_only_training_postings_choose_terms():
    counts = count_lines(postings("alpha", "alpha", "beta", "beta"), min_lines=1)
    among = np.array([True, True, False, False])
    chosen = choose_terms(counts, ["a", "b", "c", "d"], among=among, min_employers=2)
    assert counts.terms[chosen].tolist() == ["alpha"]


def test_terms_hold_no_figures_and_no_masks():
    counts = count_lines(postings("plan 2026 budget _x_ with TPM and a1"), min_lines=1)
    assert all(term.replace(" ", "").isalpha() for term in counts.terms)


def test_makers_names_are_told_from_words():
    texts = ["We use Zorblat. Zorblat helps.", "Open doors, open minds; an open mind"]
    names = names_in_use(postings(*texts), ["zorblat"] * 3 + ["open"] * 3)
    assert names == {"zorblat"}


def test_annotations_follow_their_words_to_our_lines():
    annotated = [
        AnnotatedLine("[COMPANY] grows.", "none", "none"),
        AnnotatedLine("The [ROLE] plans the work and", "project_planning", "PM"),
        AnnotatedLine("tracks it. Leads teams", "communication", "neutral"),
    ]
    posting = read_posting(
        "Vexmoor grows.\nThe project manager plans the work and tracks it.\nLeads teams"
    )
    found = [line.responsibility if line else None for line in align(posting, annotated)]
    assert found == ["none", "project_planning", "communication"]


def count_matrix(text):
    words = text.split()
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    terms = sorted({*words, *pairs})
    row = np.array([[(words + pairs).count(term) for term in terms]])
    return sp.csr_array(row), terms


def test_thinned_counts_give_no_long_run_away():
    text = "one two three four five six seven eight nine ten eleven twelve thirteen"
    counts, terms = count_matrix(text)
    assert " ".join(longest_certain_run(counts.indices, terms)) == text
    thinned, n_removed = thin_counts(counts, terms)
    assert n_removed > 0
    assert len(longest_certain_run(thinned.indices, terms)) <= LONGEST_RUN
    unigrams = [i for i, term in enumerate(terms) if " " not in term]
    assert (thinned.toarray()[:, unigrams] == counts.toarray()[:, unigrams]).all()


def test_no_ten_words_of_a_posting_can_be_recovered_from_what_is_shipped():
    prepared = read_rows(ROOT / "datasets/shipped_rows.npz")[0]
    terms = prepared.vocabulary.terms
    for matrix in (prepared.rows.labelled, prepared.rows.hinted, prepared.rows.bundles):
        for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
            assert len(longest_certain_run(matrix.indices[start:end], terms)) < 10


def test_the_vocabulary_holds_no_address_no_figure_and_no_mask():
    for term in tpmclassify.load().model_.vocabulary.terms:
        assert all(word.isalpha() for word in term.split(" "))


def test_every_line_of_the_written_postings_is_annotated(written):
    with (ROOT / "datasets/lines.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    annotated = {(row["posting_id"], int(row["start"]), int(row["end"])) for row in rows}
    lines = {
        (entry["posting_id"], line.start, line.end)
        for entry in written
        for line in read_posting(entry["description"], employer=entry["employer"]).lines
    }
    assert annotated == lines
    assert {row["responsibility"] for row in rows} == set(LINE_CLASSES)
    assert {row["lean"] for row in rows} == {"TPM", "PM", "neutral", "none"}


def test_words_of_scope_and_the_lines_of_the_others_decide_their_dimension():
    terms = np.array(["architecture", "budget", "several programs"])
    counts = sp.csr_array(np.array([[5, 0, 1], [0, 5, 1], [0, 0, 0]]))
    classes = np.array(["technical_expertise", "resource_management", "none"])
    folded = fold_terms(counts, classes, terms)
    shares = [dict(zip(DIMENSIONS, row, strict=True)) for row in folded]
    assert shares[0]["technical_knowledge"] > 0.5
    assert shares[1]["strategy_or_execution"] > 0.5
    assert shares[2] == {name: float(name == "scope_and_complexity") for name in DIMENSIONS}
    assert (folded.sum(axis=1) <= 1 + 1e-12).all()


def test_every_responsibility_folds_into_one_dimension():
    assert set(RESPONSIBILITY_DIMENSIONS) == set(RESPONSIBILITIES)
    assert set(RESPONSIBILITY_DIMENSIONS.values()) == set(DIMENSIONS) - {"scope_and_complexity"}


def test_the_shipped_folding_is_the_documented_one(classifier):
    model = classifier.model_
    assert (model.folding >= 0).all()
    assert (model.folding.sum(axis=1) <= 1 + 1e-9).all()
    shares = dict(zip(model.vocabulary.terms, model.folding, strict=True))
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


def test_a_few_postings_told_apart_without_an_error_make_nobody_certain():
    scores, positive = np.linspace(-2, 2, 40), np.arange(40) >= 20
    slope, intercept = fit_platt(scores, positive, balanced=True, smoothed=True)
    assert 0.0 < slope * 2 + intercept < np.log(20 * 40)
    certain = fit_platt(scores, positive, balanced=True)
    assert slope < certain[0]
