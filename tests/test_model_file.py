"""Model files: the same bytes, no code, and errors that say what is wrong."""

import zipfile

import numpy as np
import pytest

import tpmclassify


@pytest.fixture
def saved(classifier, tmp_path):
    path = tmp_path / "model.npz"
    classifier.save(path)
    return path


def test_a_saved_model_decides_the_same(classifier, saved, written):
    again = tpmclassify.load(saved)
    for posting in written[:10]:
        assert again.classify(posting["description"]) == classifier.classify(posting["description"])


def test_saving_twice_gives_the_same_bytes(saved, tmp_path):
    second = tmp_path / "second.npz"
    tpmclassify.load(saved).save(second)
    assert second.read_bytes() == saved.read_bytes()


def test_the_file_is_plain_arrays(saved):
    with np.load(saved, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.hasobject is False for name in arrays.files)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is none"),
        (b"no zip at all", "it is none"),
        (b"PK\x03\x04 broken", "it is none"),
        (None, "no such file"),
    ],
)
def test_what_is_no_model_file_is_refused(tmp_path, content, message):
    path = tmp_path / "model.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(tpmclassify.ModelFileError, match=message) as caught:
        tpmclassify.load(path)
    assert str(path) in str(caught.value)


def test_an_npz_of_something_else_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", weights=np.zeros(3))
    with pytest.raises(tpmclassify.ModelFileError, match="no header"):
        tpmclassify.load(tmp_path / "other.npz")


def test_a_directory_is_refused(tmp_path):
    with pytest.raises(tpmclassify.ModelFileError, match="cannot be read"):
        tpmclassify.load(tmp_path)


def test_a_changed_member_is_noticed(saved, tmp_path):
    changed = tmp_path / "changed.npz"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == "posting_coef.npy":
                content[-1] ^= 1
            new.writestr(name, bytes(content))
    with pytest.raises(tpmclassify.ModelFileError, match="checksum"):
        tpmclassify.load(changed)


def test_damaged_files_raise_nothing_but_our_error(saved, tmp_path):
    content = saved.read_bytes()
    generator = np.random.default_rng(0)
    path = tmp_path / "damaged.npz"
    for _ in range(60):
        damaged = bytearray(content)
        for position in generator.integers(len(content), size=3):
            damaged[position] ^= 1 << int(generator.integers(8))
        path.write_bytes(bytes(damaged[: int(generator.integers(len(content) // 2, len(content)))]))
        with pytest.raises(tpmclassify.ModelFileError):
            tpmclassify.load(path)


def test_a_file_that_cannot_be_written_is_an_error_and_leaves_nothing(classifier, tmp_path):
    with pytest.raises(tpmclassify.ModelFileError, match="cannot be written"):
        classifier.save(tmp_path / "missing" / "model.npz")
    assert list(tmp_path.iterdir()) == []
