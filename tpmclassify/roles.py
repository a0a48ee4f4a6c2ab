"""The domain's words: roles, responsibilities, dimensions, and what a title claims."""

import html
import re
import unicodedata
from functools import lru_cache
from typing import Literal

Role = Literal["TPM", "PM"]
Verdict = Literal["TPM", "PM", "neither", "review"]
ReviewReason = Literal[
    "uncertain", "out_of_scope", "too_short", "too_little_evidence", "not_english", "resume",
    "empty", "too_long",
]  # fmt: skip

TPM: Role = "TPM"
PM: Role = "PM"
NEITHER = "neither"
ROLE_NAMES = {TPM: "Technical Program Manager", PM: "Project Manager"}
LABELS = (TPM, PM, NEITHER)

RESPONSIBILITIES = (
    "strategic_planning",
    "stakeholder_management",
    "technical_expertise",
    "cross_functional_collaboration",
    "project_planning",
    "resource_management",
    "risk_management",
    "communication",
)
OTHER = "other"
DIMENSIONS = (
    "scope_and_complexity",
    "technical_knowledge",
    "strategy_or_execution",
    "collaboration_and_leadership",
)

# A letter for each kind of word that titles are made of, plurals left out. Of occupations those
# matter that follow the name of a role ("EPM Developer") or stand before it ("Recruiter, TPM").
_WORDS = {
    "t": "technical",
    "e": "eng engg engineering",
    "k": "tech technology technologies",
    # With these, technology is another, projects are any.
    "h": "ad ag agri assistive bio clean climate ed educational fin food health healthcare "
    "information instructional learning legal medical",
    "n": "non special",
    "f": "office",
    # Technical assistance, engineering education: programs for others than engineers.
    "y": "account assistance certification communication community content customer documentation "
    "education enablement hiring marketing partner recruiting recruitment sales sourcing support "
    "talent training writing",
    "P": "proj project",
    "G": "pgm prog program programme",
    "Q": "portfolio product",
    "d": "delivery execution implementation team",
    "K": "management mgmt",
    "M": "avp director evp head lead leader manager manger mgr mngr president svp vice vp",
    "O": "epmo pmo",
    "T": "t.p.g.m t.p.m tpgm tpm",
    "E": "epm",
    # Signs of another EPM (finance) and another TPM (factories, trade).
    "z": "anaplan cpm erp finance financial hyperion netsuite onestream oracle sap workday",
    "Z": "kaizen lean party productive promotion sigma",
    "c": "associate consultant executive expert professional specialist",
    "i": "apprentice apprenticeship co-op coop intern internship praktikum trainee traineeship",
    "j": "admin adviser advisor agent buyer chief clerk coach controller counsel designer "
    "developer editor fellow foreman inspector instructor master mechanic mentor nurse officer "
    "owner planner producer professor programmer recruiter representative researcher scheduler "
    "secretary sourcer student superintendent supervisor surveyor teacher tester trainer tutor "
    "volunteer writer",
    ">": "at by for from in reporting supporting to via w who with within",
    "<": "of",
    "&": "& + / and et or und",
    "": "a acting an autumn band contract deputy entry fall freelance global grade group hybrid "
    "interim jr junior level mid principal regional remote s senior snr spring sr staff summer the "
    "winter",
}
_LETTERS = {word: letter for letter, words in _WORDS.items() for word in words.split()}
_OCCUPATION = re.compile(r"\w{2,}(?:ator|ician|ist|neer|tant|tect|yst)s?")
_LEVEL = re.compile(r"[a-z]{0,2}\d+[a-z]?|i{1,3}|i?v|vi")
_LONGEST_TITLE = 400
# What no title of the two lacks, unless entities or odd letters hide it: most are not looked at.
_HINT = re.compile(r"proj|prog|pgm|epm|pmo|t\.?p|&|[^\0-~]", re.IGNORECASE)
# Tags, words, joints, and what parts a title: a hyphen does beside a space and behind a manager.
_TOKEN = re.compile(
    r"</?[a-z][^<>]*>|t\.p\.(?:g\.)?m\b|co-op|[^\W_]+|[&/+,;:|()\[\]{}<>~=•·–—]"
    r"|(?<=\s)-|-(?=\s)|(?<=manager)-"
)
# What some letters mean together.
_TOGETHER = (
    ("n[tkP]|hk", "x"),
    ("PKf", "O"),
    # "Director, PMO", "Head of Project Management": the rank and its field are one.
    (r"(?<![^,])([Mc&]+)[,<]+", r"\1"),
    # "Assistant to the Project Manager": what follows is somebody else.
    (r"([MjciTOE][^,<>]*)[<>][^,]*", r"\1"),
    ("[<>]", ""),
    ("(?<=P)(?=G)|(?<=G)(?=P)|(?<=[PG]),(?=[PGQ])", "&"),
    ("(tPM),T(?![^,])", r"\1"),  # "Technical Project Manager (TPM)"
    ("T,(?=tQM)", "x,"),  # "TPM (Technical Product Manager)"
    # A manager right before another one, as on two lines: both stand there.
    ("(?<=[PG]M)(?=[Mc]*([tek]?[PG][dK]*M|T))|(?<=T)(?=[Mc]*[tek]?P[dK]*M)", ","),
)
_PROGRAM, _PROJECT = r"G[dKM]*", r"P[dKM]*"
_TECHNICAL = rf"[tek][etkxzZQdhnf]{{0,3}}{_PROGRAM}"
_PROGRAM_CLAIM, _OTHER = "program", "other"
# The head of a title, which is its last word but for what follows without a name of its own.
_HEADS = (
    (TPM, re.compile(rf"{_TECHNICAL}M$|T[dM]*$")),
    (PM, re.compile(rf"{_PROJECT}M$|O[dM]*M$")),
    (_PROGRAM_CLAIM, re.compile(rf"{_PROGRAM}M$")),
)
# A department under a rank: "Director, Project Management". The office and EPM may stand alone,
# where no occupation follows ("PMO - Business Analyst").
_RANK = "^c*M[Mc]*[^Mcij]*"
_FIELDS = (
    (TPM, re.compile(rf"{_RANK}{_TECHNICAL}((?<=K)[^Mcij]*)?$|^[^Mcij]*E$")),
    (PM, re.compile(rf"{_RANK}({_PROJECT}K[^Mcij]*|O)$|^[^Mcij]*O$")),
    (_PROGRAM_CLAIM, re.compile(rf"{_RANK}{_PROGRAM}K[^Mcij]*$")),
)


