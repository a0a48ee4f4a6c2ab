"""Scores and parts are those of scikit-learn's own pipeline."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from tpmclassify.reading.batch import read_postings
from tpmclassify.reading.posting import Line, Posting
from tpmclassify.reading.vocabulary import LINE_BREAK, Vocabulary, tokens
from tpmclassify.scoring.models import CalibrationScores, Model, Profiles, score
from tpmclassify.scoring.tfidf import LINE_CLASSES, LinearText
from tpmclassify.scoring.title_words import TitleWords, title_words

WORDS = ["plan", "the", "cost", "straße", "i̇stanbul", "σίσυφος", "οδος", "données", "三体", "a1"]
TERMS = sorted({*WORDS, *(f"{a} {b}" for a in WORDS for b in WORDS)})


def random_model(sublinear):
    """A model of which every line counts."""
    generator = np.random.default_rng(0)

    def linear(n_outputs):
        return LinearText(
            idf=generator.uniform(1, 5, len(TERMS)),
            coef=generator.normal(size=(n_outputs, len(TERMS))),
            intercept=generator.normal(size=n_outputs),
            sublinear_tf=sublinear,
        )

    line = linear(len(LINE_CLASSES))
    line.intercept[-1] = -1000.0
    return Model(
        vocabulary=Vocabulary(tuple(TERMS)),
        line=line,
        posting=linear(2),
        dimension_shares=generator.uniform(0, 0.25, (len(TERMS), 4)),
        title=TitleWords.none(),
        calibration=CalibrationScores.none(),
        profiles=Profiles.none(),
        card={},
    )


def reference(model, lines):
    """The scores of role and scope by scikit-learn, on the prepared text."""
    posting = model.posting
    vectorizer = TfidfVectorizer(
        vocabulary=TERMS, ngram_range=(1, 2), sublinear_tf=posting.sublinear_tf
    )
    vectorizer.idf_ = posting.idf
    return (vectorizer.transform([LINE_BREAK.join(lines)]) @ posting.coef.T + posting.intercept)[0]


def scored(model, *texts):
    postings = [Posting("", tuple(Line(0, 0, line) for line in lines)) for lines in texts]
    return score(model, read_postings(postings, model.vocabulary), with_dimensions=True)


def ours(model, lines):
    scores = scored(model, lines)
    return [scores.role[0], scores.scope[0]]


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
    assert ours(model, lines) == pytest.approx(reference(model, lines), abs=1e-9)


@given(text=st.text(max_size=200))
@settings(deadline=None)
def test_any_text_scores_as_in_scikit_learn(text):
    model = random_model(sublinear=True)
    lines = [text, "Plan the COST", text]
    assert ours(model, lines) == pytest.approx(reference(model, lines), abs=1e-9)


@pytest.mark.parametrize("sublinear", [True, False])
def test_parts_add_up_to_the_score(sublinear):
    model = random_model(sublinear)
    scores = scored(model, ["plan the plan the cost", "the cost", "nothing known"])
    role, scope = model.posting.intercept
    assert scores.line_part.sum() + role == pytest.approx(scores.role[0], abs=1e-12)
    assert scores.line_scope_part.sum() + scope == pytest.approx(scores.scope[0], abs=1e-12)


def test_a_line_has_its_share_of_a_term_by_how_often_it_holds_it():
    model = random_model(sublinear=True)
    parts = scored(model, ["plan", "plan plan", "plan"]).line_part
    assert parts[0] == parts[2]
    whole = scored(model, ["plan"] * 4).line_part
    assert whole == pytest.approx(np.full(4, whole[0]))


def test_parts_by_dimension_are_shares_of_the_part():
    model = random_model(sublinear=True)
    scores = scored(model, ["plan", "cost"])
    for line, term in enumerate(["plan", "cost"]):
        shares = model.dimension_shares[TERMS.index(term)]
        assert scores.line_dimensions[line] == pytest.approx(shares * scores.line_part[line])


def test_no_pair_of_words_crosses_a_line():
    vocabulary = Vocabulary(("plan the",))
    assert vocabulary.find(["plan", "the"]) == [0]
    posting = Posting("", (Line(0, 0, "plan"), Line(0, 0, "the")))
    assert len(read_postings([posting], vocabulary).terms) == 0


def test_one_letter_words_are_dropped_before_pairs_form():
    assert Vocabulary(("plan cost",)).find(tokens("plan a cost")) == [0]


def test_a_text_without_known_words_scores_the_intercept():
    model = random_model(sublinear=True)
    assert ours(model, ["unknown words"]) == pytest.approx(model.posting.intercept)


def test_words_that_a_model_does_not_use_leave_its_intercept():
    model = random_model(sublinear=True)
    model.posting.idf[TERMS.index("plan")] = 0.0
    scores = scored(model, ["plan"])
    assert [scores.role[0], scores.scope[0]] == pytest.approx(model.posting.intercept)
    assert scores.line_part.tolist() == [0.0]


def test_a_posting_of_boilerplate_alone_is_read_whole_as_other():
    model = random_model(sublinear=True)
    model.line.intercept[-1] = 1000.0
    scores = scored(model, ["plan", "cost"], ["the"])
    assert scores.voting.all()
    assert {LINE_CLASSES[code] for code in scores.line_class} == {"other_duty"}


def test_a_text_scores_the_same_alone_and_in_a_batch():
    model = random_model(sublinear=True)
    texts = [["plan the cost"], ["the the plan"], [""], ["cost"]]
    together = scored(model, *texts)
    assert together.role.tolist() == [ours(model, lines)[0] for lines in texts]


def test_a_title_scores_each_of_its_terms_once():
    words = TitleWords(Vocabulary(("lead", "lead engineer")), np.array([1.0, 4.0]))
    titles = ["Lead engineer, lead", "LEAD", "Nurse", "", " ", None]
    assert words.scores(titles) == pytest.approx([5.0, 1.0, 0.0, *[np.nan] * 3], nan_ok=True)
    assert np.isnan(TitleWords.none().scores(["Lead"])).all()


@pytest.mark.parametrize(
    ("title", "usual"),
    [
        ("Sr. TPM, Payments", "sr technical program manager payments"),
        ("Technical Program Manager (TPM)", "technical program manager tpm"),
        ("TPM Coordinator (Lean)", "tpm coordinator lean"),
        ("Technical Programme Manager", "technical program manager"),
        ("IT Project Mgr / Proj. Mngr", "it project manager project manager"),
        ("Tech PgM", "technical program"),
        ("Ｐｒｏｊｅｃｔ Man\u00adager", "project manager"),
    ],
)
def test_a_title_is_read_in_its_usual_spelling(title, usual):
    assert " ".join(title_words(title)) == usual
