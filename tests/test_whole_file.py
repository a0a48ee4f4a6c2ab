"""A file is there whole or not at all."""

import os

import pytest

from tpmclassify.whole_file import write_whole


def test_a_file_is_written_and_replaced(tmp_path):
    for data in (b"first", b"second"):
        write_whole(tmp_path / "a.txt", data)
        assert (tmp_path / "a.txt").read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_what_cannot_be_written_leaves_what_was_there(tmp_path, monkeypatch, fails):
    (tmp_path / "a.txt").write_bytes(b"precious")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, fails, fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"precious"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_whole(tmp_path / "none" / "a.txt", b"")
