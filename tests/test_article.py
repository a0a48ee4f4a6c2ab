"""The article that the project started from must read as it is meant."""

import pytest

import tpmclassify
from tpmclassify.roles import RESPONSIBILITIES


@pytest.fixture
def sections(article):
    tpm, pm, end = (
        article.index(heading)
        for heading in (
            "The Role of a Technical Program Manager",
            "The Role of a Project Manager",
            "Key Differences",
        )
    )
    return {"TPM": article[tpm:pm], "PM": article[pm:end]}


@pytest.mark.parametrize("role", ["TPM", "PM"])
def test_each_section_reads_as_its_role(sections, role):
    assert tpmclassify.classify(sections[role]).label == role


def test_each_bullet_stands_under_the_responsibility_that_it_names(sections):
    found = {}
    for section in sections.values():
        for evidence in tpmclassify.classify(section).evidence:
            name = evidence.text.split(":")[0].lower().replace(" ", "_").replace("-", "_")
            if ":" in evidence.text and name in RESPONSIBILITIES:
                found[name] = evidence.responsibility
    assert found == {name: name for name in RESPONSIBILITIES}