# Boards repeat titles: 28 % of the real postings have one that stood before.
@lru_cache(maxsize=1 << 14)
def title_role(title: str | None) -> Role | None:
    """Read which role a title claims, by its head: what it says that the person is.

    `title`: A job title; entities, tags and invisible characters are resolved. Returned: "TPM" for
    a technical or engineering program manager, "PM" for a project manager (technical and IT project
    managers and PMO included), those who lead them included. None for anything else: another
    occupation that holds such words ("EPM Developer"), interns, a program manager alone, both at
    once in any order, or no title. Levels, departments, locations and languages do not matter.
    """
    if not title or not _HINT.search(title):
        return None
    return _role(_letters(title))


def _letters(title: str) -> str:
    """A title as one letter a word, and a comma between its parts."""
    text = html.unescape(html.unescape(title[:_LONGEST_TITLE])).replace("™", " ").lower()
    if not text.isascii():
        text = "".join(
            letter
            for letter in unicodedata.normalize("NFKC", text)
            if unicodedata.category(letter) not in ("Cf", "Mn")
        )
    return "".join(map(_letter, _TOKEN.findall(text)))


@lru_cache(maxsize=4096)  # half of the real titles differ in other words alone
def _role(letters: str) -> Role | None:
    """The role that a title claims, by its letters."""
    claims: set[str] = set()
    doubtful = True
    segments = _together(letters).split(",")
    for segment in segments:
        found, is_certain = _claims(segment)
        if re.fullmatch("i+", segment) or (_OTHER in found and doubtful):
            return None
        if not claims and found:
            claims, doubtful = found, not is_certain
        elif is_certain and segment[-1] in "McT":
            claims |= found - {_OTHER}
    if PM not in claims and (TPM in claims or (claims and "t" in segments)):
        return TPM  # "Program Manager, Technical", too
    return PM if claims == {PM} else None


def _together(letters: str) -> str:
    """What some letters mean beside others."""
    for sign, name in (("z", "E"), ("Z", "T")):
        if sign in letters:
            letters = letters.replace(name, "x")
    for pattern, meaning in _TOGETHER:
        letters = re.sub(pattern, meaning, letters)
    return letters


@lru_cache(maxsize=4096)  # few words make most titles
def _letter(token: str) -> str:
    word = token.rstrip("0123456789")  # "TPM3"
    known = _LETTERS.get(word, _LETTERS.get(word.removesuffix("s")))
    if known is not None or _LEVEL.fullmatch(token):
        return known or ""
    if not token[0].isalnum():
        return "," if len(token) == 1 else ""
    return "j" if _OCCUPATION.fullmatch(token) else "x"


def _claims(segment: str) -> tuple[set[str], bool]:
    """What a part of a title claims, and whether that is certain."""
    if "i" in segment:
        return {_OTHER}, True
    parts = segment.split("&")
    # "Technical Project/Program Manager": the last noun, the first rank and adjective are of all.
    for i in range(len(parts) - 1, 0, -1):
        noun = re.search("[dKM]+$", parts[i])
        if parts[i - 1] == "t" or (noun and re.search("[PGQ]$", parts[i - 1])):
            parts[i] = re.sub("[^Mctek].*", "", parts[i - 1]) + parts[i]
            parts[i - 1] += noun[0] if noun else ""
    claims = [claim for part in parts if (claim := _claim(part))]
    found = {claim for claim, _ in claims}
    return found - {_OTHER} or found, any(certain for claim, certain in claims if claim != _OTHER)


def _claim(part: str) -> tuple[str, bool] | None:
    if re.fullmatch("[Mc]*", part):
        return None
    part = re.sub("(?<=M)c+$", "", part)  # "Project Manager Consultant"
    head = re.match(".*[MTOEcj]", part)
    for claim, pattern in _HEADS:
        if pattern.search(head[0] if head else part):
            return claim, True
    for claim, pattern in _FIELDS:
        if pattern.search(part):
            return claim, part[0] in "Mc"
    return (_OTHER, True) if head and head[0][-1] in "Mcj" else None
