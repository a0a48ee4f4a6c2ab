"""What titles claim."""

import pytest

from tpmclassify.roles import title_role


@pytest.mark.parametrize(
    "title",
    [
        "Technical Program Manager", "Sr. Technical Programme Manager, AI", "TPM II",
        "Engineering Program Manager", "Principal TPM - Cloud", "Technical Data Program Lead",
    ],
)  # fmt: skip
def test_technical_program_titles_claim_tpm(title):
    assert title_role(title) == "TPM"


@pytest.mark.parametrize(
    "title",
    ["Project Manager", "Technical Project Manager", "IT Project Manager (Agile)", "PMO Lead"],
)
def test_project_titles_claim_pm(title):
    assert title_role(title) == "PM"


@pytest.mark.parametrize(
    "title",
    [None, "", "Program Manager", "Product Manager", "Nurse", "Project Manager / TPM"],
)
def test_other_titles_claim_nothing(title):
    assert title_role(title) is None
