"""How many of small wrong changes do the tests notice? A random sample, module by module, into data/evidence.json.

python tools/mutation.py                          twelve mutants of every module, at most 35 minutes
python tools/mutation.py --seed 7 --each 30       another and larger sample
python tools/mutation.py --only etm.wells         look at one module; nothing is stored

With --only, the survivors come out at the end as rows for tools/judged_mutants.csv, where a survivor that is no error
gets its reason. A row there speaks of one change in one line of one function and of nothing else.

Run `make evidence` before: it leaves the record of which test reaches which line, and each mutant meets only those
tests, the fastest first, until one fails. A mutant that no test reaches, or that passes them all, survives. One that
runs out of time is killed. Every mutant lives in the memory of a forked process of its own; no file is changed. A
change in the body of a function replaces its code after the tests have been collected; any other one is there when
the package is imported. The unchanged module must pass its tests before.

Why an own tool? mutmut (3.8) leaves out constants of a module and every decorated function, which here are the
physical constants and all properties, and its wrappers upset tests that read signatures; cosmic-ray (8.7) changes
the files on disk and has one test command for all mutants, which starts Python and collects anew each time.
"""

import argparse
import ast
import csv
import gc
import importlib.util
import json
import math
import os
import random
import resource
import sys
import time
from collections import ChainMap, Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from importlib.machinery import SourceFileLoader
from itertools import repeat
from multiprocessing import get_context
from types import CodeType, FunctionType

import coverage
import pytest
from evidence import (
    COVERAGE,
    DURATIONS,
    PACKAGE_TESTS,
    ROOT,
    SCRATCH,
    modules,
    processor_seconds,
    store,
)
from judged import COLUMNS, JUDGED, described, judgements, stale_judgements
from mutants import mutants

HEAVY = ("numpy", "scipy.integrate", "scipy.optimize", "scipy.special", "scipy.spatial", "pandas",
         "sympy", "mpmath", "nbclient", "matplotlib.pyplot", "PIL.Image")  # fmt: skip
"""Imported once, before forking; nothing of the package is among them."""

LONGEST_SELECTION = 20.0
"""Seconds of tests that one mutant meets at most; what is beyond counts in favour of the mutant."""

QUIET = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no")
COLLECTION_FAILED = pytest.ExitCode.INTERRUPTED
FIRST = 60
"""So many tests must pass without any change before a module is mutated."""

LEFT_OUT = {
    "etm.explore": "draws moving figures, and its tests drive a browser: up to two minutes for one mutant",
    "etm.__main__": "calls the command, nothing else",
}
"""Modules, with what lies in them, that are not mutated, and why."""

PATIENCE = (30, 5)
"""Processor seconds that a mutant may take: so many, and so many times what its tests take without it."""

MEMORY = 4 * 2**30
Z = 1.959964
"""The quantile of the normal distribution for an interval of 95 %."""


def wilson(killed, sampled):
    """The 95 % interval of a share by Wilson's score, to four digits; [0, 1] without a sample."""
    if not sampled:
        return [0.0, 1.0]
    share, spread = killed / sampled, Z**2 / sampled
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / sampled + Z**2 / (4 * sampled**2)) / (1 + spread)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


class Tests:
    """Which tests reach a line, and how long they take."""

    def __init__(self):
        data = coverage.CoverageData(basename=str(COVERAGE))
        data.read()
        self.seconds = json.loads(DURATIONS.read_text(encoding="utf-8"))
        self.lines = {name: data.contexts_by_lineno(str(path)) for name, path in modules().items()}
        self.importers = {name: [name] for name in modules()}
        for name, path in modules().items():
            for other in imported(ast.parse(path.read_text(encoding="utf-8"))) & set(modules()):
                self.importers[other].append(name)

    def of_module(self, name):
        """All tests that reach anything in the module."""
        return {test for tests in self.lines[name].values() for test in tests if test}

    def reaching(self, name, mutant):
        """The tests for one mutant, and whether it must be there on import.

        First come the tests that reach its lines, the fastest first. A fixture of a whole file is recorded for the
        first test only, so all tests of such a file count. If the lines run on import, every test of the module and
        of those that import it follows.
        """
        contexts = [set(self.lines[name].get(n, ())) for n in mutant.lines]
        tests = set().union(*contexts)
        near = tests - {""}
        shared = {f for f in {test.split("::")[0] for test in near}
                  if 'scope="module"' in (ROOT / f).read_text(encoding="utf-8")}  # fmt: skip
        near |= {test for test in self.seconds if test.split("::")[0] in shared}
        early = "" in tests and not (mutant.inside and near)
        far = set().union(*(self.of_module(n) for n in self.importers[name])) if early else set()
        chosen, total = [], 0.0
        for test in [*self.fastest(near), *self.fastest(far - near)]:
            total += self.seconds[test]
            if total > LONGEST_SELECTION:
                break
            chosen.append(test)
        return chosen, early

    def fastest(self, tests):
        """Those that have been timed, in the order of their time."""
        return sorted(tests & set(self.seconds), key=self.seconds.get)


