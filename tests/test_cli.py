"""The command line: exit codes, output, messages."""

import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import tpmclassify
import tpmclassify.classifier
from tpmclassify.cli import main
from tpmclassify.model_file.file import load_model, model_arrays

ROOT = Path(__file__).parent.parent
COMMANDS = ["classify", "screen", "train", "evaluate", "model"]
TEXT = "Manage the project schedule, budget and scope, and report status to the client."

MORE = """Prepare project plans, coordinate vendors and contractors, assign tasks and track costs.
Maintain the risk register and change requests so that the project is delivered on time."""


def run(*arguments, stdin="", cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "tpmclassify", *map(str, arguments)],
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True,
        cwd=cwd,
        check=False,
    )


def write_docx(path, text):
    document = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
        f'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>'
        "</w:document>"
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", document)


@pytest.mark.parametrize("command", [[], *([c] for c in COMMANDS)])
def test_every_command_has_help(command):
    result = run(*command, "--help")
    assert result.returncode == 0
    assert b"Usage:" in result.stdout


def test_one_table_at_a_time_and_what_else_to_do(tmp_path):
    for name in ("a.csv", "b.csv", "c.docx"):
        (tmp_path / name).write_text("text\nPlan the work.\n")
    several = run("screen", "a.csv", "b.csv", cwd=tmp_path)
    assert (several.returncode, several.stdout) == (2, b"")
    assert b"named by -o OUT; several documents are screened by the name" in several.stderr
    document = run("screen", "c.docx", cwd=tmp_path)
    assert document.returncode == 1
    assert b"a document is classified, or screened by the name of its folder" in document.stderr
    assert len(list(tmp_path.iterdir())) == 3


def test_version_is_the_package_s():
    assert tpmclassify.__version__ in run("--version").stdout.decode()


def test_classify_prints_the_explanation(tmp_path):
    (tmp_path / "posting.txt").write_text(f"{TEXT}\n{MORE}")
    result = run("classify", tmp_path / "posting.txt", "--title", "Project Manager")
    out = result.stdout.decode()
    assert result.returncode == 0
    assert out.startswith("PM: ")
    assert "Title: claims PM, and the content agrees" in out


def test_classify_reads_standard_input_and_prints_json():
    result = run("classify", "-", "--json", stdin=TEXT)
    decision = json.loads(result.stdout)
    assert decision["label"] == "PM"
    assert decision["text"] == TEXT


def test_classify_writes_a_page(tmp_path):
    assert run("classify", "--html", tmp_path / "page.html", stdin=TEXT).returncode == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page


def test_classify_reads_several_documents(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.html").write_text(f"<p>{TEXT}</p>")
    (tmp_path / "no_type").write_text(TEXT)
    write_docx(tmp_path / "c.docx", TEXT)
    names = ["a.txt", "b.html", "c.docx", "no_type"]
    result = run("classify", *names, "--json", cwd=tmp_path)
    decisions = [json.loads(line) for line in result.stdout.decode().splitlines()]
    assert [decision["file"] for decision in decisions] == names
    assert len({decision["p_tpm"] for decision in decisions}) == 1
    in_words = run("classify", *names, cwd=tmp_path).stdout.decode()
    assert all(name in in_words for name in names)


def test_a_document_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.pdf").write_text("this is none")
    result = run("classify", "missing.txt", "b.pdf", "a.txt", "--json", cwd=tmp_path)
    assert result.returncode == 1
    assert json.loads(result.stdout)["file"] == "a.txt"
    assert b"missing.txt" in result.stderr
    assert b"b.pdf" in result.stderr


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.jsonl", "a.parquet", "a.csv.gz", "a.json"])
def test_classify_refuses_a_table_and_says_what_screens_it(name, tmp_path):
    (tmp_path / name).write_bytes(b"description")
    result = run("classify", name, cwd=tmp_path)
    assert result.returncode == 1
    assert f"Use: tpmclassify screen {name}" in result.stderr.decode()


@pytest.mark.parametrize("command", ["screen", "classify", "evaluate", "model", "train -o m.npz"])
@pytest.mark.parametrize("name", ["", "https://example.org/a.csv", "file:///tmp/a.txt"])
def test_what_is_no_file_name_is_told_as_such(command, name, tmp_path):
    result = run(*command.split(), name, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, b"")
    assert (b"not addresses. Download it" if name else b"'': no file has") in result.stderr
    assert not list(tmp_path.iterdir())


def test_standard_input_is_one_posting():
    result = run("classify", "-", "-", stdin=TEXT)
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"can be read once only" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_is_130_from_the_start(command, monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(tpmclassify.classifier, "load", stop)
    out = ["-o", "m.npz"] if command == "train" else []
    result = CliRunner().invoke(main, [command, "a", *out])
    assert (result.exit_code, result.stderr) == (130, "Stopped.\n")


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 ...", b"PK\3\4\0\0", b"\x89PNG\0\0", bytes(range(1, 256))]
)
def test_classify_refuses_what_is_no_text_on_standard_input(data):
    result = run("classify", stdin=data)
    assert result.returncode == 1
    assert b"no text" in result.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_redirected_output_is_utf_8_whatever_the_locale(encoding, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    text = f"{TEXT}\n{MORE}".replace("budget", "budget in Łódź")
    assert json.loads(run("classify", "--json", stdin=text).stdout)["text"] == text
    assert "Łódź" in run("classify", "--title", "Project Manager", stdin=text).stdout.decode(
        "utf-8"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", ["classify", "--help", "--version", "model"])
def test_a_full_disk_is_no_traceback(command):
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "tpmclassify", command],
            input=TEXT.encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert result.returncode == 1
    assert b"standard output: this cannot be read or written" in result.stderr
    assert b"Traceback" not in result.stderr


@pytest.fixture(scope="module")
def labelled_csv(tmp_path_factory):
    lines = [
        f"Lead architecture programs {i}. Review API designs with engineers.,TPM,t{i}\n"
        f"Prepare the project schedule {i}. Track the budget and vendors.,PM,p{i}\n"
        for i in range(10)
    ]
    path = tmp_path_factory.mktemp("labelled") / "own.csv"
    path.write_text("description,label,employer\n" + "".join(lines))
    return path


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["classify", "posting.txt", "--html", "kept"], ["kept"]),
        (["train", "own.csv", "-o", "kept.npz"], ["kept.npz", "kept.md"]),
        (
            ["evaluate", "own.csv", "--report", "kept.html"],
            ["kept.html", "kept.calibration.png", "kept.risk-coverage.png"],
        ),
    ],
)
def test_no_file_is_replaced_unasked(arguments, files, tmp_path, labelled_csv):
    (tmp_path / "own.csv").write_bytes(labelled_csv.read_bytes())
    (tmp_path / "posting.txt").write_text(TEXT)
    for file in files:
        (tmp_path / file).write_text("mine")
        result = run(*arguments, cwd=tmp_path)
        assert result.returncode == 1
        assert f"{file}: the file exists already" in result.stderr.decode()
        assert (tmp_path / file).read_text() == "mine"
        assert not [other for other in files if other != file and (tmp_path / other).exists()]
        (tmp_path / file).unlink()
    (tmp_path / files[0]).write_text("mine")
    replaced = run(*arguments, "--overwrite", cwd=tmp_path)
    assert replaced.returncode == 0, replaced.stderr
    assert (tmp_path / files[0]).read_bytes() != b"mine"


