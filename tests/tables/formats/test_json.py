"""JSON: the one list of objects is found wherever it stands, streamed, and comes back as it was."""

import gzip
import json
import tracemalloc

import pytest

import tpmclassify
from tpmclassify import batch_sizes

TEXT = "Manage the project schedule, budget and scope, and report status to the client. " * 3
ROWS = [{"id": 1, "description": TEXT}, {"id": 2.50, "description": f"{TEXT}é\n2"}]
LINES = "\n".join(map(json.dumps, ROWS))
SKILLS = [{"name": "Excel"}, {"name": "Jira"}]
SHAPES = {
    "an array": json.dumps(ROWS),
    "an array, pretty-printed": json.dumps(ROWS, indent=2),
    "within an object": json.dumps({"total": 2, "skills": SKILLS, "jobs": ROWS, "more": [1]}),
    "within an object, pretty-printed": json.dumps({"jobs": ROWS, "facets": SKILLS}, indent=1),
    "two levels down": json.dumps({"ok": True, "data": {"count": 2, "jobs": ROWS}}),
    "objects keyed by address": json.dumps({f"https://a.b/{i}": row for i, row in enumerate(ROWS)}),
    "keyed within an object": json.dumps({"status": 1, "jobs": dict(zip("ab", ROWS, strict=True))}),
    "beside one object that has a text": json.dumps({"about": {"description": TEXT}, "jobs": ROWS}),
    "keyed beside other objects": json.dumps(
        {"meta": {"total": 2}, **dict(zip("ab", ROWS, strict=True)), "links": {"next": 1}}
    ),
    "keyed three levels down": json.dumps(
        {"data": {"jobs": dict(zip("ab", ROWS, strict=True))}, "texts": {"description": TEXT}}
    ),
    "a line each": LINES,
    "a line each, blank ones between": "\n\n" + LINES.replace("\n", "\n \n"),
    "after one another": LINES.replace("\n", " "),
    "after one another with commas": LINES.replace("\n", ", "),
    "with a mark": f"\ufeff{LINES}",
}


