"""What an installation costs, and whether it answers without a network.

usage: budgets.py [--oldest] [PYTHON ...]     interpreters to install for; default: this one

Builds the source distribution, the wheel from it, and installs the wheel in an empty environment
for each interpreter: with the newest dependencies, or with --oldest the oldest ones that the
package allows. Then classifies and screens with all connections refused. The sizes have budgets,
and the script fails beyond them; times are printed with their ratio to Python's own start.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import PathDistribution
from pathlib import Path
from zipfile import Path as ZipPath

ROOT = Path(__file__).parent.parent
WHEEL, PACKAGE, ENVIRONMENT = 5.0, 8.0, 900.0  # budgets in MB
REPEATS = 9

# Refuses every connection, then does what a user does first.
OFFLINE = """
import socket, sys

def refuse(*args, **kwargs):
    raise OSError("the network is cut")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import numpy, pandas, tpmclassify

decision = tpmclassify.classify(
    "Drive complex technical programs across engineering teams. Own the architecture roadmap with "
    "software engineers. Lead the design of distributed systems and unblock technical decisions."
)
assert decision.label == "TPM", decision
table = pandas.DataFrame({"description": ["Manage the project budget, scope and schedule."] * 500})
assert set(tpmclassify.screen(table).tpm_label) == {"PM"}
print(sys.version.split()[0], "numpy", numpy.__version__, "pandas", pandas.__version__)
"""
TIMED = {
    "python alone": ["-c", "pass"],
    "import tpmclassify": ["-c", "import tpmclassify"],
    "tpmclassify --help": ["-m", "tpmclassify", "--help"],
    "import numpy": ["-c", "import numpy"],
    "one posting": ["-c", "import tpmclassify; tpmclassify.classify('Lead the program.')"],
}


def run(*command: object) -> str:
    return subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True
    ).stdout


def build(folder: Path) -> Path:
    """Build as for a release: the wheel comes from the source distribution."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder)
    source = next(folder.glob("*.tar.gz"))
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, source)
    run(sys.executable, "-m", "twine", "check", "--strict", *folder.iterdir())
    return next(folder.glob("*.whl"))


def oldest(wheel: Path) -> list[str]:
    """The lower bound of each dependency, with its latest patch."""
    info = next(path for path in ZipPath(wheel).iterdir() if path.name.endswith(".dist-info"))
    requirements = PathDistribution(info).requires or []  # type: ignore[arg-type]
    found = [re.match(r"([\w-]+)>=([\d.]+)", r) for r in requirements if "extra ==" not in r]
    return [f"{match[1]}~={match[2]}.0" for match in found if match]


def size(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) / 1e6


def judge(wheel: Path, interpreter: str, pins: list[str]) -> bool:
    """Install for one interpreter, print what it costs, and say whether the budgets hold."""
    with tempfile.TemporaryDirectory() as folder:
        run(interpreter, "-m", "venv", folder)
        python = next(Path(folder).glob("[bS][ic]*/python*"))
        run(python, "-m", "pip", "install", "--quiet", wheel, *pins)
        print(run(python, "-c", OFFLINE).strip(), "- answers with the network cut", flush=True)
        packages = Path(run(python, "-c", "import numpy; print(numpy.__path__[0])").strip()).parent
        held = within("package", size(packages / "tpmclassify"), PACKAGE)
        held &= within("with all it needs", size(packages), ENVIRONMENT)
        sizes = {path.name: size(path) for path in packages.iterdir() if path.is_dir()}
        largest = sorted(sizes, key=lambda name: -sizes[name])[:6]
        print("  of which", ", ".join(f"{name} {sizes[name]:.0f}" for name in largest))
        times: dict[str, list[float]] = {name: [] for name in TIMED}
        for _ in range(REPEATS):
            for name, arguments in TIMED.items():
                start = time.perf_counter()
                run(python, *arguments)
                times[name].append(time.perf_counter() - start)
        alone = statistics.median(times["python alone"])
        for name, seconds in times.items():
            median = statistics.median(seconds)
            print(f"  {name:24}{1000 * median:8.0f} ms  {median / alone:6.1f} x python alone")
    return held


def within(what: str, megabytes: float, budget: float) -> bool:
    print(
        f"  {what:24}{megabytes:8.1f} MB of {budget:.0f}{'' if megabytes <= budget else '  OVER'}"
    )
    return megabytes <= budget


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--oldest", action="store_true", help="the oldest dependencies allowed")
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", default=[sys.executable])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = build(Path(folder))
        held = within("wheel", wheel.stat().st_size / 1e6, WHEEL)
        pins = oldest(wheel) if arguments.oldest else []
        held = all([held, *(judge(wheel, python, pins) for python in arguments.pythons)])
    sys.exit(0 if held else "A budget is exceeded.")


if __name__ == "__main__":
    main()
