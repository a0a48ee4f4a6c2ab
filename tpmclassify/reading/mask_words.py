"""The words and marks that decide what is masked: links, the roles' titles, employers' names."""

LINK_STARTS, LINK_STOPS = ("http://", "https://", "www."), "<>\"')]"
DOMAINS = tuple("com org net io gov edu jobs ai".split())

# The two roles' titles: "program/project managers", "TPM" with and without full stops, "PMO".
TITLE_NOUNS = tuple("programme program project".split())
TITLE_ROLES = tuple("manager mgr leader lead director coordinator co-ordinator".split())
TITLE_POSSESSIVES = ("s", "'s", "’s")
TITLE_SHORT = (
    *"pm pms pgm pgms pmo pmos epm epms".split(),
    *dict.fromkeys(
        f"t{a}p{b}{g}{c}m{s}"
        for a in ("", ".")
        for b in ("", ".")
        for g in ("", "g")
        for c in ("", ".")
        for s in ("", "s")
    ),
)
# ... and what belongs to a title around its core: "Senior Technical ...", "... II".
TITLE_MODIFIERS = tuple(
    "sr jr senior junior lead principal staff associate assistant deputy chief head group "
    "technical technology engineering it software hardware digital global construction clinical "
    "infrastructure delivery agile certified experienced".split()
)
TITLE_LEVELS = tuple("i ii iii iv v 1 2 3 4 5 6".split())
LONGEST_BEFORE = 64

# Where a text gives its employer away, the name is masked wherever it stands.
BEFORE_NAME, BEFORE_JOINED_NAME = ("About ",), ("At ", "Join ", "join ")
INSIDE_NAME, BEHIND_NAME, BEHIND_JOINED_NAME = "&.'’-", ":\n*", (",", " we", " you")
JOINING_NAMES = ("of", "and", "the")
NAME_AFTER = (
    *(f" is {a}{kind}" for a in ("a ", "an ") for kind in ("equal", "affirmative")),
    *(f" is {a}proud {kind}" for a in ("a ", "an ") for kind in ("equal", "affirmative")),
    *(" is proud to be a equal", " is proud to be an equal", " is committed to"),
    *(" provides equal", " offers equal"),
)
NAME_SIGHT = 130
# Words that open such sentences without naming anybody.
NO_NAMES = tuple(
    "the this our us we you your it role job team company position opportunity a an and at in as "
    "about client he she they who what employer organization department business candidate these "
    "those all every each here there project program technical senior manager engineering product "
    "work benefits overview description mission vision culture life people location compensation "
    "pay".split()
)
NAME_SUFFIXES = tuple(
    "inc llc ltd limited corp corporation co company gmbh plc group holdings ag sa".split()
)
# What a network puts around a posting: lines of their own whose next line is a value, and those
# behind which a person and their title stand, up to the posting.
CRITERIA = ("Seniority level", "Employment type", "Job function", "Industries")
POSTERS = ("Meet the hiring team", "People you can reach out to", "Job poster", "Posted by")
POSTING_STARTS = ("About the job", "Job description", "About this job")
MOST_POSTER_LINES = 6
# ... and what is to be clicked there: lines that say nothing else.
CHROME = (
    *("Show more", "Show less", "See more", "See less", "Show all", "Save", "Save job", "Share"),
    *("Share this job", "Sign in", "Easy Apply", "Apply", "Apply now", "Apply Now", "Apply today"),
    *("Apply for this job", "Apply for this Job", "Follow", "Follow us", "Report this job"),
    *("Report job", "Read more", "Refer a friend", "Job Alert", "Save this job", "Print"),
)
# No text names more employers; the rest of a longer name is not looked for.
MOST_NAMES, LONGEST_NAME = 16, 200
