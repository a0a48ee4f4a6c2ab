"""Texts made to keep a reader busy: each a function of about how many characters it has."""


def _repeated(piece, *, before="", behind=""):
    return lambda n: before + piece * max(1, n // len(piece)) + behind


def _numbered(piece, *, before="", behind=""):
    width = len(piece) + 3
    return lambda n: (
        before + "".join(piece.replace("#", str(i)) for i in range(n // width)) + behind
    )


PATTERNS = {
    # nothing to hold on to
    "one word": _repeated("a"),
    "one capital": _repeated("A"),
    "spaces": _repeated(" "),
    "a word, then spaces": _repeated(" ", before="Plan it.", behind="x"),
    "newlines": _repeated("\n"),
    "newlines after long lines": _repeated("word " * 10 + "\nword "),
    "NUL": _repeated("\0"),
    "lone surrogates": _repeated("\ud800a "),
    "bidi controls": _repeated("\u202eab\u2066 "),
    "zalgo": _repeated("a" + "\u0301\u0488\u20dd" * 20 + " "),
    "capital sigmas": _repeated("Σ"),
    "sigmas and marks": _repeated("Σ\u0301" + "." * 50),
    "dotted capitals": _repeated("İ"),
    "ideographs": _repeated("計画"),
    "emoji": _repeated("😀 "),
    # what lines are cut at
    "full stops": _repeated("."),
    "full stops and letters": _repeated("a."),
    "full stops and spaces": _repeated(". "),
    "question marks, closing": _repeated("?)\"'"),
    "brackets": _repeated("("),
    "quotes": _repeated("\"'"),
    "colons": _repeated(":"),
    "headings": _repeated("What you will do: "),
    "almost headings": _repeated("What you " * 8 + ":"),
    "sections": _repeated("Key Main Primary Responsibilities "),
    "qualifiers": _repeated("Key "),
    "semicolons": _repeated("; "),
    "bullets": _repeated("• "),
    "dashes": _repeated("-"),
    "dashes and spaces": _repeated(" - "),
    "asterisks": _repeated("*"),
    "bold, never closed": _repeated("a **B"),
    "numbers": _repeated("1. "),
    "case changes": _repeated("aB"),
    "glued words": _repeated("experienceDeep"),
    "duty verbs": _repeated("Lead the "),
    "duty verbs without a stop": _repeated("work Lead "),
    "semicolons in one line": _repeated("plan;\t"),
    # what is masked
    "titles": _repeated("Project Manager "),
    "titles without end": _repeated("senior technical "),
    "title nouns": _repeated("program/project "),
    "t.p.m.": _repeated("t.p."),
    "at signs": _repeated("@"),
    "addresses without end": _repeated("a@a."),
    "hosts": _repeated("a.a-a_"),
    "domains": _repeated(".com"),
    "www": _repeated("www."),
    "https": _repeated("https://"),
    "hashtags": _repeated("#a"),
    "About": _repeated("About X "),
    "About, many employers": _numbered("About Vex#\n"),
    "At, many employers": _numbered("At Vex# and Co, we grow. "),
    "names without end": _repeated("About A of and the "),
    "equal employers": _repeated(" is an equal"),
    "Name Name Name": _repeated("Vex ", before="About Vex Vex\n"),
    # markup
    "nested divisions": _repeated("<div>"),
    "nested lists": _repeated("<ul><li>"),
    "closed without being open": lambda n: "<div>" * (n // 9) + "</p>" * (n // 9),
    "formatting in each paragraph": lambda n: (
        "<p>" + "".join(f"<b id={i}>" for i in range(n // 20)) + "</p>" + "<p>x</p>" * (n // 16)
    ),
    "links that are not closed": lambda n: "<a><b>" * (n // 10) + "</a>" * (n // 10),
    "attributes": _numbered(" a#", before="<p>x</p><x", behind=">"),
    "attributes in quotes": _numbered(' a#=">"', before="<p>x</p><x", behind=">"),
    "tags that do not end": _repeated("<p "),
    "less than": _repeated("<", before="<p>x</p>"),
    "comments that do not end": _repeated("<!--", before="<p>x</p>"),
    "scripts that do not end": _repeated("<script", before="<p>x</p>"),
    "script ends": _repeated("</script", before="<p>x</p><script>"),
    "tables": _repeated("<table><tr><td>x"),
    "and signs": _repeated("&"),
    "entities": _repeated("&amp;"),
    "escaped tags": _repeated("&lt;p&gt;"),
    "an entity of digits": _repeated("9", before="&lt;p&gt;&#", behind=";"),
    "entities that do not end": _repeated("&#99999999999", before="&lt;p&gt;"),
    "mojibake": _repeated("Ã¢â‚¬"),
    # what editors and feeds wrap a text in
    "bold": _repeated("**aB"),
    "asterisks": _repeated("*", before="**x** "),
    "italics": _repeated("*a b "),
    "underlines": _repeated(" _a"),
    "brackets": _repeated("[", before="[a](b) "),
    "link ends": _repeated("[a](b", before="[a](b) "),
    "backticks": _repeated("`a"),
    "rows": _repeated("|a", before="\n|", behind="|\n"),
    "quotes in quotes": _repeated("\n> > > a"),
    "backslashes": _repeated("\\"),
    "spelled-out breaks": _repeated("\\n\\r\\n"),
    "lists in lists": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "a list that does not end": _repeated('"a", ', before="[", behind="]"),
    "invisible letters": _repeated("a\u200b\u00ad"),
    "symbols": _repeated("★ a "),
    "an o as a bullet": _repeated("o Plan "),
    "lettered points": _repeated(" b) Plan"),
    "camels": _repeated("planTrack"),
    # what networks put around a posting
    "criteria": _repeated("Job function\n"),
    "people": _repeated("Meet the hiring team\n"),
    # what is explained
    "the same line": _repeated("Plan the project and track the schedule.\n"),
    "other lines": _numbered("Plan project # and track the budget.\n"),
    "one line for each side": _repeated("Track the budget.\nSet the technical strategy.\n"),
}
