"""The words that decide what is masked: links, the roles' titles, employers' names."""

from itertools import product

# Whose sets come first: machine code knows sets by their bits.
from tpmclassify.reading.line_words import word_set

LINK_STARTS = word_set("http:// https:// www.")
DOMAINS = word_set("com org net io gov edu jobs ai")

# The two roles' titles: "program/project managers", "TPM" with and without full stops, "PMO".
TITLE_NOUNS = word_set("programme program project")
TITLE_ROLES = word_set("manager mgr leader lead director coordinator co-ordinator")
TITLE_POSSESSIVES = word_set("s 's ’s")
_STOP = ("", ".")
_TPM = product("t", _STOP, "p", _STOP, ("", "g"), _STOP, "m", ("", "s"))
TITLE_SHORT = word_set("pm pms pgm pgms pmo pmos epm epms", *map("".join, _TPM))
# ... and what belongs to a title around its core: "Senior Technical ...", "... II".
TITLE_MODIFIERS = word_set(
    "sr jr senior junior lead principal staff associate assistant deputy chief head group "
    "technical technology engineering it software hardware digital global construction clinical "
    "infrastructure delivery agile certified experienced"
)
TITLE_LEVELS = word_set("i ii iii iv v 1 2 3 4 5 6")
LONGEST_BEFORE = 64

# Where a text gives its employer away, the name is masked wherever it stands.
BEFORE_NAME, BEFORE_JOINED_NAME = word_set("", "About "), word_set("", "At ", "Join ", "join ")
BEHIND_NAME, BEHIND_JOINED_NAME = word_set(": *", "\n"), word_set(",", " we", " you")
JOINING_NAMES = word_set("of and the")
_EQUAL = product((" is a ", " is an "), ("", "proud "), ("equal", "affirmative"))
NAME_AFTER = word_set(
    "",
    *map("".join, _EQUAL),
    *(" is proud to be a equal", " is proud to be an equal", " is committed to"),
    *(" provides equal", " offers equal"),
)
NAME_SIGHT = 130
# Words that open such sentences without naming anybody.
NO_NAMES = word_set(
    "the this our us we you your it role job team company position opportunity a an and at in as "
    "about client he she they who what employer organization department business candidate these "
    "those all every each here there project program technical senior manager engineering product "
    "work benefits overview description mission vision culture life people location compensation "
    "pay"
)
NAME_SUFFIXES = word_set(
    "inc llc ltd limited corp corporation co company gmbh plc group holdings ag sa"
)
# What a network puts around a posting: lines of their own whose next line is a value, and those
# behind which a person and their title stand, up to the posting.
CRITERIA = word_set("Industries", "Seniority level", "Employment type", "Job function")
POSTERS = word_set(
    "", "Meet the hiring team", "People you can reach out to", "Job poster", "Posted by"
)
POSTING_STARTS = word_set("", "About the job", "Job description", "About this job")
MOST_POSTER_LINES = 6
# ... and what is to be clicked there: lines that say nothing else.
CHROME = word_set(
    "Save Share Apply Follow Print",
    *("Show more", "Show less", "See more", "See less", "Show all", "Save job", "Share this job"),
    *("Sign in", "Easy Apply", "Apply now", "Apply Now", "Apply today", "Apply for this job"),
    *("Apply for this Job", "Follow us", "Report this job", "Report job", "Read more"),
    *("Refer a friend", "Job Alert", "Save this job"),
)
# No text names more employers; the rest of a longer name is not looked for.
MOST_NAMES, LONGEST_NAME = 16, 200
