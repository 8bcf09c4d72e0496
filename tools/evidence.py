"""Measure how the book is tested and write data/evidence.json, which the page on trust shows.

python tools/evidence.py              everything: tests, coverage, chapters, environment (ten to twenty minutes)
python tools/evidence.py tests        the tests of the package and what they cover
python tools/evidence.py chapters     the run time of every notebook

Each part replaces its own section of the file, with its date, and leaves the others alone; `tools/mutation.py`
does the same with the section on mutants. Times are processor times, which do not grow when the machine has other
work, and they are those of one machine: the file names it.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections import Counter, defaultdict
from importlib import metadata
from pathlib import Path

import coverage
import nbformat
import pytest
from refresh_notebooks import execute, notebooks

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "data" / "evidence.json"
SCRATCH = ROOT / "_build" / "evidence"
COVERAGE = SCRATCH / "coverage.sqlite"
DURATIONS = SCRATCH / "durations.json"

PACKAGE_TESTS = ("tests/unit", "tests/limits", "tests/published")
"""What runs without a built book and without notebooks: these tests are timed and their coverage is taken."""

PACKAGES = ("numpy", "scipy", "pandas", "lmfit", "sympy", "mpmath", "matplotlib", "jupyter-book",
            "pytest", "hypothesis", "nbval", "coverage")  # fmt: skip


def modules():
    """Every module of the package by its dotted name, with its file."""
    found = {}
    for path in sorted((ROOT / "etm").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(p for p in parts if p != "__init__")] = path
    return found


def processor_seconds():
    """Time that processors have spent on this process and on its children that have ended."""
    return sum(os.times()[:4])


def processor():
    """The processor as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def stamp():
    """When and where something was measured."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def store(section, content):
    """Replace one section of the file."""
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    known[section] = {**stamp(), **content}
    text = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")


class Recorder:
    """A plugin of pytest: names every test to the coverage measurement, times it, counts outcomes."""

    def __init__(self, measured):
        self.measured, self.seconds, self.outcomes = measured, {}, Counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        start = processor_seconds()
        self.measured.switch_context(item.nodeid)
        result = yield
        self.measured.switch_context("")
        self.seconds[item.nodeid] = round(processor_seconds() - start, 3)
        return result

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.outcome] += 1


def run_package_tests():
    """Run the package's tests under coverage in this process; seconds of each test."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    COVERAGE.unlink(missing_ok=True)
    measured = coverage.Coverage(data_file=str(COVERAGE), branch=True, source=["etm"])
    recorder = Recorder(measured)
    measured.start()
    code = pytest.main(["-q", "-p", "no:cacheprovider", *PACKAGE_TESTS], plugins=[recorder])
    measured.stop()
    measured.save()
    DURATIONS.write_text(json.dumps(recorder.seconds), encoding="utf-8")
    if code != pytest.ExitCode.OK:
        sys.exit("some tests fail; nothing was written")
    return recorder.seconds, recorder.outcomes


def coverage_of_modules():
    """Statements and branches of each module, and how many no test reaches."""
    measured = coverage.Coverage(data_file=str(COVERAGE), branch=True, source=["etm"])
    measured.load()
    report = SCRATCH / "coverage.json"
    measured.json_report(outfile=str(report))
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    found = {}
    for name, path in modules().items():
        summary = files[path.relative_to(ROOT).as_posix()]["summary"]
        found[name] = {
            "statements": summary["num_statements"],
            "missed": summary["missing_lines"],
            "branches": summary["num_branches"],
            "branches_missed": summary["missing_branches"],
        }
    return found


def collected(*arguments):
    """Names of the tests that pytest finds, without running them."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stdout[-2000:] + result.stderr[-2000:])
    return [line for line in result.stdout.splitlines() if "::" in line]


def count_by_file(names, seconds):
    """One entry for each file of tests: functions, cases (a function runs once a case) and seconds."""
    functions, cases, total = defaultdict(set), Counter(), Counter()
    for name in names:
        file = name.split("::")[0]
        functions[file].add(name.split("[")[0])
        cases[file] += 1
        total[file] += seconds.get(name, 0.0)
    return {file: {"functions": len(functions[file]), "cases": cases[file],
                   "seconds": round(total[file], 2) if seconds else None}
            for file in sorted(cases)}  # fmt: skip


def measure_tests():
    """Run and count the tests; line and branch coverage of every module by the package's tests alone."""
    seconds, outcomes = run_package_tests()
    files = count_by_file(seconds, seconds) | count_by_file(collected("tests/book"), {})
    versions = {name: metadata.version(name) for name in PACKAGES}
    store("tests", {"files": files, "outcomes": dict(sorted(outcomes.items())),
                    "packages": versions})  # fmt: skip
    store("coverage", {"modules": coverage_of_modules()})


def measure_chapters():
    """Run every notebook but the page that shows this once in a fresh kernel, without storing it."""
    found = {}
    for path in notebooks():
        if path.stem == "trust":
            continue
        cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        start = processor_seconds()
        execute(path)
        name = path.relative_to(ROOT / "book").with_suffix("").as_posix()
        found[name] = {"seconds": round(processor_seconds() - start, 1), "code_cells": len(cells)}
        print(f"{name}: {found[name]['seconds']} s", flush=True)
    store("chapters", {"notebooks": found})


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="?", choices=("tests", "chapters"), help="default: both")
    part = parser.parse_args(arguments).part
    os.chdir(ROOT)
    if part in (None, "tests"):
        measure_tests()
    if part in (None, "chapters"):
        measure_chapters()


if __name__ == "__main__":
    main()
