"""The compiled cleaning with the face of the readable one."""

import numpy as np
import pytest
from hard_texts import N_FUZZED, code_points, fuzzed


@pytest.fixture(scope="session", autouse=True)
def _hashes_wrap_around():
    # They mean to. Where the JIT is off (to measure coverage), numpy's scalars warn of it.
    with np.errstate(over="ignore"):
        yield


@pytest.fixture(scope="session")
def fuzzed_texts():
    return [fuzzed(seed) for seed in range(N_FUZZED)]


@pytest.fixture(scope="session")
def mask_compiled():
    pytest.importorskip("numba")
    from tpmclassify.kernel.characters import characters
    from tpmclassify.kernel.masking import mask_into
    from tpmclassify.kernel.words import cleaning_table

    def mask(text, employer=None):
        points, lower = code_points(text), characters().lower
        masked = points.copy()
        name = code_points((employer or "").strip())
        mask_into(points, lower[points], name, lower, cleaning_table(), masked)
        return masked.tobytes().decode("utf-32-le", "surrogatepass")

    return mask


@pytest.fixture(scope="session")
def cut_compiled():
    pytest.importorskip("numba")
    from tpmclassify.kernel.lines import cut_into
    from tpmclassify.kernel.words import cleaning_table

    def cut(text, masked):
        starts = np.empty(len(text) // 2 + 1, dtype=np.int32)
        ends = np.empty_like(starts)
        n = cut_into(code_points(text), code_points(masked), cleaning_table(), starts, ends)
        return list(zip(starts[:n].tolist(), ends[:n].tolist(), strict=True))

    return cut


@pytest.fixture(scope="session")
def may_hold_markup():
    pytest.importorskip("numba")
    from tpmclassify.kernel import plain_text
    from tpmclassify.kernel.words import cleaning_table

    return lambda text: plain_text.may_hold_markup(code_points(text), cleaning_table())
