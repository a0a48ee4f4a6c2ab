"""The recipe is no part of the installed package: it is found in the project's folder."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent.parent))
