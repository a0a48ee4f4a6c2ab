"""The compiled masks are those of `posting.masking`."""

import pytest
from hard_texts import CODE_POINTS, EMPLOYERS, LEFT_TO_PYTHON, REAL_STEP
from hypothesis import given, settings
from hypothesis import strategies as st

from tpmclassify.reading.masks import mask

CONTEXTS = (
    "a{}b TPM{} {}PMO #{}x x@{}.com https://{} .com/{}x.com {}.io",
    "About Vex{}\nVex{} At V{}x, we. Senior{}Program Manager {}(II{}) \nOr{}in is an equal orrin",
)


def test_masks_of_the_written_postings(written, mask_compiled):
    for posting in written:
        text = posting["description"]
        assert mask_compiled(text) == mask(text)


def test_masks_of_fuzzed_texts(fuzzed_texts, mask_compiled):
    for seed, text in enumerate(fuzzed_texts):
        if not LEFT_TO_PYTHON & set(text):
            employer = EMPLOYERS[seed % len(EMPLOYERS)]
            assert mask_compiled(text, employer) == mask(text, employer=employer)


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=20))
def test_masks_of_any_text(mask_compiled, text, employer):
    if not LEFT_TO_PYTHON & set(text + employer):
        assert mask_compiled(text, employer) == mask(text, employer=employer)


@pytest.mark.parametrize("context", CONTEXTS)
def test_masks_around_every_code_point(context, mask_compiled):
    for code in CODE_POINTS:
        text, name = context.replace("{}", chr(code)), f"N{chr(code)}w"
        assert mask_compiled(text, name) == mask(text, employer=name)


def test_masks_of_a_text_that_names_many_employers(mask_compiled):
    text = "".join(f"About Vex{i}\nJoin Mor{i} and Co, we Vex{i} grow\n" for i in range(40))
    masked = mask(text)
    assert mask_compiled(text) == masked
    assert "About ____\n" in masked
    assert "Vex39" in masked  # nobody has so many names


def test_masks_of_the_real_postings(real_postings, mask_compiled):
    rows = real_postings[::REAL_STEP]
    for text, employer in zip(rows["text"], rows["employer"], strict=True):
        name = employer if isinstance(employer, str) else None
        if not LEFT_TO_PYTHON & set(text + (name or "")):
            assert mask_compiled(text, name) == mask(text, employer=name)
