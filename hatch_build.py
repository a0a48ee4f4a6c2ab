"""Puts machine code (LLVM bitcode, for any 64-bit processor) into the package as it is built."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_BITCODE = "tpmclassify/machine_code/entries.bc"


class MachineCodeHook(BuildHookInterface):
    """Makes the bitcode with numba, where that is; the package works without, if slower."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Make the bitcode before a wheel is put together, an editable one included."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        # By what stands there already, pip's own builds find numba.
        path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
        made = subprocess.run(  # noqa: S603 # our own module
            [sys.executable, "-m", "tpmclassify.machine_code.build", str(root / _BITCODE)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
        if made.returncode == 0:
            build_data["force_include"][str(root / _BITCODE)] = _BITCODE
        else:
            self.app.display_warning(
                "The wheel holds no machine code: tables will be screened by plain Python."
            )
