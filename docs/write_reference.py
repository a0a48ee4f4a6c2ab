"""Writes the reference of the public names, one page of HTML, from their docstrings.

usage: python docs/write_reference.py [FOLDER]     without a name: site
"""

import contextlib
import sys
import warnings
from pathlib import Path

import pdoc
import pdoc.render

import tpmclassify


def write(folder: Path) -> Path:
    """Write the page; returns where it stands. What pdoc warns of is an error."""
    # pdoc looks for names without asking the module for them, which would load them.
    vars(tpmclassify).update({name: getattr(tpmclassify, name) for name in tpmclassify.__all__})
    pdoc.render.configure(docformat="numpy", show_source=False)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    # Within the folder no other folder has the package's name, of which pdoc would warn.
    with contextlib.chdir(folder), warnings.catch_warnings():
        warnings.simplefilter("error")
        pdoc.pdoc("tpmclassify", "!tpmclassify.", output_directory=folder)
    return folder / "tpmclassify.html"


if __name__ == "__main__":
    print(f"Reference: {write(Path(*sys.argv[1:] or ['site']))}")
