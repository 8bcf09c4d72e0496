"""The concordance: no equation without a row, no verdict without a proof that runs."""

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path

import nbformat
import pandas
import pytest

import etm

ROOT = Path(__file__).resolve().parents[2]
TABLE = etm.tables.read("equations").fillna("").astype(str)
ROWS = list(TABLE.itertuples(index=False))
EACH_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.paper}-{r.number}")

NUMBERED = {
    "jug2013": [*range(1, 52)],
    "jug2016": [*range(1, 101)],
    "jug2018": [*range(1, 41)],
    "jug2021": [*range(1, 19)],
    "lubchenko2004": [*range(1, 83), *(f"A{n}" for n in range(1, 13)), "B1", "B2"],
}
"""What the papers number."""

CHAPTERS = {
    "01_polycluster",
    "02_three_wells",
    "03_density_of_states",
    "04_heat_capacity",
    "05_dielectric",
    "06_echo",
    "07_magnetization",
    "08_alkali_silicates",
    "09_rfot",
}
PROVED = {"verified", "corrected", "approximation"}
EXPLAINED = {"definition", "order of magnitude", "not checkable"}
CORRECTIONS = sorted((ROOT / "book" / "corrections").glob("*.ipynb"))


def written(chapter):
    return (ROOT / "book" / f"{chapter}.ipynb").exists()


@cache
def notebook(path):
    return {cell.id: cell for cell in nbformat.read(ROOT / path, as_version=4).cells}


@cache
def functions(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@cache
def correction_labels():
    sources = "\n".join(c.source for p in CORRECTIONS for c in notebook(p).values())
    return re.findall(r"^\((correction-[\w-]+)\)=$", sources, re.M)


def is_public(name):
    """Whether a dotted name is a public function, class, method or property with a docstring."""
    _, module, *path = name.split(".")
    thing = importlib.import_module(f"etm.{module}")
    if path[0] not in thing.__all__ or any(part.startswith("_") for part in path):
        return False
    for part in path:
        thing = getattr(thing, part)
    return bool(inspect.getdoc(thing))


def test_every_numbered_equation_has_one_row():
    expected = {(paper, str(n)) for paper, numbers in NUMBERED.items() for n in numbers}
    found = [(row.paper, row.number) for row in ROWS]
    assert set(found) == expected
    assert len(found) == len(expected)


def test_rows_stand_in_the_order_of_the_papers():
    order = {(p, str(n)): i for i, (p, n) in
             enumerate((p, n) for p, ns in NUMBERED.items() for n in ns)}  # fmt: skip
    places = [order[row.paper, row.number] for row in ROWS]
    assert places == sorted(places)


@EACH_ROW
def test_the_row_is_complete(row):
    assert len(row.statement) > 8
    assert row.statement.count("$") % 2 == 0
    assert row.note.count("$") % 2 == 0
    assert row.chapter in CHAPTERS
    assert row.verdict in PROVED | EXPLAINED | {"open"}
    if row.verdict in EXPLAINED | {"corrected", "approximation"}:
        assert len(row.note) > 8, "the note gives the right form, the size or the reason"
    assert (row.verdict in PROVED) <= bool(row.proof), "no verdict without a proof"


@EACH_ROW
def test_no_row_of_a_written_chapter_is_open(row):
    assert not (written(row.chapter) and row.verdict == "open")


@EACH_ROW
def test_the_functions_of_the_row_are_public(row):
    for name in row.function.split():
        assert is_public(name), name


@EACH_ROW
def test_the_proofs_of_the_row_exist_and_can_fail(row):
    for proof in row.proof.split():
        if "::" in proof:
            path, name = proof.split("::")
            function = functions(path)[name]
            source = ast.unparse(function)
            assert ast.get_docstring(function), f"{proof} says in a docstring what it proves"
            assert "assert" in source or "pytest.raises" in source
            assert not re.search(r"\b(skip|skipif|xfail)\b", source)
        else:
            path, name = proof.split("#")
            cell = notebook(path)[name]
            assert cell.cell_type == "code"
            assert "assert" in cell.source or cell.outputs, "nbval compares what a cell shows"
            assert "NBVAL" not in cell.source
            assert not {"skip", "nbval-ignore-output", "raises-exception"} & set(
                cell.metadata.get("tags", [])
            )


def test_each_correction_is_explained_once():
    corrected = {
        f"correction-{r.paper}-{r.number}".lower() for r in ROWS if r.verdict == "corrected"
    }
    labels = correction_labels()
    numbered = {label for label in labels if re.fullmatch(r"correction-\w+-[ab]?\d+", label)}
    assert len(labels) == len(set(labels))
    assert corrected <= set(labels), sorted(corrected - set(labels))
    assert numbered <= {f"correction-{r.paper}-{r.number}".lower() for r in ROWS}


def test_every_source_in_the_package_that_names_an_equation_names_one_that_exists():
    papers = {"2013": "jug2013", "2016": "jug2016", "2018": "jug2018", "2021": "jug2021",
              "2004": "lubchenko2004"}  # fmt: skip
    for path in Path(etm.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for year, number in re.findall(r"(20\d\d), eqs?\. ([AB]?\d+)", text):
            found = TABLE[(TABLE.paper == papers[year]) & (TABLE.number == number)]
            assert len(found) == 1, f"{path.name}: {year}, eq. {number}"


def test_the_table_has_the_documented_columns():
    columns = "paper number statement chapter verdict function proof note".split()
    assert list(TABLE.columns) == columns
    assert isinstance(TABLE, pandas.DataFrame)