def imported(tree):
    """Modules of the package that a source imports by name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("etm"):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found - {"etm"}


class MutatedModule(SourceFileLoader):
    """Finds one module of the package with another source than the one on disk."""

    def __init__(self, name, path, source):
        super().__init__(name, str(path))
        self.source = source

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        inside = [os.path.dirname(self.path)] if self.path.endswith("__init__.py") else None
        return importlib.util.spec_from_file_location(
            name, self.path, loader=self, submodule_search_locations=inside
        )

    def get_code(self, fullname):
        return compile(self.source, self.path, "exec", dont_inherit=True)


class Chosen:
    """A plugin of pytest: keeps the chosen tests, in their order."""

    def __init__(self, tests):
        self.place = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        kept = [item for item in items if item.nodeid in self.place]
        items[:] = sorted(kept, key=lambda item: self.place[item.nodeid])


def on_import(name, source, tests):
    """Run the tests on a package that is imported with the changed source; pytest's exit code."""
    sys.meta_path.insert(0, MutatedModule(name, modules()[name], source))
    files = sorted({test.split("::")[0] for test in tests})
    return pytest.main([*QUIET, "-x", *files], plugins=[Chosen(tests)])


class Session:
    """A plugin of pytest that, in the place of running what was collected, calls `task` with itself."""

    def __init__(self, task):
        self.task = task

    def pytest_runtestloop(self, session):
        self.session = session
        self.items = {item.nodeid: item for item in session.items}
        self.functions = defaultdict(list)
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType):
                self.functions[thing.__code__.co_filename].append(thing)
        self.task(self)
        return True

    def in_place(self, name, source, tests):
        """Run the tests after every function of the module has got the code of the changed source; an exit code."""
        path = str(modules()[name])
        codes = {code.co_qualname: code for code in nested(compile(source, path, "exec"))}
        for function in self.functions[path]:
            code = codes[function.__code__.co_qualname]
            if code.co_freevars == function.__code__.co_freevars:
                function.__code__ = code
        items = [self.items[test] for test in tests]
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.session.testsfailed:
                return pytest.ExitCode.TESTS_FAILED
        return pytest.ExitCode.OK