@pytest.mark.parametrize("size", [1 << 20, 7])
@pytest.mark.parametrize("name", ["in.json", "in.jsonl", "in.csv", "in.json.gz"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_list_is_found(tmp_path, classifier, monkeypatch, shape, name, size):
    if name == "in.jsonl" and shape[0] != "a" and shape not in ("with a mark",):
        pytest.skip("a file of this name that begins with an object is an object a line")
    if (name == "in.jsonl" and "after one another" in shape) or (name == "in.csv" and size == 7):
        pytest.skip("no lines")
    monkeypatch.setattr(batch_sizes, "BLOCK_BYTES", size)
    data = SHAPES[shape].encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    out = tmp_path / "out.jsonl"
    summary = tpmclassify.screen_file(tmp_path / name, out, model=classifier)
    assert (summary.screened, summary.rejected) == (2, 0)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    ours = [{k: v for k, v in row.items() if k[:4] != "tpm_" and k != "key"} for row in rows]
    assert ours == ROWS
    if "keyed" in shape:
        assert len({row["key"] for row in rows}) == 2


MORE = [{**row, "id": row["id"] + 9} for row in ROWS]
NO_ONE_LIST = {
    "two lists": ({"open": ROWS, "closed": MORE}, "a second list .* 'closed' beside 'open'"),
    "a name twice": (
        f'{{"jobs": {json.dumps(ROWS)}, "jobs": {json.dumps(MORE)}}}',
        "a second list",
    ),
    "a list further down": ({"jobs": ROWS, "old": {"data": {"jobs": MORE}}}, "a second list"),
    "keyed twice": ({n: dict(zip("ab", ROWS, strict=True)) for n in "xy"}, "a second list"),
    "other texts by that name first": (
        {"areas": [{"id": 1, "description": "IT"}], "jobs": ROWS},
        "a second list",
    ),
    "keyed, and one that is unlike them": (
        {"about": {"description": TEXT}, **{n: {**ROWS[0], "city": "Bern"} for n in "ab"}},
        "'about' beside 'b'. Write all postings into one list",
    ),
    "lists within a list": ({"firms": [{"name": "A", "jobs": ROWS}]}, "no list of postings"),
    "an empty list": ({"total": 0, "jobs": []}, "no list of postings"),
    "by column": ({"id": [1, 2], "description": [TEXT, TEXT]}, "no list of postings"),
    "by column and row": ({"id": {"0": 1}, "description": {"0": TEXT}}, "no list of postings"),
    "in parts": ({"columns": ["description"], "data": [[TEXT]]}, "no list of postings"),
}


@pytest.mark.parametrize(("content", "error"), NO_ONE_LIST.values(), ids=NO_ONE_LIST)
def test_no_list_is_taken_for_the_whole_of_them(tmp_path, content, error):
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / "in.json").write_text(text)
    with pytest.raises(tpmclassify.TableError, match=error) as caught:
        tpmclassify.screen_file(tmp_path / "in.json")
    assert "Manage" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["in.json"]


def test_other_objects_and_lists_beside_the_postings_are_none(tmp_path, classifier):
    beside = {
        "departments": [{"id": 1, "name": "IT", "about": TEXT}],
        "company": {"description": TEXT},
        "links": [],
    }
    deep = {"id": 1, "a": {"b": {"c": {"job_summary": TEXT}}}}
    (tmp_path / "in.json").write_text(json.dumps({"data": {"items": [deep]}}))
    with pytest.raises(tpmclassify.TableError, match="no column has a usual name"):
        tpmclassify.screen_file(tmp_path / "in.json", model=classifier)
    contents = [
        {"jobs": [{"no": 1, **row} for row in ROWS], **beside},
        [{"description": [TEXT] * 2}],
    ]
    for content, n_rows in zip(contents, (2, 1), strict=True):
        (tmp_path / "in.json").write_text(json.dumps(content))
        summary = tpmclassify.screen_file(tmp_path / "in.json", model=classifier)
        assert summary.screened == n_rows


@pytest.mark.parametrize("target", ["out.json", "out.json.gz"])
@pytest.mark.parametrize("report", [False, True])
def test_a_result_is_one_array(tmp_path, classifier, target, report):
    (tmp_path / "in.json").write_text(json.dumps({"jobs": ROWS}))
    page = tmp_path / "page.html" if report else None
    tpmclassify.screen_file(tmp_path / "in.json", tmp_path / target, report=page, model=classifier)
    data = (tmp_path / target).read_bytes()
    rows = json.loads(gzip.decompress(data) if target.endswith("gz") else data)
    assert [row["id"] for row in rows] == [1, 2.5]
    assert all("tpm_verdict" in row for row in rows)


def test_fields_of_objects_within_rows_are_read_by_name(tmp_path, classifier):
    rows = [{"type": "Feature", "properties": {"title": "TPM", "description": TEXT, "more": TEXT}}]
    (tmp_path / "in.json").write_text(json.dumps({"features": rows}))
    options = {"model": classifier, "overwrite": True}
    summary = tpmclassify.screen_file(tmp_path / "in.json", tmp_path / "o.jsonl", **options)
    assert (summary.text, summary.title) == ("properties.description", "properties.title")
    summary = tpmclassify.screen_file(
        tmp_path / "in.json", tmp_path / "o.csv", text="properties.more", **options
    )
    assert summary.text == "properties.more"
    assert summary.review_reasons.get("empty") is None


def test_what_is_no_json_is_missing_and_comes_out_as_json(tmp_path, classifier):
    (tmp_path / "in.jsonl").write_text('{"text": NaN, "n": Infinity}\n{"text": "NaN", "n": 1}\n')
    summary = tpmclassify.screen_file(tmp_path / "in.jsonl", tmp_path / "o.jsonl", model=classifier)
    assert summary.review_reasons == {"empty": 2}

    def fail(name):
        raise AssertionError(name)

    lines = (tmp_path / "o.jsonl").read_text().splitlines()
    rows = [json.loads(line, parse_constant=fail) for line in lines]
    assert [(row["text"], row["n"]) for row in rows] == [(None, None), ("NaN", 1)]


@pytest.mark.parametrize("bad", ['"v": ' + "[" * 600 + "]" * 600, '"\\udfaa": 1', '"v": "\\ud800"'])
@pytest.mark.parametrize("name", ["in.jsonl", "in.json"])
def test_odd_rows_cost_no_other_row(tmp_path, classifier, name, bad):
    lines = [json.dumps(ROWS[0]), f'{{"description": "x", {bad}}}', json.dumps(ROWS[1])]
    (tmp_path / name).write_text("\n".join(lines) if name == "in.jsonl" else f"[{','.join(lines)}]")
    for target in ("o.jsonl", "o.csv"):
        summary = tpmclassify.screen_file(tmp_path / name, tmp_path / target, model=classifier)
        assert summary.screened >= 2
        assert summary.rows == 3


def test_a_list_is_streamed(tmp_path, classifier, monkeypatch):
    monkeypatch.setattr(batch_sizes, "BATCH_ROWS", 32)
    monkeypatch.setattr(batch_sizes, "BLOCK_BYTES", 1 << 16)
    row = json.dumps({"description": "x", "pad": "x" * 5000})
    (tmp_path / "in.json").write_text(f'{{"jobs": [{",".join([row] * 4000)}]}}')
    tracemalloc.start()
    tpmclassify.screen_file(tmp_path / "in.json", tmp_path / "o.csv", model=classifier)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 15e6  # of 20 MB


def test_the_time_of_many_columns_is_not_that_of_their_pairs(tmp_path, classifier):
    row = {"text": TEXT} | {f"field {i}": i for i in range(30_000)}
    (tmp_path / "in.json").write_text(json.dumps([row]))
    summary = tpmclassify.screen_file(tmp_path / "in.json", model=classifier)
    assert (summary.screened, summary.text) == (1, "text")
    assert json.loads((tmp_path / "in.screened.json").read_text())[0].items() >= row.items()


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_row_of_column_names_is_asked_of_no_json(tmp_path, name):
    (tmp_path / name).write_text('[{"text": "Plan the work."}]')
    with pytest.raises(tpmclassify.TableError, match="Leave out --header-row"):
        tpmclassify.screen_file(tmp_path / name, header_row=2)
