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
    "tags in quotes that do not end": _repeated('<p a=">" ', behind=">"),
    "quotes of both kinds": _repeated("<p a='<p b=\"", behind=">"),
    "equals signs": _repeated("=", before="<p ", behind="><p>x"),
    "spaces in a tag": _repeated(" a  ", before="<p ", behind="><p>x"),
    "bogus comments": _repeated("<!", before="<p>x"),
    "CDATA that does not end": _repeated("<![CDATA[", before="<p>x"),
    "CDATA in CDATA": _repeated("<![CDATA[x]]]]><![CDATA[>"),
    "preformatted": _repeated("<pre>\n", before="<p>x"),
    "blank lines and tags": _repeated("<b>\n  \n"),
    "escaped three times": _repeated("&amp;amp;lt;p&amp;amp;gt;"),
    "escaped without end": _repeated("amp;", before="<p>&", behind="lt;"),
    "and signs": _repeated("&"),
    "entities": _repeated("&amp;"),
    "escaped tags": _repeated("&lt;p&gt;"),
    "an entity of digits": _repeated("9", before="&lt;p&gt;&#", behind=";"),
    "entities that do not end": _repeated("&#99999999999", before="&lt;p&gt;"),
    "mojibake": _repeated("Ã¢â‚¬"),
    # what is explained
    "the same line": _repeated("Plan the project and track the schedule.\n"),
    "other lines": _numbered("Plan project # and track the budget.\n"),
    "one line for each side": _repeated("Track the budget.\nSet the technical strategy.\n"),
}
