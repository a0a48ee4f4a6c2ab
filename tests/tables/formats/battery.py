"""Dirty tables, each with what a careful person would make of it.

`test_battery.py` holds us to it, `benchmarks/dirty_tables.py` compares other readers.
"""

import gzip
from dataclasses import dataclass, field

TEXT = "Manage the project schedule, budget and scope and report to the client."
Q = f'"{TEXT}"'
PLAIN = "Lead technical programs across engineering teams"


@dataclass(frozen=True)
class Dirty:
    """A dirty table.

    Attributes
    ----------
    name : str
    data : bytes
    rows : list of list of str
        The sound rows, the column names first; empty where there is no table to be made out.
    rejected : tuple of int
        The lines where the rows begin that are to be rejected.
    error : str
        What the message must say (a pattern) where the file as a whole must be refused.
    options : dict
        For `screen_file`.
    suffix : str
    """

    name: str
    data: bytes
    rows: list[list[str]] = field(default_factory=list)
    rejected: tuple[int, ...] = ()
    error: str = ""
    options: dict[str, object] = field(default_factory=dict)
    suffix: str = ".csv"


def text(*lines: str, end: str = "\n", encoding: str = "utf-8") -> bytes:
    return "".join(line + end for line in lines).encode(encoding)


HEAD = ["id", "text"]
A, B, C = ["1", TEXT], ["2", TEXT], ["3", TEXT]
TABLE = [HEAD, A, B]
UMLAUT = ["2", "Führt Projekte, Budgets – weltweit"]
OTHER_LETTERS = {
    "cp950": "專案經理負責規劃與溝通",
    "gb18030": "项目经理负责规划与沟通",
    "cp932": "プロジェクトマネージャー募集",
    "cp949": "프로젝트 관리자 모집 안내",
    "cp1251": "Руководитель проекта",
}
# Without any quote the last delimiter alone tells where the text begins.
BATTERY = [
    Dirty("plain", text("id,text", f"1,{Q}", f"2,{Q}"), TABLE),
    Dirty("semicolons", text("id;text", f"1;{TEXT}", f"2;{TEXT}"), TABLE),
    Dirty("tabs in .csv", text("id\ttext", f"1\t{TEXT}", f"2\t{TEXT}"), TABLE),
    Dirty("pipes", text("id|text", f"1|{TEXT}", f"2|{TEXT}"), TABLE),
    Dirty(
        "semicolons, decimal commas",
        text("id;pay;text", f"1;1,5;{Q}", f"2;2,5;{Q}"),
        [["id", "pay", "text"], ["1", "1,5", TEXT], ["2", "2,5", TEXT]],
    ),
    Dirty("sep= line of Excel", text("sep=;", "id;text", f"1;{Q}", f"2;{Q}"), TABLE),
    Dirty("UTF-8 with mark", b"\xef\xbb\xbf" + text("id,text", f"1,{Q}", f"2,{Q}"), TABLE),
    Dirty(
        "UTF-16 LE with mark",
        b"\xff\xfe" + text("id,text", f"1,{Q}", f'2,"{UMLAUT[1]}"', encoding="utf-16-le"),
        [HEAD, A, UMLAUT],
    ),
    Dirty(
        "UTF-16 BE with mark",
        b"\xfe\xff" + text("id,text", f"1,{Q}", f'2,"{UMLAUT[1]}"', encoding="utf-16-be"),
        [HEAD, A, UMLAUT],
    ),
    Dirty(
        "UTF-16 without mark",
        text("id,text", f"1,{Q}", f'2,"{UMLAUT[1]}"', encoding="utf-16-le"),
        [HEAD, A, UMLAUT],
    ),
    Dirty(
        "UTF-16 BE without mark, with characters of which half is NUL",
        text("id,text", f"1,{Q}", f'2,"{TEXT} 😀 Ā"', encoding="utf-16-be"),
        [HEAD, A, ["2", f"{TEXT} 😀 Ā"]],
    ),
    Dirty(
        "cp1252",
        text("id,text", f"1,{Q}", f'2,"{UMLAUT[1]}"', encoding="cp1252"),
        [HEAD, A, UMLAUT],
    ),
    Dirty(
        "UTF-8 and cp1252 pasted together",
        text("id,text", f'1,"{UMLAUT[1]}"') + text(f'2,"{UMLAUT[1]}"', encoding="cp1252"),
        [HEAD, ["1", UMLAUT[1]], UMLAUT],
    ),
    *(
        Dirty(
            f"{encoding}, not named",
            text("id,text", f"1,{Q}", f'2,"{words}. {TEXT}"', encoding=encoding),
            error=f"line 3: .*{encoding}.*--encoding",
        )
        for encoding, words in OTHER_LETTERS.items()
    ),
    *(
        Dirty(
            f"{encoding}, named",
            text("id,text", f"1,{Q}", f'2,"{words}. {TEXT}"', encoding=encoding),
            [HEAD, A, ["2", f"{words}. {TEXT}"]],
            options={"encoding": encoding},
        )
        for encoding, words in OTHER_LETTERS.items()
    ),
    Dirty(
        "cp1252 with lists of letters and rows of dashes",
        text("id,text", f"1,{Q}", f'2,"ÄÖÜäöüß {"—" * 30} ••• “„”"', encoding="cp1252"),
        [HEAD, A, ["2", f"ÄÖÜäöüß {'—' * 30} ••• “„”"]],
    ),
    Dirty("CRLF", text("id,text", f"1,{Q}", f"2,{Q}", end="\r\n"), TABLE),
    Dirty("CR", text("id,text", f"1,{Q}", f"2,{Q}", end="\r"), TABLE),
    Dirty("CR, LF in a cell", b'id,text\r1,"a\nb, c"\r', [HEAD, ["1", "a\nb, c"]]),
    Dirty(
        "one row, over two lines without an end", b'id,text\n1,"a\nb, c"', [HEAD, ["1", "a\nb, c"]]
    ),
    Dirty(
        "CR, LF and CRLF mixed",
        f"id,text\r\n1,{Q}\n2,{Q}\r3,{Q}\r\n".encode(),
        [HEAD, A, B, C],
    ),
    Dirty("no line end at the end", text("id,text", f"1,{Q}", f"2,{Q}")[:-1], TABLE),
    Dirty(
        "line ends in cells",
        b'id,text\n1,"a\nb\r\nc\rd"\n2,"\n"\n',
        [HEAD, ["1", "a\nb\r\nc\rd"], ["2", "\n"]],
    ),
    Dirty(
        "other line separators in cells",
        text("id,text", '1,"a\u2028b\u0085c\x0bd\x0ce"', f"2,{Q}"),
        [HEAD, ["1", "a\u2028b\u0085c\x0bd\x0ce"], B],
    ),
    Dirty(
        "doubled quotes",
        text("id,text", '1,"say ""hi"", they said"', '2,""""'),
        [HEAD, ["1", 'say "hi", they said'], ["2", '"']],
    ),
    Dirty(
        "quotes within an unquoted cell",
        text("id,text", '1,a 5" pipe and a 6" pipe', f"2,{Q}"),
        [HEAD, ["1", 'a 5" pipe and a 6" pipe'], B],
    ),
    Dirty(
        "spaces around cells",
        text("id,text", "1,  a  ", '2, "b"'),
        [HEAD, ["1", "  a  "], ["2", ' "b"']],
    ),
    Dirty(
        "NUL bytes",
        text("id,text", '1,"a\0b"', f"2,{Q}"),
        [HEAD, ["1", "a\0b"], B],
    ),
    Dirty(
        "what looks like numbers, dates, nothing",
        text("id,a,text", f"007,NA,{Q}", f"1e5,2024-01-02,{Q}", f" 1.0 ,null,{Q}", f"TRUE,,{Q}"),
        [
            ["id", "a", "text"],
            ["007", "NA", TEXT],
            ["1e5", "2024-01-02", TEXT],
            [" 1.0 ", "null", TEXT],
            ["TRUE", "", TEXT],
        ],
    ),
    Dirty(
        "long digits",
        text("id,text", f"12345678901234567890,{Q}", f"0.10000000000000000001,{Q}"),
        [HEAD, ["12345678901234567890", TEXT], ["0.10000000000000000001", TEXT]],
    ),
    Dirty(
        "texts that are numbers, NaN, JSON or empty",
        text("id,text", "1,NaN", "2,3.5", '3,"{""a"": [1, 2]}"', "4,"),
        [HEAD, ["1", "NaN"], ["2", "3.5"], ["3", '{"a": [1, 2]}'], ["4", ""]],
    ),
    Dirty("short row", text("id,text", f"1,{Q}", "short", f"2,{Q}"), TABLE, (3,)),
    Dirty("long row", text("id,text", f"1,{Q}", f"9,{Q},x,y", f"2,{Q}"), TABLE, (3,)),
    Dirty(
        "long row beyond a reader's sample",
        text("id,text", *(f"{i},{Q}" for i in range(300)), f"300,{Q},x", f"301,{Q}"),
        [HEAD, *([str(i), TEXT] for i in range(300)), ["301", TEXT]],
        (302,),
    ),
    Dirty(
        "unquoted delimiter in a text",
        text("id,text", f"1,{Q}", f"9,{TEXT}", f"2,{Q}"),
        TABLE,
        (3,),
    ),
    Dirty(
        "open quote, quoted rows after it",
        text("id,text", f"1,{Q}", f'9,"{PLAIN}', f"2,{Q}", f"3,{Q}"),
        [HEAD, A, B, C],
        (3,),
    ),
    Dirty(
        "open quote, unquoted rows after it",
        text("id,text", f'9,"{PLAIN}', f"1,{PLAIN}", f"2,{PLAIN}"),
        [HEAD, ["1", PLAIN], ["2", PLAIN]],
        (2,),
    ),
    Dirty(
        "open quote in the last row",
        text("id,text", f"1,{Q}", f"2,{Q}", f'9,"{PLAIN}'),
        TABLE,
        (4,),
    ),
    Dirty(
        "open quote at a row's start",
        text("text,id", f"{Q},1", f'"{PLAIN},9', f"{Q},2", f"{PLAIN},3"),
        [["text", "id"], [TEXT, "1"], [TEXT, "2"], [PLAIN, "3"]],
        (3,),
    ),
    Dirty(
        "text after a closing quote",
        text("id,text", f"1,{Q}", '9,"say "hi" there"', f"2,{Q}"),
        TABLE,
        (3,),
    ),
    Dirty(
        "quotes not doubled in a text of several lines",
        text("id,text", f"1,{Q}", '9,"first', 'say "hi", there', 'last"', f"2,{Q}"),
        TABLE,
        (3,),
    ),
    Dirty(
        "quotes escaped by a backslash",
        text("id,text", f"1,{Q}", r'9,"say \"hi\" there"', f"2,{Q}"),
        TABLE,
        (3,),
    ),
    Dirty(
        "quotes not doubled, lines within the text that have the cells of a row",
        text(
            "id,text",
            *(f'{i},"{TEXT}\nPlan, and report"' for i in range(1, 4)),
            '9,"He said "hi"\nTrack, weekly\nplan "all", now"',
            f"4,{Q}",
        ),
        [HEAD, *([str(i), f"{TEXT}\nPlan, and report"] for i in range(1, 4)), ["4", TEXT]],
        (8,),
    ),
    Dirty(
        "a quote within a text that looks like its end",
        text(
            "id,text",
            *(f'{i},"{TEXT}\nPlan"' for i in range(1, 4)),
            '9,"A pipe of 5"\nand more, of it\nto the end"',
            f"4,{Q}",
        ),
        [HEAD, *([str(i), f"{TEXT}\nPlan"] for i in range(1, 4)), ["4", TEXT]],
        (8,),
    ),
    Dirty(
        "a comma lost before a quoted cell",
        text("id,title,text", '1,PM,"Plan, track"', '2,PM"Plan, track"', '3,PM,"Plan"'),
        [["id", "title", "text"], ["1", "PM", "Plan, track"], ["3", "PM", "Plan"]],
        (3,),
    ),
    Dirty(
        "a stray quote in .tsv",
        text("id\ttext", f"1\t{TEXT}", f'2\t"{PLAIN}', '3\tthe "budget"', f"4\t{TEXT}"),
        [HEAD, A, ["3", 'the "budget"'], ["4", TEXT]],
        (3,),
        suffix=".tsv",
    ),
    Dirty("carets", text("id^text", "1^a", "2^b"), [HEAD, ["1", "a"], ["2", "b"]]),
    *(
        Dirty(
            f"{mark!r} between cells",
            text(f"id{mark}text", f"1{mark}a, b, c", f"2{mark}d, e, f"),
            [HEAD, ["1", "a, b, c"], ["2", "d, e, f"]],
        )
        for mark in "#!·¶，"
    ),
    Dirty("colons", text("id:text", "1:a", "2:b"), [HEAD, ["1", "a"], ["2", "b"]]),
    Dirty("blank lines", text("", "id,text", "", f"1,{Q}", "", "", f"2,{Q}", ""), TABLE),
    Dirty(
        "rows of empty cells",
        text("id,text", f"1,{Q}", ",", f"2,{Q}"),
        [HEAD, A, ["", ""], B],
    ),
    Dirty("column names repeated", text("id,text", f"1,{Q}", "id,text", f"2,{Q}"), TABLE, (3,)),
    Dirty(
        "column names repeated with a mark",
        text("id,text", f"1,{Q}", "\ufeffid,text", f"2,{Q}"),
        TABLE,
        (3,),
    ),
    Dirty(
        "two columns of one name",
        text("id,id,text", f"1,a,{Q}", f"2,b,{Q}"),
        [["id", "id", "text"], ["1", "a", TEXT], ["2", "b", TEXT]],
    ),
    Dirty(
        "a column without name",
        text(",text", f"1,{Q}", f"2,{Q}"),
        [["", "text"], A, B],
    ),
    Dirty(
        "no column names",
        text(f"1,{Q}", f"2,{Q}"),
        [["column_1", "column_2"], A, B],
        options={"header": False, "text": "column_2"},
    ),
    Dirty("no column names, not said", text(f"1,{Q}", f"2,{Q}"), error="--no-header"),
    Dirty("one column", text("text", Q, "word"), [["text"], [TEXT], ["word"]]),
    Dirty(
        "a field of 3 MB",
        text("id,text", f'1,"{"long, " * 500_000}"', f"2,{Q}"),
        [HEAD, ["1", "long, " * 500_000], B],
    ),
    Dirty(
        "a mark behind the name of one column, and one in each posting",
        text("text*", "Plan * track", "Plan * report"),
        [["text*"], ["Plan * track"], ["Plan * report"]],
    ),
    Dirty(
        "a line of a database's client below", text("id,text", f"1,{Q}", "(1 row)"), [HEAD, A], (3,)
    ),
    Dirty("the mark of DOS at the end", text("id,text", f"1,{Q}", f"2,{Q}") + b"\x1a", TABLE, (4,)),
    Dirty("a form feed between rows", text("id,text", f"1,{Q}", "\f", f"2,{Q}"), TABLE, (3,)),
    Dirty("a remark above", text("# exported in May", "id,text", f"1,{Q}", f"2,{Q}"), TABLE),
    Dirty("unit separators", text("id\x1ftext", f"1\x1f{TEXT}", f"2\x1f{TEXT}"), TABLE),
    Dirty(
        "UTF-16 with semicolons and CRLF",
        text("id;text", f"1;{Q}", f"2;{Q}", end="\r\n").decode().encode("utf-16"),
        TABLE,
    ),
    Dirty(
        "a line end in a name",
        b'id,"job\ndescription"\n' + text(f"1,{Q}", f"2,{Q}"),
        [["id", "job\ndescription"], A, B],
    ),
    Dirty(
        "tabs, names repeated",
        text("id\ttext", f"1\t{TEXT}", "id\ttext", f"2\t{TEXT}"),
        TABLE,
        (3,),
        suffix=".tsv",
    ),
    Dirty("column names only", text("id,text"), [HEAD]),
    Dirty("empty file", b"", error="empty"),
    Dirty("blank file", b"\n\n \n", error="empty"),
    Dirty(
        "a title above the column names",
        text("Export of 3 May", "id,text", f"1,{Q}", f"2,{Q}", f"3,{Q}"),
        [HEAD, A, B, C],
    ),
    Dirty(
        "a padded title above the column names",
        text("Open requisitions,", ",", "id,text", f"1,{Q}", f"2,{Q}"),
        TABLE,
    ),
    Dirty(
        "what stands above names that are not usual",
        text("Export", "x", "id,what", f"1,{Q}", f"2,{Q}"),
        [["id", "what"], A, B],
        options={"header_row": 3, "text": "what"},
    ),
    Dirty(
        "a title above names that are not usual",
        text("Export", "id,what", f"1,{Q}", f"2,{Q}", f"3,{Q}"),
        error="no row of column names",
    ),
    Dirty(
        "postings with as many commas each, below a name that is not usual",
        text("what", "Plan it, track it, report it", "Plan it, track it, report it"),
        error="no row of column names",
    ),
    Dirty(
        "apostrophes for quotes",
        text("id,text", f"1,'{TEXT}'", f"2,'{TEXT}'"),
        error="not by an apostrophe",
    ),
    Dirty(
        "names and texts in apostrophes",
        text("id,'text'", "1,'Plan it'", "2,'It won't do, yet'"),
        error="line 1: column names are quoted by apostrophes",
    ),
    Dirty(
        "names and texts in quotes behind a space",
        text('id, "text"', f"1, {Q}", '2, "a"'),
        error="or behind a space",
    ),
    Dirty(
        "columns of fixed widths",
        text("id   text", f"1    {TEXT}", f"2    {TEXT}"),
        error="text of fixed widths, and save it as .csv",
    ),
    Dirty(
        "columns of fixed widths without a delimiter in any",
        text("id   text", "1    Plan it", "2    Track it"),
        error="text of fixed widths, and save it as .csv",
    ),
    Dirty(
        "one column whose name holds two spaces",
        text("Job  text", "Plan it", "Track it"),
        [["Job  text"], ["Plan it"], ["Track it"]],
    ),
    Dirty(
        "a delimiter at the end of each row, but for the first",
        text("id,text", f"1,{Q},", f"2,{Q},"),
        error="a delimiter at its end makes one more",
    ),
    Dirty("a page", b"<!DOCTYPE html>\n<html>\n<p>404</p>\n", error="or a page has"),
    Dirty("one column of short postings, without a name", text(Q, Q, Q), error="--no-header"),
    Dirty("the first posting in the place of names", text(Q * 4, Q), error="--no-header"),
    Dirty("rows that agree on nothing", b"a b;c\nd,e|f\ng,h,i\nj;k;l;m\n", error="no delimiter"),
    Dirty("a zip file", b"PK\x03\x04" + bytes(range(256)) * 4, error="zip archive"),
    Dirty("bytes", bytes(range(256)) * 8, error="no text"),
    Dirty(
        "gzip",
        gzip.compress(text("id,text", f"1,{Q}", f"2,{Q}"), mtime=0),
        TABLE,
        suffix=".csv.gz",
    ),
    Dirty(
        "gzip, cut off",
        gzip.compress(text("id,text", *(f"{i * 7919},{Q}" for i in range(999))), mtime=0)[:-200],
        error="damaged or cut off",
        suffix=".csv.gz",
    ),
    Dirty(
        "tabs and commas in .tsv",
        text("id\ttext", f"1\t{TEXT}", f"2\t{TEXT}"),
        TABLE,
        suffix=".tsv",
    ),
]