@pytest.mark.parametrize(
    "arguments",
    [
        ["classify", "-", "--html", "missing/page.html"],
        ["train", "no_table.csv", "-o", "missing/model.npz"],
        ["evaluate", "no_table.csv", "--report", "missing/report.html"],
    ],
)
def test_a_missing_folder_is_told_before_the_work(arguments, tmp_path):
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 1
    assert "there is no folder 'missing' that may be written to" in result.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["classify", "own.csv.txt", "--html", "own.csv.txt"],
        ["train", "own.csv", "-o", "own.csv"],
        ["evaluate", "own.csv", "--report", "own.csv"],
    ],
)
def test_an_input_is_never_replaced(arguments, tmp_path, labelled_csv):
    for name in ("own.csv", "own.csv.txt"):
        (tmp_path / name).write_bytes(labelled_csv.read_bytes())
    result = run(*arguments, "--overwrite", cwd=tmp_path)
    assert result.returncode == 1
    assert "input and output are the same file" in result.stderr.decode()
    assert (tmp_path / "own.csv").read_bytes() == labelled_csv.read_bytes()


@pytest.mark.slow
def test_settings_are_taken_by_every_command_and_saved_by_train(tmp_path, labelled_csv):
    settings = ["--prevalence", ".1", "--max-error", ".2"]
    made = run("train", labelled_csv, "-o", "mine.npz", *settings, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    told = json.loads(run("model", "mine.npz", "--json", cwd=tmp_path).stdout)
    assert told["settings"]["prevalence"] == 0.1
    assert told["settings"]["max_error"] == 0.2
    own = json.loads(run("classify", "--json", "--model", tmp_path / "mine.npz", stdin=TEXT).stdout)
    assert own["made_by"]["settings"] == told["settings"]
    assert own["made_by"]["model"] == told["sha256"]
    other = run("classify", "--json", "--prevalence", ".3", stdin=TEXT)
    assert json.loads(other.stdout)["made_by"]["settings"]["prevalence"] == 0.3
    for command in ("screen", "evaluate"):
        assert run(command, labelled_csv, *settings, cwd=tmp_path).returncode == 0
    assert run("classify", "--prevalence", "1.5", stdin=TEXT).returncode == 2
    refused = run("screen", "a.csv", "--in-scope-share", "most")
    assert b"'most' is not a valid number or 'auto'" in refused.stderr


def test_a_screening_can_be_told_as_json(tmp_path):
    (tmp_path / "in.csv").write_text(f'description\n"{TEXT}"\n')
    summary = json.loads(run("screen", "in.csv", "--json", cwd=tmp_path).stdout)
    assert (summary["rows"], summary["output"]) == (1, "in.screened.csv")
    model = json.loads(run("model", "--json").stdout)
    assert summary["made_by"]["model"] == model["sha256"]


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_no_help_is_cut(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", width)
    shown = " ".join(run("--help").stdout.decode().split())
    for command in main.commands.values():
        assert command.help.split("\n")[0] in shown


def test_screen_writes_the_result_and_sums_it_up(tmp_path):
    (tmp_path / "in.csv").write_text(f'description\n"{TEXT}"\n')
    result = run("screen", "in.csv", cwd=tmp_path)
    assert result.returncode == 0
    assert "Screened 1 of 1 rows" in result.stdout.decode()
    assert (tmp_path / "in.screened.csv").exists()
    assert result.stderr == b""


def test_screen_says_by_its_exit_code_that_rows_were_rejected(tmp_path):
    (tmp_path / "in.csv").write_text(f'description,id\n"{TEXT}",1\nshort\n"{TEXT}",2\n')
    result = run("screen", "in.csv", "-o", "out.csv", cwd=tmp_path)
    assert result.returncode == 3
    assert (tmp_path / "out.csv.rejects.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["screen", "missing.csv"], 1),
        (["classify", "missing.txt"], 1),
        (["model", "missing.npz"], 1),
        (["evaluate", "missing.csv"], 1),
        (["train", "missing.csv", "-o", "m.npz"], 1),
        (["screen"], 2),
        (["screen", "a.csv", "--unknown"], 2),
        (["train", "-o", "m.npz"], 2),
        (["screen", "a.csv", "--max-error", "nan"], 2),
        (["classify", "a.txt", "--in-scope-share", "auto"], 2),
        (["nonsense"], 2),
    ],
)
def test_exit_codes(arguments, code, tmp_path):
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == code
    assert result.stderr
    assert b"Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_train_evaluate_and_model_work_on_an_own_table(tmp_path, written):
    with (tmp_path / "own.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, written[0])
        writer.writeheader()
        writer.writerows(written)
    trained = run("train", "own.csv", "-o", "own.npz", cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    assert "auc: " in trained.stdout.decode()
    # Of 240 postings, a fifth of the weight is of the two roles: too few to promise 3 % wrong.
    assert "No posting will be decided for TPM or PM" in trained.stdout.decode()
    assert "No posting will" not in run("model", cwd=tmp_path).stdout.decode()
    assert "Model card" in (tmp_path / "own.md").read_text()
    assert run("model", "own.npz", cwd=tmp_path).returncode == 0
    evaluated = run(
        "evaluate", "own.csv", "--model", "own.npz", "--report", "own.html", cwd=tmp_path
    )
    assert evaluated.returncode == 0, evaluated.stderr
    assert "macro-F1" in evaluated.stdout.decode()
    assert f"learned from {len(written)} of these postings" in evaluated.stdout.decode()
    assert "<img" in (tmp_path / "own.html").read_text(encoding="utf-8")
    for name in ("calibration", "risk-coverage"):
        assert (tmp_path / f"own.{name}.png").read_bytes().startswith(b"\x89PNG")
    told = json.loads(run("evaluate", "own.csv", "--json", cwd=tmp_path).stdout)
    assert told["postings"] == len(written)
    assert told["learned_from"] == 0  # the shipped model keeps no fingerprints
    assert sum(sum(counts.values()) for counts in told["verdicts"].values()) == len(written)
    assert 0 <= told["figures"]["macro_f1"] <= 1


@pytest.mark.slow
def test_a_training_can_be_told_as_json(tmp_path, labelled_csv):
    told = json.loads(run("train", labelled_csv, "-o", "own.npz", "--json", cwd=tmp_path).stdout)
    assert (told["model"], told["card"]) == ("own.npz", "own.md")
    held = json.loads(run("model", "own.npz", "--json", cwd=tmp_path).stdout)
    assert held.items() <= told.items()


def test_train_refuses_unknown_labels(tmp_path):
    (tmp_path / "own.csv").write_text("text,label\na,TPM\nb,boss\n")
    result = run("train", "own.csv", "-o", "own.npz", cwd=tmp_path)
    assert result.returncode == 1
    assert "'boss'" in result.stderr.decode()


def test_the_shipped_model_can_be_trained_again(tmp_path):
    for name in ("again", "once_more"):
        result = run("train", "--shipped", "-o", tmp_path / f"{name}.npz", cwd=ROOT)
        assert result.returncode == 0, result.stderr
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "once_more.npz").read_bytes()
    assert (tmp_path / "again.md").read_text() == (ROOT / "models/shipped_model.md").read_text()
    # Another processor's linear algebra rounds differently, by less than anybody can notice.
    again = model_arrays(load_model(tmp_path / "again.npz"))
    shipped = model_arrays(load_model(ROOT / "models/shipped_model.npz"))
    assert again.keys() == shipped.keys()
    for name, array in shipped.items():
        if array.dtype.kind == "f":
            assert np.abs(again[name] - array).max(initial=0.0) <= 1e-9, name
        else:
            assert np.array_equal(again[name], array), name
