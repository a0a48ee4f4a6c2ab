"""What to change: what is foretold is what happens."""

import csv
import math
from pathlib import Path

import pytest

from tpmclassify.reading.posting import read_posting
from tpmclassify.roles import RESPONSIBILITIES
from tpmclassify.web import examples
from tpmclassify.web.advice import advise

LINES = Path(__file__).parents[2] / "datasets/lines.csv"
POSTINGS = [2, 6, 8, 57, 133, 139]


@pytest.fixture(params=[(number, role) for number in POSTINGS for role in ("TPM", "PM")])
def case(request, written, classifier):
    """A written posting with advice for a role, and a way to judge another text of it."""
    number, role = request.param
    posting = written[number]
    names = {"title": posting["title"], "employer": posting["employer"]}
    decision = classifier.classify(
        posting["description"], names["title"], employer=names["employer"]
    )
    advice = advise(classifier, decision, role, **names)

    def judge(text):
        return classifier.classify(text, names["title"], employer=names["employer"])

    def real_gain(text):
        now, then = decision.probabilities[role], judge(text).probabilities[role]
        return math.log(then / (1 - then)) - math.log(now / (1 - now))

    return decision, advice, judge, real_gain


def without(text, quote):
    """The text as a person leaves it: a line that is nothing else goes with its bullet."""
    kept = [line for line in text.split("\n") if line.strip(" -*•").strip() != quote]
    return "\n".join(kept) if len(kept) < len(text.split("\n")) else text.replace(quote, "", 1)


def test_a_line_taken_out_gains_what_was_foretold(case):
    decision, advice, judge, real_gain = case
    for change in [*advice.against, *advice.well]:
        if decision.text.count(change.line) == 1:
            text = without(decision.text, change.line)
            assert real_gain(text) == pytest.approx(change.gain, abs=0.01)
            assert judge(text).verdict == change.verdict


def test_a_line_added_gains_what_was_foretold(case):
    decision, advice, judge, real_gain = case
    for _, _, _, gap in advice.missing:
        assert len(gap) == 3
        for change in gap:
            text = f"{decision.text}\n• {change.line}\n"
            assert real_gain(text) == pytest.approx(change.gain, abs=0.01)
            assert judge(text).verdict == change.verdict


def test_most_gain_comes_first(case):
    _, advice, _, _ = case
    gains = [change.gain for change in advice.against]
    assert gains == sorted(gains, reverse=True)
    losses = [change.gain for change in advice.well]
    assert losses == sorted(losses)
    assert all(gain > 0 for gain in gains)
    assert all(loss < 0 for loss in losses)


def test_all_lines_against_taken_out_give_the_verdict_that_was_foretold(case):
    decision, advice, judge, _ = case
    text = decision.text
    if any(text.count(change.line) > 1 for change in advice.against):
        pytest.skip("a line stands there twice")
    for change in advice.against:
        text = text.replace(change.line, "")
    assert judge(text).verdict == advice.without_all


def test_what_a_posting_has_is_not_missing(classifier):
    text = "\n".join(line for lines in examples.LINES.values() for line in lines)
    decision = classifier.classify(text)
    for role in ("TPM", "PM"):
        for _, had, usual, _ in advise(classifier, decision, role, title="", employer="").missing:
            assert had <= usual / 4


def test_a_text_without_a_duty_gets_advice(classifier):
    advice = advise(classifier, classifier.classify("--- 12"), "TPM", title="", employer="")
    assert advice.against == []
    assert advice.missing


def test_the_example_lines_are_lines_of_the_data_set(written):
    texts = {posting["posting_id"]: posting["description"] for posting in written}
    plain = {key: read_posting(text).text for key, text in texts.items()}
    with LINES.open(encoding="utf-8", newline="") as stream:
        known = {
            (
                row["responsibility"],
                plain[row["posting_id"]][int(row["start"]) : int(row["end"])],
            )
            for row in csv.DictReader(stream)
        }
    assert list(examples.LINES) == list(RESPONSIBILITIES)
    for name, lines in examples.LINES.items():
        assert len(lines) == 3
        assert {(name, line) for line in lines} <= known


def test_the_example_postings_are_written_ones(written):
    known = [{**posting} for posting in written]
    for example in examples.POSTINGS:
        example = {**example, "description": example["text"]}
        del example["text"]
        assert any(example.items() <= posting.items() for posting in known)
