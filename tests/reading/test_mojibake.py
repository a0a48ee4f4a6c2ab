"""Text that was read in the wrong encoding is mended, and nothing else."""

import pytest

from tpmclassify.reading.posting import read_posting


@pytest.mark.parametrize("text", ["It’s a café – plan", "naïve résumé", "budget • “plan”"])
def test_utf_8_that_was_read_as_cp1252_is_mended(text):
    spoiled = "".join(
        bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte))
        for byte in text.encode()
    )
    assert read_posting(f"Own it. {spoiled}").text == read_posting(f"Own it. {text}").text


@pytest.mark.parametrize("text", ["Plan à€€ and budget", "Plan ð€€€ and budget", "Ã la carte"])
def test_what_is_no_utf_8_stays(text):
    assert read_posting(text).text == text
