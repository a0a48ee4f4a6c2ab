"""Runs the notebooks and keeps their outputs.

usage: python notebooks/refresh.py [NOTEBOOK ...]     without a name all of them
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent


def refresh(path: Path) -> None:
    """Run a notebook from a fresh start and write it with what it showed."""
    book = nbformat.read(path, as_version=4)
    NotebookClient(
        book,
        timeout=600,
        kernel_name="python3",
        record_timing=False,  # a second run should change nothing but what is measured
        resources={"metadata": {"path": str(FOLDER)}},
    ).execute()
    book.metadata["language_info"] = {"name": "python"}
    nbformat.write(book, path)


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(FOLDER.glob("*.ipynb")):
        refresh(Path(name))
