"""What goes out as the package: its wheel, its light import, its types, its pages."""

import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
import typing
import zipfile
from pathlib import Path

import pytest

import etm

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ("etm", "data", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE",
          "LICENSE-text", "CHANGELOG.md", "CITATION.cff")  # fmt: skip
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(etm.__path__, "etm.")
    if not module.name.endswith("__main__")
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the source: what it holds, and its metadata."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        (metadata,) = (name for name in names if name.endswith("METADATA"))
        return path.name, set(names), archive.read(metadata).decode()


def test_the_wheel_holds_the_package_and_its_tables(wheel):
    name, names, _ = wheel
    assert name.endswith("-py3-none-any.whl")
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "etm").rglob("*.py")}
    tables = {
        f"etm/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "data").rglob("*")
        if path.suffix in (".csv", ".json")
    }
    assert len(tables) > 20
    assert modules | tables | {"etm/py.typed"} <= names


def test_the_wheel_holds_nothing_else(wheel):
    _, names, _ = wheel
    kinds = {"py", "typed", "csv", "json"}
    for name in names:
        folder = name.split("/")[0]
        assert folder == "etm" or folder.endswith(".dist-info"), name
        assert folder != "etm" or name.rsplit(".", 1)[-1] in kinds, name


def test_the_wheel_asks_for_what_the_package_imports(wheel):
    _, _, metadata = wheel
    asked = {re.match(r"[\w-]+", line)[0] for line in re.findall("Requires-Dist: (.*)", metadata)}
    assert {"numpy", "scipy", "pandas", "lmfit"} <= asked
    assert "Typing :: Typed" in metadata
    assert "License-File: LICENSE-text" in metadata


def loaded_by(statement):
    """The libraries that a fresh Python has loaded after a statement."""
    code = (
        f"import sys; {statement}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return set(result.stdout.split())


def test_import_loads_no_library():
    assert not loaded_by("import etm") & {"numpy", "scipy", "pandas", "lmfit", "matplotlib"}


def test_the_names_of_the_package_load_no_library_of_tables_fits_or_pictures():
    names = [name for name in etm.__all__ if name != "fitting"]
    loaded = loaded_by(f"import etm; [getattr(etm, name) for name in {names}]")
    assert {"numpy", "scipy"} <= loaded
    assert not loaded & {"pandas", "lmfit", "matplotlib", "sympy", "ipywidgets"}


def test_every_promised_name_exists():
    for name in etm.__all__:
        assert hasattr(etm, name), name
    assert set(etm.__all__) <= set(dir(etm))
    with pytest.raises(AttributeError, match="module 'etm' has no attribute 'thermometer'"):
        etm.thermometer  # noqa: B018


def test_a_module_is_found_when_it_is_asked_for(monkeypatch):
    """Also one that nothing has imported yet; what begins with _ is no name of the package."""
    monkeypatch.delattr(etm, "wells", raising=False)
    assert etm.wells is importlib.import_module("etm.wells")
    monkeypatch.delattr(etm, "__main__", raising=False)
    for private in ("__main__", "_wells"):
        with pytest.raises(AttributeError, match=f"module 'etm' has no attribute '{private}'"):
            getattr(etm, private)


def public(name):
    """Functions and methods that a module or a folder of modules promises, by their full names."""
    module = importlib.import_module(name)
    for key in getattr(module, "__all__", ()):
        thing = getattr(module, key)
        if not getattr(thing, "__module__", "").startswith(name):
            continue
        if inspect.isclass(thing):
            for method, function in vars(thing).items():
                for inner in (
                    "fget",
                    "__func__",
                    "func",
                ):  # of property, classmethod, cached_property
                    function = getattr(function, inner, function)
                if inspect.isfunction(function) and not method.startswith("_"):
                    yield f"{name}.{key}.{method}", function
        elif inspect.isfunction(inspect.unwrap(thing)):
            yield f"{name}.{key}", inspect.unwrap(thing)


def test_public_functions_say_their_types():
    promised = [name for name in MODULES if name.count(".") == 1]
    found = [entry for name in promised for entry in public(name)]
    assert len(found) > 150
    missing = []
    for name, function in found:
        signature = inspect.signature(function)
        typed = [
            p.annotation for p in signature.parameters.values() if p.name not in ("self", "cls")
        ]
        if inspect.Parameter.empty in [*typed, signature.return_annotation]:
            missing.append(name)
    assert not missing


def test_types_of_results_are_real():
    """A scalar in is a number out, an array in an array out, as `Values` says."""
    from etm.checks import Values

    kinds = tuple(typing.get_origin(kind) or kind for kind in typing.get_args(Values))
    duran = etm.glasses.load("Duran").at(1.23)
    for T in (1.23, [1.0, 2.0], [[1.0], [2.0]]):
        assert isinstance(etm.heat_capacity.ats(T, 0.1, duran), kinds)
        assert isinstance(etm.magnetization.ats(T, 0.1, duran), kinds)
        assert isinstance(etm.thermal.schottky(T), kinds)


def test_every_module_has_its_page():
    """The pages list each module with all its members, so every public name is in them."""
    contents = (ROOT / "_toc.yml").read_text()
    pages = {path.stem: path.read_text() for path in (ROOT / "book" / "api").glob("*.md")}
    shown = {}
    for page, text in pages.items():
        for module in re.findall(r"automodule:: (\S+)\n((?:   :.*\n)*)", text):
            shown[module[0]] = module[1]
            assert f"book/api/{page}" in contents
    for name in MODULES:
        if getattr(importlib.import_module(name), "__all__", None):
            parent = name.rpartition(".")[0]
            if name not in shown and parent in shown:  # what a folder's page shows from inside
                inside = importlib.import_module(parent)
                assert set(importlib.import_module(name).__all__) <= set(inside.__all__), name
            else:
                assert ":members:" in shown.get(name, ""), f"{name} has no page in book/api"


def test_extras_are_said_in_the_lock_tool():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    tool = (ROOT / "tools" / "lock.py").read_text()
    assert [name for name in extras if f'"{name}"' not in tool] == []
