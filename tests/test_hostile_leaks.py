"""Nothing leaves the machine, and no posting's text stands in a message."""

import csv
import shutil
import subprocess
import sys

import pandas as pd
import pytest

import tpmclassify

SECRET = "Zanzibarquux"
# The main job in a process of its own: load, classify, explain, show, screen a file and a frame.
MAIN_JOB = """
import sys

opened = []


def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__" or event in (
        "urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect",
        "webbrowser.open", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn",
    ):
        opened.append(f"{event} {arguments}")
    if event == "socket.__new__":
        opened.append(event)


sys.addaudithook(guard)
import pandas
import tpmclassify

decision = tpmclassify.classify(open("one.txt").read(), title="Project Manager")
decision.explain(), decision.to_json(), decision.to_html(), decision._repr_html_()
summary = tpmclassify.screen_file("in.csv", "out.csv")
tpmclassify.screen(pandas.read_csv("in.csv"))
from tpmclassify.cli import main

for command in (["classify", "one.txt"], ["screen", "in.csv", "--overwrite"], ["model"]):
    try:
        main(command)
    except SystemExit as end:
        assert not end.code, end.code
print(f"opened: {opened}", file=sys.stderr)
"""


@pytest.fixture
def job(tmp_path, written):
    (tmp_path / "one.txt").write_text(written[0]["description"], encoding="utf-8")
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, written[0])
        writer.writeheader()
        writer.writerows(written)
    return tmp_path


def run(job, *before):
    done = subprocess.run(
        [*before, sys.executable, "-c", MAIN_JOB],
        cwd=job,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "opened: []" in done.stderr


def test_the_main_job_opens_no_socket_and_starts_no_program(job):
    run(job)


def test_the_main_job_works_with_the_network_cut(job):
    cut = ["unshare", "--map-root-user", "--net"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*cut, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("the network cannot be cut here without rights")
    run(job, *cut)


def wrong_calls(tmp_path):
    """Every way to be refused for a posting, with its text at hand."""
    secret = f"{SECRET} confidential"
    classifier = tpmclassify.TPMClassifier(max_chars=10)
    classifier.model_ = tpmclassify.load().model_
    frame = pd.DataFrame({"description": [secret, 3]})
    table = tmp_path / "in.csv"
    table.write_text(f'description\n{secret}\n"{secret}', encoding="utf-8")
    twice = tmp_path / "twice.csv"
    twice.write_text(f"description,text\n{secret},{secret}\n", encoding="utf-8")
    none = tmp_path / "none.csv"
    none.write_text(f"a,b\n{secret},{secret}\n", encoding="utf-8")
    model = tmp_path / "model.npz"
    model.write_text(secret, encoding="utf-8")
    labels = ["TPM"] * 2
    return {
        "too long": lambda: classifier.classify(secret),
        "bytes": lambda: tpmclassify.classify(secret.encode()),
        "a list": lambda: tpmclassify.classify([secret]),
        "one string for many": lambda: tpmclassify.classify_many(secret),
        "a mapping": lambda: tpmclassify.classify_many({secret: secret}),
        "titles that do not fit": lambda: tpmclassify.classify_many([secret], [secret] * 2),
        "a frame of objects": lambda: tpmclassify.screen(frame),
        "a frame without the column": lambda: tpmclassify.screen(frame, text="body"),
        "two columns": lambda: tpmclassify.screen_file(twice, tmp_path / "out.csv"),
        "no column": lambda: tpmclassify.screen_file(none, tmp_path / "out.csv"),
        "no model": lambda: tpmclassify.load(model),
        "too few to train on": lambda: tpmclassify.TPMClassifier().fit([secret] * 2, labels),
        "labels that do not fit": lambda: tpmclassify.TPMClassifier().fit([secret], labels),
    }


def test_no_error_quotes_a_posting(tmp_path, capsys):
    for name, call in wrong_calls(tmp_path).items():
        with pytest.raises(tpmclassify.TPMClassifyError) as caught:
            call()
        assert SECRET not in str(caught.value), name
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err


def test_a_rejected_row_is_told_of_by_line_not_by_text(tmp_path, capsys):
    table = tmp_path / "in.csv"
    table.write_text(f"description,title\nPlan it,x\n{SECRET},y,z,{SECRET}\n", encoding="utf-8")
    tpmclassify.screen_file(table, tmp_path / "out.csv")
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err


def test_no_word_of_a_single_employer_gets_into_a_model(written, tmp_path):
    """An n-gram that stands mostly in one employer's postings is in no vocabulary."""
    texts = [
        f"{p['description']}\nWork with the {word} suite."
        for p, word in zip(written, [SECRET] * 40 + ["harmlessness"] * 200, strict=False)
    ]
    groups = ["one"] * 38 + [str(i) for i in range(len(texts) - 38)]
    labels = [p["label"] for p, _ in zip(written, texts, strict=False)]
    classifier = tpmclassify.TPMClassifier().fit(texts, labels, groups)
    classifier.save(tmp_path / "model.npz")
    terms = tpmclassify.load(tmp_path / "model.npz").model_.vocabulary.terms
    assert "harmlessness" in terms
    assert not [term for term in terms if SECRET.lower() in term]