def nested(code):
    """A code object and all that are defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def passes(run, name, source, tests, seconds):
    """Whether all tests pass in a forked process; False also if they run out of time.

    Errors
    ------
    RuntimeError if pytest could not run, which says nothing about the source.
    """
    limit = math.ceil(PATIENCE[0] + PATIENCE[1] * sum(seconds[test] for test in tests))
    child = os.fork()
    if child == 0:
        code = pytest.ExitCode.INTERNAL_ERROR
        try:
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            code = run(name, source, tests)
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code > COLLECTION_FAILED:
        raise RuntimeError(f"pytest ended with {code} for {name}")
    return code == pytest.ExitCode.OK


def left_out(name):
    """Why a module is not mutated; None if it is."""
    return next((why for m, why in LEFT_OUT.items() if f"{name}.".startswith(f"{m}.")), None)


def sample(each, seed, only):
    """(place, module, mutant): the first of each module, then the second and so on; and all counts."""
    drawn, counts = [], {}
    for name, path in modules().items():
        if left_out(name) or (only and name not in only):
            continue
        everything = mutants(path.read_text(encoding="utf-8"))
        counts[name] = len(everything)
        chosen = random.Random(f"{seed} {name}").sample(everything, min(each, len(everything)))
        drawn += [(place, name, mutant) for place, mutant in enumerate(chosen)]
    return sorted(drawn, key=lambda d: d[:2]), counts


class Trial:
    """Mutants meet their tests until the time is up."""

    def __init__(self, drawn, minutes):
        self.drawn, self.end = drawn, time.monotonic() + 60 * minutes
        self.tests, self.sound, self.survived = Tests(), set(), {}

    def run_all(self):
        """Try every drawn mutant while there is time; which of them survived."""
        for module in HEAVY:
            importlib.import_module(module)
        self.try_those(on_import, early=True)
        for name in {d[1] for d in self.drawn}:
            importlib.import_module(name)  # a function must be there before its code is replaced
        plugin = Session(lambda session: self.try_those(session.in_place, early=False))
        pytest.main([*QUIET, *PACKAGE_TESTS], plugins=[plugin])
        return self.survived

    def try_those(self, run, early):
        """Try the mutants that must, or need not, be there on import, with a way to run the tests."""
        for trial in self.drawn:
            _, name, mutant = trial
            chosen, on_import_only = self.tests.reaching(name, mutant)
            if on_import_only != early or trial in self.survived or time.monotonic() > self.end:
                continue
            right, start = modules()[name].read_text(encoding="utf-8"), time.monotonic()
            if chosen and name not in self.sound:
                if not passes(run, name, right, chosen[:FIRST], self.tests.seconds):
                    sys.exit(f"the tests of {name} fail without any change")
                self.sound.add(name)
            self.survived[trial] = not chosen or passes(
                run, name, mutant.applied_to(right), chosen, self.tests.seconds
            )
            print(f"\n{len(self.survived)}/{len(self.drawn)} "
                  f"{'SURVIVED' if self.survived[trial] else 'killed'} "
                  f"{time.monotonic() - start:.1f} s of {len(chosen)} tests: "
                  f"{name}:{mutant.line} {mutant.statement} | {mutant.change}",
                  file=sys.__stderr__, flush=True)  # fmt: skip


def tried(drawn, minutes):
    """Which of the drawn mutants survived."""
    return Trial(drawn, minutes).run_all()


def complete_rounds(drawn, minutes, jobs):
    """(module, mutant, survived) of all complete rounds through the modules, by several processes."""
    parts = [drawn[k::jobs] for k in range(jobs)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        survived = ChainMap(*pool.map(tried, parts, repeat(minutes)))
    complete = min((d[0] for d in drawn if d not in survived), default=math.inf)
    return [(d[1], d[2], survived[d]) for d in drawn if d[0] < complete]


def score(sampled, killed, judged):
    """The counts of a sample, the interval of the killed among all, and that among those not judged to be no error."""
    return {
        "sampled": sampled,
        "killed": killed,
        "judged": judged,
        "interval": wilson(killed, sampled),
        "interval_without_judged": wilson(killed, sampled - judged),
    }


def summary(results, counts, seed, seconds):
    """What goes into the file."""
    judged = judgements()
    tried = Counter(name for name, _, _ in results)
    killed = Counter(name for name, _, survived in results if not survived)
    survivors = [described(n, m, judged) for n, m, survived in results if survived]
    excused = Counter(s["module"] for s in survivors if "judged" in s)
    known = sum(counts[name] for name in tried)
    return {
        "seed": seed,
        "mutants": sum(counts.values()),
        **score(tried.total(), killed.total(), excused.total()),
        "weighted": round(sum(counts[n] / known * killed[n] / tried[n] for n in tried), 4),
        "seconds_each": round(seconds / max(1, tried.total()), 2),
        "modules": {n: {"mutants": counts[n], **score(tried[n], killed[n], excused[n])}
                    for n in counts},
        "left_out": LEFT_OUT,
        "survivors": survivors,
    }  # fmt: skip


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=12, help="mutants of a module (12)")
    parser.add_argument("--seed", type=int, default=1, help="of the random choice (1)")
    parser.add_argument("--minutes", type=float, default=35, help="at most (35)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--only", nargs="*", help="modules; prints and stores nothing")
    chosen = parser.parse_args(arguments)
    os.chdir(ROOT)
    if not (COVERAGE.exists() and DURATIONS.exists()):
        sys.exit("run `make evidence` first: it records which test reaches which line")
    if (stale := stale_judgements()) and not chosen.only:
        sys.exit(f"rows of {JUDGED.name} that fit no mutant: {stale}")
    drawn, counts = sample(chosen.each, chosen.seed, chosen.only)
    start = processor_seconds()
    results = complete_rounds(drawn, chosen.minutes, chosen.jobs)
    found = summary(results, counts, chosen.seed, processor_seconds() - start)
    (SCRATCH / "mutation.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(
        f"{found['killed']} of {found['sampled']} killed, {found['judged']} judged to be no error"
    )
    if chosen.only:
        rows = csv.DictWriter(sys.stdout, COLUMNS, extrasaction="ignore", lineterminator="\n")
        rows.writerows(s for s in found["survivors"] if "judged" not in s)
    else:
        store("mutation", found)


if __name__ == "__main__":
    main()
