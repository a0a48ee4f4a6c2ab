"""The compiled scan gives what the readable path gives, to the last bit, on any text."""

import os
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tpmclassify.kernel import texts as kernel

from tpmclassify.deciding import flips
from tpmclassify.reading.posting import read_posting
from tpmclassify.scoring.models import score_postings

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
FIELDS = [
    "role",
    "scope",
    "tallies",
    "first_line",
    "line_start",
    "line_end",
    "line_class",
    "voting",
    "line_part",
    "line_dimensions",
    "terms",
    "first_term",
]


def assert_equal_scores(model, texts, employers=None):
    names = employers or [None] * len(texts)
    compiled = kernel.score_texts(model, texts, names)
    readable = score_postings(
        model, [read_posting(text, employer=name) for text, name in zip(texts, names, strict=True)]
    )
    assert list(compiled.texts) == list(readable.texts)
    for name in FIELDS:
        assert np.array_equal(getattr(compiled, name), getattr(readable, name)), name
    return compiled


@pytest.fixture(scope="module")
def model(classifier):
    return classifier.model_


@pytest.fixture(scope="module")
def texts(written):
    return [posting["description"] for posting in written]


def test_the_written_postings_score_the_same(model, texts):
    assert_equal_scores(model, texts)


def test_employers_are_masked_the_same(model, texts):
    names = [text.split()[3] for text in texts]
    assert_equal_scores(model, texts, names)


def test_the_real_postings_score_the_same(model, real_postings):
    rows = real_postings if LONG else real_postings.iloc[::20]
    for start in range(0, len(rows), 500):
        batch = rows.iloc[start : start + 500]
        assert_equal_scores(model, batch["text"].tolist(), batch["employer"].tolist())


def test_every_code_point_counts_the_same(model):
    step = 1 if LONG else 97
    codes = [*range(0x500), *range(0x500, 0x110000, step)]
    texts = [
        "\n".join(
            f"Plan{chr(code)} the {chr(code)}project. {chr(code)}Lead {chr(code)} teams:{chr(code)}"
            for code in codes[start : start + 64]
        )
        for start in range(0, len(codes), 64)
    ]
    for start in range(0, len(texts), 500):
        assert_equal_scores(model, texts[start : start + 500])


@pytest.mark.parametrize("text", [*SIGMAS, *DOTTED])
def test_letters_with_a_lower_case_of_their_own_count_the_same(model, text):
    assert_equal_scores(model, [text, f"Plan the project. {text} teams", f"{text}\n{text.lower()}"])


def test_texts_of_any_kind_score_the_same(model, texts):
    generator = random.Random(0)
    words = sorted({word for text in texts for word in text.split()})
    pieces = [
        "\n",
        "• ",
        "; ",
        ": ",
        ". ",
        "<p>",
        "&amp;",
        "\ud800",
        "\0",
        "😀",
        "Σ",
        "İ",
        "- ",
        "1. ",
        "\u200b",
    ]
    batch = []
    for _ in range(100_000 if LONG else 1000):
        n = generator.randint(0, 60)
        batch.append(
            "".join(
                generator.choice(pieces)
                if generator.random() < 0.25
                else f"{generator.choice(words)} "
                for _ in range(n)
            )
        )
    for start in range(0, len(batch), 500):
        assert_equal_scores(model, batch[start : start + 500])


@given(st.lists(st.text(max_size=200), max_size=8))
@settings(max_examples=1000 if LONG else 100, deadline=None)
def test_arbitrary_texts_score_the_same(model, batch):
    assert_equal_scores(model, batch)


def test_a_text_scores_the_same_alone_and_in_a_batch(model, texts):
    together = kernel.score_texts(model, texts[:40], [None] * 40)
    for i in range(0, 40, 7):
        alone = kernel.score_texts(model, [texts[i]], [None])
        lines = together.lines_of(i)
        assert alone.role[0] == together.role[i]
        assert np.array_equal(alone.line_part, together.line_part[lines])
        assert np.array_equal(alone.line_dimensions, together.line_dimensions[lines])


def test_an_empty_batch_and_empty_texts_are_scored(model):
    assert len(kernel.score_texts(model, [], []).role) == 0
    assert_equal_scores(model, ["", " ", "\n", ""])


def test_what_flips_the_label_is_the_same(model, classifier, texts):
    scores = kernel.score_texts(model, texts, [None] * len(texts))
    compiled = kernel.find_flips(model, classifier.policy(), scores)
    readable = flips.find_flips(model, classifier.policy(), scores)
    assert [list(lines) for lines in compiled] == [list(lines) for lines in readable]
    assert any(compiled)
