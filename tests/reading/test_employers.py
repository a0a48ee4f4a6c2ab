"""An employer's name is masked as it is given, and without its legal form."""

import pytest

from tpmclassify.reading.posting import read_posting


def masked(text, employer):
    return " ".join(line.masked for line in read_posting(text, employer=employer).lines)


@pytest.mark.parametrize(
    ("employer", "text"),
    [
        ("Orrin", "Lead programs at the Orrin plant"),
        ("Orrin Inc", "Lead programs at the Orrin plant"),
        ("Orrin Inc.", "Lead programs at the Orrin plant"),
        ("Orrin, Inc.", "Lead programs at the Orrin plant"),
        ("Orrin,Inc", "Lead programs at the Orrin plant"),
        ("Big Orrin Inc.", "Lead programs at the Big Orrin plant"),
        ("Orrin Inc.", "Lead programs at the Orrin Inc. plant"),
    ],
)
def test_the_name_is_masked_with_and_without_its_legal_form(employer, text):
    result = masked(text, employer)
    assert "Orrin" not in result
    assert "Lead programs at the" in result
    assert "plant" in result


@pytest.mark.parametrize("employer", ["Quill Makers", "Quill, Ink"])
def test_a_name_without_a_legal_form_is_masked_whole_or_not_at_all(employer):
    assert "Quill" in masked("Order quills from the Quill plant", employer)
    assert "Quill" not in masked(f"Order quills from {employer} in Umber", employer)
