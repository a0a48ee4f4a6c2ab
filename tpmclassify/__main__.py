"""``python -m tpmclassify``."""

from tpmclassify.cli import main

main(prog_name="tpmclassify")
