"""Run the notebooks of the book and store their outputs, the same bytes every time.

python tools/refresh_notebooks.py                              every notebook under book/
python tools/refresh_notebooks.py book/02_three_wells.ipynb    only the named ones
"""

import argparse
import base64
import os
import re
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from pictures import light

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"

# What a kernel must see for its outputs to be the same on every run.
ENVIRONMENT = {
    "ETM_FIGURES": "static",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
}

# The kernel's own settings: only errors on the terminal, no history file.
KERNEL_SETTINGS = "c.IPKernelApp.log_level = 40\nc.HistoryManager.enabled = False\n"

TIMEOUT_SECONDS = 600

# The picture of the README is the one that the cell with this tag draws.
README_TAG = "readme"
README_PICTURE = BOOK / "_static" / "readme.png"

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python",
            "pygments_lexer": "ipython3"}  # fmt: skip
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
VOLATILE_CELL_METADATA = (
    "execution",
    "ExecuteTime",
    "collapsed",
    "scrolled",
    "jp-MarkdownHeadingCollapsed",
)


def notebooks():
    """The notebooks of the book, in reading order."""
    return sorted(p for p in BOOK.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)


@contextmanager
def kernel_environment():
    """Kernels started inside see `ENVIRONMENT` and none of the user's own IPython settings."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile_default"
        profile.mkdir()
        (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS)
        os.environ.update(ENVIRONMENT, IPYTHONDIR=folder)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def execute(path):
    """A copy of the notebook, run from top to bottom in a fresh kernel, with tidy metadata."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("widgets", None)
    with kernel_environment():
        client = NotebookClient(
            notebook,
            timeout=TIMEOUT_SECONDS,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            store_widget_state=False,
            resources={"metadata": {"path": str(Path(path).parent)}},
        )
        client.execute()
    return tidy(notebook)


def tidy(notebook):
    """Drop what changes from run to run, make pictures light, name every cell by its place if it has no name."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen = set()
    for index, cell in enumerate(notebook.cells):
        if not cell.get("id") or cell.id in seen:
            cell["id"] = f"cell-{index:03d}"
        seen.add(cell.id)
        for key in VOLATILE_CELL_METADATA:
            cell.metadata.pop(key, None)
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            data = output.get("data", {})
            data.pop(WIDGET_MIME, None)
            if "image/png" in data:
                data["image/png"] = light(data["image/png"])
            if output.output_type in ("display_data", "execute_result"):
                output.metadata = nbformat.from_dict({})
    return notebook


def text(notebook):
    """The notebook as it is written to disk."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def readme_picture(notebook):
    """The PNG of the cell tagged for the README, or None if this notebook has none."""
    for cell in notebook.cells:
        if README_TAG in cell.metadata.get("tags", []):
            return base64.b64decode(cell.outputs[0].data["image/png"])
    return None


def refresh(path):
    """Run one notebook and store it; True if the file changed."""
    notebook = execute(path)
    if picture := readme_picture(notebook):
        README_PICTURE.write_bytes(picture)
    new = text(notebook)
    if Path(path).read_text(encoding="utf-8") == new:
        return False
    Path(path).write_text(new, encoding="utf-8")
    return True


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "notebook", nargs="*", type=Path, help="default: every notebook of the book"
    )
    chosen = parser.parse_args(arguments).notebook or notebooks()
    if not chosen:
        print("the book has no notebooks yet")
    failed = []
    for number, path in enumerate(chosen, start=1):
        print(f"[{number}/{len(chosen)}] {path.name} ... ", end="", flush=True)
        start = time.perf_counter()
        try:
            changed = refresh(path)
        except CellExecutionError as error:
            failed.append(path)
            print("failed", re.sub(r"\x1b\[[0-9;]*m", "", str(error)), sep="\n", file=sys.stderr)
            continue
        print("stored" if changed else "unchanged", f"({time.perf_counter() - start:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
