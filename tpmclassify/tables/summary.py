"""What a screening came to, and how far one is: figures that a recruiter can check."""

from dataclasses import dataclass

from tpmclassify.deciding.decision import MadeBy


@dataclass(frozen=True)
class ScreeningSummary:
    r"""The counts of a screening.

    Attributes
    ----------
    source, output, rejects : str
        File names; `rejects` is empty where no row was rejected.
    text, title, employer : str or None
        The columns that were read.
    rows, screened, rejected : int
        ``rows == screened + rejected``.
    verdicts : dict of str to int
        "TPM", "PM", "neither" and "review".
    review_reasons : dict of str to int
        A row may have several.
    titles_checked, titles_disagree : int
        Titles that claim a role, of rows with the verdict TPM or PM, and those whose claim is the
        other one.
    in_scope_share, max_error : float
        What the verdicts assumed and promised.
    estimated_in_scope_share, estimated_prevalence : float or None
        The estimated share of TPM and PM postings among all, and of TPM among the two; None where
        there are few of either. Verdicts do not use them: set `in_scope_share` and `prevalence`.
    promise_holds : bool
        Whether the two roles are not so rare here that more than `max_error` of the TPM and PM
        verdicts may be wrong.
    escaped_cells : int
        Cells that a spreadsheet would have executed.
    duplicates : int or None
        Rows that nearly repeat an earlier one; None where they were not looked for.
    report : str
        The page of this screening; empty where there is none.
    encoding, encoding_note : str
        How the file was read; the note is empty where there is nothing to say.
    made_by : MadeBy
        Version, model and settings that decided.

    Examples
    --------
    >>> import pathlib, tempfile, tpmclassify
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     postings = pathlib.Path(folder, "postings.csv")
    ...     _ = postings.write_text("id,description\n7,Manage the project schedule.\n")
    ...     summary = tpmclassify.screen_file(postings)
    >>> summary.rows, summary.rejected, summary.text
    (1, 0, 'description')
    """

    source: str
    output: str
    rejects: str
    text: str
    title: str | None
    employer: str | None
    rows: int
    screened: int
    rejected: int
    verdicts: dict[str, int]
    review_reasons: dict[str, int]
    titles_checked: int
    titles_disagree: int
    in_scope_share: float
    max_error: float
    estimated_in_scope_share: float | None
    estimated_prevalence: float | None
    promise_holds: bool
    escaped_cells: int
    duplicates: int | None
    report: str
    encoding: str
    encoding_note: str
    made_by: MadeBy

    def __str__(self) -> str:
        from tpmclassify.pages.screening_text import summarise

        return summarise(self)


@dataclass(frozen=True)
class Progress:
    r"""How far a screening is.

    Attributes
    ----------
    rows : int
        Rows done, rejected ones included.
    bytes_done : int
        Bytes of the input that were read.
    bytes_total : int or None
        None where that is not known, as of a pipe.

    Examples
    --------
    >>> import pathlib, tempfile, tpmclassify
    >>> seen = []
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     postings = pathlib.Path(folder, "postings.csv")
    ...     _ = postings.write_text("id,description\n7,Manage the project schedule.\n")
    ...     _ = tpmclassify.screen_file(postings, progress=seen.append)
    >>> seen[-1].rows, seen[-1].bytes_done == seen[-1].bytes_total
    (1, True)
    """

    rows: int
    bytes_done: int
    bytes_total: int | None
