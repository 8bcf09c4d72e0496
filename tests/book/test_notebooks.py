"""The stored notebooks: run in order, complete, free of what changes from run to run."""

import re

import nbformat
import pytest
from refresh_notebooks import (
    README_PICTURE,
    WIDGET_MIME,
    notebooks,
    readme_picture,
    text,
    tidy,
)

NOTEBOOKS = pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


@NOTEBOOKS
def test_every_code_cell_was_run_in_order(path):
    counts = [cell.execution_count for cell in code_cells(read(path))]
    assert counts
    assert counts == list(range(1, len(counts) + 1))


@NOTEBOOKS
def test_outputs_are_stored_without_errors_or_warnings(path):
    kinds = [(o.output_type, o.get("name")) for o in outputs(read(path))]
    assert kinds, "no stored output: run `make notebooks`"
    assert ("error", None) not in kinds
    assert ("stream", "stderr") not in kinds


@NOTEBOOKS
def test_there_is_no_widget_state_and_no_volatile_metadata(path):
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    assert not [o for o in outputs(notebook) if WIDGET_MIME in o.get("data", {})]
    assert text(tidy(notebook)) == path.read_text(encoding="utf-8"), "run `make notebooks`"


@NOTEBOOKS
def test_no_output_shows_an_address_of_an_object(path):
    for output in outputs(read(path)):
        shown = output.get("text", "") + output.get("data", {}).get("text/plain", "")
        assert not re.search(r"\bat 0x[0-9a-f]{6,}", shown)


def test_the_picture_of_the_readme_is_the_one_in_the_book():
    pictures = [picture for path in notebooks() if (picture := readme_picture(read(path)))]
    assert pictures == [README_PICTURE.read_bytes()]
