"""The house rules of the package: floors, sources, length of files, light imports."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import etm

PACKAGE = Path(etm.__file__).parent
FLOORS = [
    "checks",
    "quadrature",
    "thermal",
    "tables",
    "units",
    "schroedinger",
    "wells",
    "ensembles",
    "three_level",
    "field_average",
    "relaxation",
    "heat_capacity",
    "dielectric",
    "three_level_current",
    "magnetization",
    "scaling",
    "pulses",
    "echo",
    "waiting_time",
    "alkali",
    "clusters",
    "percolation",
    "polycluster",
    "packing",
    "rfot",
    "stretching",
    "ripplons",
    "ripplon_coupling",
    "ripplon_plateau",
    "relaxational",
    "ripplon_mixing",
    "fast_centers",
    "attraction",
    "gruneisen",
    "glasses",
]
"""Lowest first; a module imports only from modules before it."""

FITTING = [
    "columns",
    "measurements",
    "terms",
    "models",
    "problem",
    "picture",
    "report",
    "store",
    "verdict",
    "result",
    "fit",
    "uncertainty",
    "chain_file",
    "walkers",
    "posterior",
]
"""The floors of `etm.fitting`, which stands on all of the above."""

ENTRANCES = {"explore", "fitting", "cli", "__main__"}
"""What stands on all floors; none of them imports these."""

HEAVY = {"matplotlib", "ipywidgets", "IPython", "sympy", "lmfit", "pandas"}
NUMERICAL_TOOLS = {
    "quadrature.gauss",
    "quadrature.groups_of_close",
    "quadrature.logarithms_between",
    "quadrature.nodes_between",
    "quadrature.on_grid",
    "quadrature.powers_between",
    "quadrature.running_mean",
    "checks.broadcastable",
    "checks.choice",
    "checks.finite",
    "checks.instance",
    "checks.integer",
    "checks.non_negative",
    "checks.number",
    "checks.ordered",
    "checks.positive",
    "glasses.Glass.temperatures",
    "schroedinger.plane_states",
}
"""Public names that compute or look up and have no equation or table of their own."""

MODULES = [m.name for m in pkgutil.iter_modules([str(PACKAGE)]) if m.name not in ENTRANCES]


def imports(path, top_level_only=False):
    """Dotted names of all modules that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def public():
    """(name, object) of every public function, class, method and property of the modules."""
    for name in MODULES:
        module = importlib.import_module(f"etm.{name}")
        for key in module.__all__:
            thing = getattr(module, key)
            if inspect.isclass(thing):
                yield f"{name}.{key}", thing
                for method, function in vars(thing).items():
                    documented = isinstance(function, (classmethod, property))
                    if not method.startswith("_") and (documented or inspect.isfunction(function)):
                        yield f"{name}.{key}.{method}", function
            elif inspect.isroutine(inspect.unwrap(thing)):
                yield f"{name}.{key}", thing


def test_every_module_has_a_floor():
    assert sorted(MODULES) == sorted(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
def test_floors_are_one_way(name):
    below = set(FLOORS[: FLOORS.index(name)])
    for imported in imports(PACKAGE / f"{name}.py"):
        parts = imported.split(".")
        if parts[0] == "etm" and len(parts) > 1:
            assert parts[1] in below, f"{name} imports {imported}"


@pytest.mark.parametrize("name", FLOORS)
def test_no_heavy_import_at_the_top_of_a_module(name):
    loaded = {imported.split(".")[0] for imported in imports(PACKAGE / f"{name}.py", True)}
    assert not loaded & HEAVY


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.name)
def test_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


def test_every_module_of_fitting_has_a_floor():
    found = {module.name for module in pkgutil.iter_modules([str(PACKAGE / "fitting")])}
    assert found == set(FITTING)


@pytest.mark.parametrize("name", FITTING)
def test_floors_of_fitting_are_one_way(name):
    below = set(FITTING[: FITTING.index(name)])
    for imported in imports(PACKAGE / "fitting" / f"{name}.py"):
        parts = imported.split(".")
        if parts[:2] == ["etm", "fitting"] and len(parts) > 2:
            assert parts[2] in below, f"{name} imports {imported}"


def test_public_names_of_fitting_are_documented():
    fitting = importlib.import_module("etm.fitting")
    for key in fitting.__all__:
        thing = getattr(fitting, key)
        members = vars(thing).items() if inspect.isclass(thing) else ()
        parts = [m for n, m in members if not n.startswith("_") and inspect.isroutine(m)]
        for part in (thing, *parts):
            assert inspect.getdoc(part), f"etm.fitting.{key}: no docstring"


def test_import_is_light():
    code = f"import sys, etm; print(sorted({HEAVY} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "thing"), list(public()), ids=[name for name, _ in public()])
def test_docstrings_name_their_source(name, thing):
    doc = inspect.getdoc(thing)
    assert doc, f"{name} has no docstring"
    assert doc.splitlines()[0].endswith((".", ".)"))
    assert ("Source:" in doc) != (name in NUMERICAL_TOOLS)


def test_public_names_are_all_found():
    names = {name for name, _ in public()}
    assert NUMERICAL_TOOLS <= names
    assert {"ensembles.AnomalousTunnelingSystems.gap_density", "glasses.Glass.at"} <= names
    assert len(names) > 50
