"""Model files: the same bytes, no code, and errors that say what is wrong."""

import ast
import json
import os
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import joblib
import numpy as np
import pytest
from mutated_models import arrays_of, members_of, mutated, packed
from mutated_models import written as file_of

import tpmclassify
from tpmclassify.model_file.file import load_model, save_model
from tpmclassify.reading.vocabulary import Vocabulary

# A file of each format version, as it was first written; a new version adds one.
VERSIONS = sorted(Path(__file__).parent.glob("version_*.npz"))
SOUND = VERSIONS[-1]


def bytes_array(text):
    return np.frombuffer(text.encode(), np.uint8)


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
        (b"", "it is no model"),
        (b"no zip at all", "it is no model"),
        (b"PK\x03\x04 broken", "it is no model"),
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


def test_a_changed_card_is_noticed(saved, tmp_path):
    changed = tmp_path / "changed.npz"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "header.npy":
                assert b'"max_error": 0.03' in content
                content = content.replace(b'"max_error": 0.03', b'"max_error": 0.30')
            new.writestr(name, content)
    with pytest.raises(tpmclassify.ModelFileError, match="card does not match its checksum"):
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


def test_a_file_of_any_earlier_version_decides_as_one_of_today():
    decisions = [
        tpmclassify.load(path).classify("Lead technical programs across engineering.")
        for path in VERSIONS
    ]
    assert decisions[0].evidence
    assert all(decision == decisions[0] for decision in decisions)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_an_earlier_version_is_saved_as_that_of_today(path, tmp_path):
    save_model(load_model(path), tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == SOUND.read_bytes()


def test_a_file_of_a_later_version_asks_for_an_update(tmp_path):
    path = tmp_path / "later.npz"
    path.write_bytes(file_of(*arrays_of(SOUND.read_bytes()), version=len(VERSIONS) + 1))
    with pytest.raises(tpmclassify.ModelFileError, match=r"version is '3', not 1 or 2.*Update"):
        tpmclassify.load(path)


def test_mutated_files_raise_nothing_but_our_error(tmp_path):
    content, path = SOUND.read_bytes(), tmp_path / "mutated.npz"
    refused = 0
    for seed in range(150):
        path.write_bytes(mutated(content, seed))
        try:
            tpmclassify.load(path).classify("Plan the project.")
        except tpmclassify.ModelFileError:
            refused += 1
    assert refused > 100


EDITS = {
    "NaN weights": ({"posting_coef": lambda a: a * np.nan}, "posting_coef holds .*NaN"),
    "infinite weights": ({"dimension_shares": lambda a: a + np.inf}, "dimension_shares holds"),
    "weights that add up to none": ({"line_idf": lambda a: a + 1e300}, "line_idf holds .*beyond"),
    "another shape": ({"line_intercept": lambda a: a[:3]}, r"line_intercept has shape \(3,\)"),
    "another type": ({"titled": lambda a: a.astype(np.uint8)}, "titled holds uint8, not bool"),
    "too many dimensions": ({"vocabulary": lambda a: a[None]}, "vocabulary has shape"),
    "an unknown array": ({"extra": lambda _: np.zeros(3)}, "unknown arrays: extra"),
    "words out of order": ({"vocabulary": lambda _: bytes_array("b\na")}, "ascending"),
    "words twice": ({"vocabulary": lambda _: bytes_array("ab\nab")}, "ascending"),
    "a word that no scan finds": ({"vocabulary": lambda _: bytes_array("Plan")}, "term 0 "),
    "three words": ({"vocabulary": lambda _: bytes_array("ab cd ef")}, "term 0 .*nor two words"),
    "no words": ({"vocabulary": lambda _: bytes_array("")}, "term 0 "),
    "no UTF-8": ({"vocabulary": lambda _: np.array([255, 10], np.uint8)}, "utf-8"),
    "a word of a megabyte": ({"vocabulary": lambda _: bytes_array("x" * 999)}, "at most 128"),
}


@pytest.mark.parametrize(("edits", "message"), EDITS.values(), ids=EDITS)
def test_a_wrong_array_is_named(tmp_path, edits, message):
    arrays, card = arrays_of(SOUND.read_bytes())
    for name, edit in edits.items():
        arrays[name] = edit(arrays.get(name))
    path = tmp_path / "edited.npz"
    path.write_bytes(file_of(arrays, card))
    with pytest.raises(tpmclassify.ModelFileError, match=message):
        tpmclassify.load(path)


def test_a_missing_array_is_named(tmp_path):
    arrays, card = arrays_of(SOUND.read_bytes())
    del arrays["dimension_shares"]
    (tmp_path / "less.npz").write_bytes(file_of(arrays, card))
    with pytest.raises(tpmclassify.ModelFileError, match="lacks dimension_shares"):
        tpmclassify.load(tmp_path / "less.npz")


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ({"trained_on": "\x1b]0;owned\x07"}, "cannot be shown"),
        ({"trained_on": "x" * 20_000}, "cannot be shown"),
        ({"n_labelled": {"TPM": "many"}}, "n_labelled"),
        ({"held_out": {"f1": "high"}}, "held_out"),
        ({"held_out": {"f1": float("nan")}}, "no JSON"),
        (json.loads('{"a":' * 20 + "1" + "}" * 20), "deeper"),
    ],
)
def test_a_card_that_nobody_could_show_is_refused(tmp_path, card, message):
    arrays, _ = arrays_of(SOUND.read_bytes())
    (tmp_path / "card.npz").write_bytes(file_of(arrays, card))
    with pytest.raises(tpmclassify.ModelFileError, match=message):
        tpmclassify.load(tmp_path / "card.npz")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda m: [*m.items(), *((f"more_{i}.npy", b"") for i in range(100))], "124 members"),
        (lambda m: [*m.items(), ("../../evil.npy", b"x")], "illegal name"),
        (lambda m: [*m.items(), ("code.pkl", b"x")], "illegal name"),
        (lambda m: [*m.items(), ("zeros.npy", bytes(60 << 20))], "unpacks to"),
        (lambda m: [*m.items(), ("zeros.npy", bytes(65 << 20))], r"zeros\.npy is too large"),
        (lambda _: [("header.npy", bytes(2 << 20))], r"header\.npy is too large"),
        (lambda m: [(n, c.replace(b"<f8", b"|O8")) for n, c in m.items()], "checksum"),
        (lambda m: [(n, c.replace(b"|u1", b"|O ")) for n, c in m.items()], "no plain array"),
    ],
)
def test_a_zip_that_would_not_unpack_to_a_model_is_refused(tmp_path, edit, message):
    path = tmp_path / "packed.npz"
    path.write_bytes(packed(edit(members_of(SOUND.read_bytes()))))
    with pytest.raises(tpmclassify.ModelFileError, match=message):
        tpmclassify.load(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_there_twice_is_refused(tmp_path):
    members = members_of(SOUND.read_bytes())
    path = tmp_path / "twice.npz"
    path.write_bytes(packed([*members.items(), ("line_idf.npy", members["line_idf.npy"])]))
    with pytest.raises(tpmclassify.ModelFileError, match=r"line_idf\.npy twice"):
        tpmclassify.load(path)


def test_a_member_that_unpacks_to_more_than_it_says_is_never_unpacked_whole(tmp_path):
    """The stated sizes are lies: 200 MB that are said to be 1,000 bytes."""
    content = bytearray(packed([("header.npy", b"\0" * (200 << 20))]))
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        start = content.index(mark) + offset
        content[start : start + 4] = (1000).to_bytes(4, "little")
    path = tmp_path / "lies.npz"
    path.write_bytes(bytes(content))
    tracemalloc.start()
    with pytest.raises(tpmclassify.ModelFileError):
        tpmclassify.load(path)
    assert tracemalloc.get_traced_memory()[1] < 10 << 20
    tracemalloc.stop()


def test_a_file_with_bytes_behind_its_end_is_refused(tmp_path):
    (tmp_path / "more.npz").write_bytes(SOUND.read_bytes() + b"#!/bin/sh")
    with pytest.raises(tpmclassify.ModelFileError, match="cut off"):
        tpmclassify.load(tmp_path / "more.npz")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_what_is_no_regular_file_is_refused():
    with pytest.raises(tpmclassify.ModelFileError, match="not a regular file"):
        tpmclassify.load("/dev/zero")


@pytest.mark.parametrize("term", ["5551234567", "555 123456", "plan 44123456"])
def test_a_vocabulary_that_may_hold_a_phone_number_is_not_saved(classifier, tmp_path, term):
    model = classifier.model_
    terms = list(model.vocabulary.terms)
    place = max(i for i, known in enumerate(terms) if known < term) + 1 if terms[0] < term else 0
    terms[place] = term
    telling = tpmclassify.TPMClassifier()
    telling.model_ = replace(model, vocabulary=Vocabulary(tuple(sorted(terms))))
    with pytest.raises(tpmclassify.ModelFileError, match="phone number") as caught:
        telling.save(tmp_path / "model.npz")
    assert term not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_joblib_dumps_and_loads_a_classifier(classifier, tmp_path, written):
    """For those who want it; SECURITY.md says what loading such a file risks."""
    joblib.dump(classifier, tmp_path / "classifier.joblib")
    again = joblib.load(tmp_path / "classifier.joblib")
    assert again.classify(written[0]["description"]) == classifier.classify(
        written[0]["description"]
    )


def test_a_dump_of_an_older_version_says_that_it_must_be_made_again(tmp_path, monkeypatch):
    """Until 0.2 a fitted classifier held a `tpmclassify.model.Model`."""
    name = "tpmclassify.model"
    old = ModuleType(name)
    old.Model = type("Model", (), {"__module__": name})
    monkeypatch.setitem(sys.modules, name, old)
    classifier = tpmclassify.TPMClassifier()
    classifier.model_ = old.Model()
    joblib.dump(classifier, tmp_path / "old.joblib")
    monkeypatch.delitem(sys.modules, name)
    with pytest.raises(tpmclassify.ModelFileError, match="must be made again"):
        joblib.load(tmp_path / "old.joblib")


CODE_RUNNERS = {"pickle", "cPickle", "joblib", "marshal", "shelve", "dill", "cloudpickle"}


def test_nothing_that_loads_a_model_can_run_code_from_it():
    """No import of what runs code, no eval or exec, and no numpy.load, in the whole package.

    Parallel training is the one user of joblib.
    """
    package = Path(tpmclassify.__file__).parent
    found = []
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [(node.module or "").split(".")[0]]
            elif isinstance(node, ast.Call):
                function = ast.unparse(node.func)
                if function in ("eval", "exec", "compile", "__import__", "np.load", "numpy.load"):
                    found.append(f"{path.relative_to(package)}: {function}")
                if any(k.arg == "allow_pickle" and ast.unparse(k.value) != "False"
                       for k in node.keywords):  # fmt: skip
                    found.append(f"{path.relative_to(package)}: allow_pickle")
            found += [f"{path.relative_to(package)}: {n}" for n in names if n in CODE_RUNNERS]
    in_training = [f for f in found if f.startswith("training") and f.endswith(": joblib")]
    assert found == in_training
