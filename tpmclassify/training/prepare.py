"""``python -m tpmclassify.training.prepare FOLDER``: the training rows from the real postings."""

import sys
from pathlib import Path

from tpmclassify.training.commands import SHIPPED_ROWS
from tpmclassify.training.shipped import prepare_shipped

_REAL_POSTINGS = Path("../shared/data")
_WRITTEN_POSTINGS = Path("datasets/postings.csv")

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _REAL_POSTINGS
    prepare_shipped(folder, _WRITTEN_POSTINGS, SHIPPED_ROWS)
