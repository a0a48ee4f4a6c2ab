"""Machine code gives what plain Python gives, byte by byte, on any text."""

import os
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tpmclassify.deciding.flips import find_flips
from tpmclassify.deciding.grounds import find_grounds
from tpmclassify.deciding.verdicts import decide_batch
from tpmclassify.reading.batch import Texts, read_texts
from tpmclassify.scoring.models import score

LONG = bool(os.environ.get("TPMCLASSIFY_LONG_TESTS"))
SIGMAS = [
    "ΑΣ",
    "ΑΣ Σ ΣΑ",
    "ΑΣ.Β",
    "ΑΣ\u0301",
    "αΣ'",
    "Σ",
    "ςΣσ",
    "AʰΣ",
    "ʰΣ",
    "A\U000e0101Σ\U000e0020b",
]
DOTTED = ["İ", "İSTANBUL", "aİb plan", "planİ project", "İİ"]
FOREIGN = ["Škoda", "Ωmega Ωmega", "三体", "Strasse STRAẞE", "K\u212a", "Ǆ", "½", "ⅷ"]
PIECES = [
    *("\n", "• ", "; ", ": ", ". ", "- ", "1. ", "<p>", "</li>", "&amp;", "â€™", "Ã©"),
    *("\ud800", "\0", "😀", "Σ", "İ", "\u200b", "é", "About Vex:", "www.x.io", "TPM"),
]


@pytest.fixture(scope="module")
def model(classifier):
    return classifier.model_


@pytest.fixture(scope="module")
def texts(written):
    return [posting["description"] for posting in written]


@pytest.fixture
def same(model, classifier, monkeypatch, machine_code):  # noqa: ARG001
    """Reads, scores and explains both ways, and compares all arrays."""

    def arrays(batch, employers):
        names = None if employers is None else Texts.of([name or "" for name in employers])
        reading = read_texts(Texts.of(batch), names, model.vocabulary)
        scores = score(model, reading, with_dimensions=True)
        policy = classifier.policy()
        found = [
            (
                reading.texts[i],
                reading.line_tallies[lines].tolist(),
                reading.line_start[lines].tolist(),
                reading.line_end[lines].tolist(),
                [
                    reading.terms[reading.first_term[k] : reading.first_term[k + 1]].tolist()
                    for k in range(lines.start, lines.stop)
                ],
                scores.line_class[lines].tolist(),
                scores.voting[lines].tolist(),
                scores.line_part[lines].tobytes(),
                scores.line_scope_part[lines].tobytes(),
                scores.line_dimensions[lines].tobytes(),
            )
            for i in range(len(batch))
            for lines in [reading.lines_of(i)]
        ]
        verdicts = decide_batch(policy, scores, np.full(len(batch), np.nan))
        grounds = [
            column.cast(pa.binary()).to_pylist()
            for column in find_grounds(scores, verdicts, slope=2.0, scope_slope=np.ones(len(batch)))
        ]
        flips = find_flips(model, policy, scores)
        return found, scores.role.tobytes(), scores.scope.tobytes(), grounds, flips

    def compare(batch, employers=None):
        monkeypatch.setenv("TPMCLASSIFY_MACHINE_CODE", "1")
        compiled = arrays(batch, employers)
        monkeypatch.setenv("TPMCLASSIFY_MACHINE_CODE", "0")
        assert compiled == arrays(batch, employers)
        return compiled

    return compare


def test_the_written_postings(same, texts):
    assert any(same(texts)[-1])  # some of them can be flipped


def test_employers_are_masked(same, texts):
    same(texts, [text.split()[3] for text in texts])


def test_the_real_postings(same, real_postings):
    rows = real_postings if LONG else real_postings.iloc[::20]
    for start in range(0, len(rows), 500):
        batch = rows.iloc[start : start + 500]
        same(batch["text"].tolist(), batch["employer"].tolist())


def test_more_lines_than_postings_have(same):
    same(["Plan the project.", *["ab\ncd\n" * 3000] * 4])


def test_every_code_point(same):
    step = 1 if LONG else 97
    codes = [*range(0x500), *range(0x500, 0x110000, step)]
    same(
        [
            "\n".join(
                "Plan? the ?project. ?Lead ? teams:?".replace("?", chr(code))
                for code in codes[start : start + 64]
            )
            for start in range(0, len(codes), 64)
        ]
    )


@pytest.mark.parametrize("text", [*SIGMAS, *DOTTED, *FOREIGN])
def test_letters_of_their_own_kind(same, text):
    same([text, f"Plan the project. {text} teams", f"{text}\n{text.lower()}"], [text, None, text])


def test_texts_of_any_kind(same, texts):
    generator = random.Random(0)
    words = sorted({word for text in texts for word in text.split()})
    same(
        [
            "".join(
                generator.choice(PIECES)
                if generator.random() < 0.25
                else f"{generator.choice(words)} "
                for _ in range(generator.randint(0, 60))
            )
            for _ in range(100_000 if LONG else 1000)
        ]
    )


@given(st.lists(st.text(max_size=200), max_size=8))
@settings(
    max_examples=1000 if LONG else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_arbitrary_texts(same, batch):
    same(batch)


@pytest.mark.parametrize("plan", ["plan", "Plan the project\n"])
@pytest.mark.parametrize("n", [1, 2, 255, 256, 70_000])
def test_terms_that_occur_often(same, plan, n):
    same([f"{plan} " * n])


@pytest.mark.usefixtures("machine_code")
def test_a_text_scores_the_same_alone_and_in_a_batch(model, texts):
    def scored(batch):
        return score(model, read_texts(Texts.of(batch), None, model.vocabulary))

    together = scored(texts[:40])
    for i in range(0, 40, 7):
        alone = scored([texts[i]])
        lines = together.reading.lines_of(i)
        assert alone.role[0] == together.role[i]
        assert np.array_equal(alone.line_part, together.line_part[lines])


def test_an_empty_batch_and_empty_texts(same):
    same([])
    same(["", " ", "\n", ""])
