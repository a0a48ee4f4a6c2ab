"""Batches and DataFrames of postings."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import tpmclassify
from tpmclassify.screening import COLUMNS, screen_batch


@pytest.fixture
def frame(written):
    frame = pd.DataFrame(written[:12]).drop(columns=["label"])
    frame.index = pd.Index(range(100, 112), name="row")
    frame.loc[103, "description"] = None
    frame.loc[104, "description"] = ""
    return frame


def test_rows_columns_and_index_come_back(frame):
    screened = tpmclassify.screen(frame, title="title")
    pd.testing.assert_frame_equal(screened[list(frame.columns)], frame)
    assert list(screened.columns) == [*frame.columns, *COLUMNS]


def test_values_are_those_of_the_decisions(frame):
    screened = tpmclassify.screen(frame, title="title")
    for row, text, title in zip(
        screened.itertuples(), frame["description"].fillna(""), frame["title"], strict=True
    ):
        decision = tpmclassify.classify(text, title)
        assert row.tpm_label == decision.label
        assert row.tpm_probability == round(decision.p_tpm, 6)
        assert row.tpm_verdict == decision.verdict
        assert row.tpm_review_reasons == ";".join(decision.review_reasons)
        agrees = None if row.tpm_title_agrees is pd.NA else row.tpm_title_agrees
        assert agrees == decision.title_agrees


def test_missing_and_empty_texts_are_reviewed(frame):
    screened = tpmclassify.screen(frame)
    assert screened.loc[[103, 104], "tpm_review_reasons"].tolist() == ["empty", "empty"]
    assert screened.loc[103, "tpm_quotes"] == ""


def test_because_names_up_to_three_responsibilities_with_a_quote_each(frame):
    screened = tpmclassify.screen(frame)
    for because, quotes in zip(screened["tpm_because"], screened["tpm_quotes"], strict=True):
        reasons = because.split("; ") if because else []
        assert len(reasons) <= 3
        assert len(quotes.split(" | ") if quotes else []) == len(reasons)
        sizes = [abs(float(reason.split()[-1])) for reason in reasons]
        assert sizes == sorted(sizes, reverse=True)


def test_every_ground_but_the_first_has_a_line_that_speaks_up(written):
    frame = pd.DataFrame(written)
    frame["tpm_because"] = tpmclassify.screen(frame, title="title")["tpm_because"]
    n_checked = 0
    for row in frame[frame["tpm_because"] != ""].itertuples():
        decision = tpmclassify.classify(row.description, row.title)
        if decision.verdict not in ("TPM", "PM"):
            continue
        sign = 1 if decision.verdict == "TPM" else -1
        loudest = {}
        for line in decision.evidence:
            part = sign * line.contribution
            loudest[line.responsibility] = max(loudest.get(line.responsibility, part), part)
        loudest.pop("other", None)
        names = [reason.split()[0] for reason in row.tpm_because.split("; ")]
        for name in names[1:]:
            assert loudest[name] >= max(loudest.values()) / 4 - 1e-9
            n_checked += 1
    assert n_checked > 100


def test_what_is_quoted_speaks_for_the_verdict(written):
    frame = pd.DataFrame(written)
    screened = tpmclassify.screen(frame, title="title")
    decisions = [
        tpmclassify.classify(text, title)
        for text, title in zip(frame["description"], frame["title"], strict=True)
    ]
    for row, decision in zip(screened.itertuples(), decisions, strict=True):
        verdict = decision.label if decision.verdict == "review" else decision.verdict
        parts = {
            " ".join(e.text.split()).replace("|", "/"): (
                e.contribution if verdict == "TPM" else -e.contribution,
                -e.scope_contribution,
            )[verdict == "neither"]
            for e in decision.evidence
        }
        for quote in filter(None, row.tpm_quotes.split(" | ")):
            assert parts[quote] > 0.0


def test_a_quote_has_one_space_for_any_white_space():
    spaces = [chr(code) for code in range(0x10000) if chr(code).isspace()]
    texts = [
        f"Manage the project{space} schedule |{space}and the{space}budget." for space in spaces
    ]
    screened = tpmclassify.screen(pd.DataFrame({"description": texts}))
    quotes = [quote for cell in screened["tpm_quotes"] for quote in cell.split(" | ")]
    assert all(quotes)
    assert quotes == [" ".join(quote.split()) for quote in quotes]


def test_too_long_a_text_is_reviewed_unread():
    frame = pd.DataFrame({"description": ["a " * 600_000, "Manage the project budget."]})
    screened = tpmclassify.screen(frame)
    assert screened["tpm_review_reasons"].tolist()[0] == "too_long"
    assert screened["tpm_verdict"].tolist()[0] == "review"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"text": ["a"]}), "one column 'description'"),
        (pd.DataFrame({"description": [1.5]}), "Row 0 .* holds float"),
        (pd.DataFrame({"description": ["a"], "tpm_label": ["b"]}), "already has the columns"),
        (["a"], "must be a DataFrame of pandas"),
        (pd.Series(["a"]), "Got pandas.Series instead"),
        (pa.table({"description": [1]}), "holds int64, not strings"),
    ],
)
def test_what_is_no_table_of_postings_is_refused(frame, message):
    with pytest.raises(tpmclassify.TableError, match=message):
        tpmclassify.screen(frame)


def test_half_a_character_is_no_error():
    frame = pd.DataFrame({"description": ["Manage \ud800 the budget.", None]}, dtype=object)
    screened = tpmclassify.screen(frame)
    assert screened["description"].tolist() == frame["description"].tolist()
    assert screened["tpm_label"].tolist()[0] == "PM"


def test_an_empty_frame_is_screened():
    screened = tpmclassify.screen(pd.DataFrame({"description": pd.Series([], dtype=str)}))
    assert list(screened.columns) == ["description", *COLUMNS]
    assert len(screened) == 0


def test_record_batches_give_the_same_verdicts(frame, classifier):
    batch = pa.RecordBatch.from_pandas(frame, preserve_index=False)
    screened = screen_batch(batch, classifier=classifier, text="description", title="title")
    assert screened.select(batch.schema.names).equals(batch)
    expected = tpmclassify.screen(frame, title="title")
    for name in COLUMNS:
        ours = [None if value is pd.NA else value for value in expected[name].tolist()]
        assert screened.column(name).to_pylist() == ours


def test_a_column_of_numbers_is_refused(classifier):
    batch = pa.RecordBatch.from_pydict({"description": np.arange(3)})
    with pytest.raises(tpmclassify.TableError, match="holds int64, not strings"):
        screen_batch(batch, classifier=classifier, text="description")
