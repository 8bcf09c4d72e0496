"""The stored figures are those which today's code draws."""

import base64
import io
import re

import nbformat
import numpy as np
import pytest
from PIL import Image
from refresh_notebooks import execute, notebooks

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
NUMERIC_TOLERANCE = 1e-6
LARGEST_MEAN_DIFFERENCE = 0.5  # of 255
LARGEST_CHANGED_SHARE = 0.002  # of the pixels, by more than 32 of 255


def pixels(png):
    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        return np.asarray(image.convert("RGB"), dtype=float)


def same_picture(old, new):
    """True if two PNGs (base64) agree up to what another rasteriser of fonts would change."""
    old, new = pixels(old), pixels(new)
    if old.shape != new.shape:
        return False
    difference = np.abs(old - new)
    return (
        difference.mean() <= LARGEST_MEAN_DIFFERENCE
        and (difference.max(axis=-1) > 32).mean() <= LARGEST_CHANGED_SHARE
    )


def same_moving_figure(old, new):
    """True if two moving figures agree in every word, and in every number to a relative tolerance."""
    if NUMBER.sub("#", old) != NUMBER.sub("#", new):
        return False
    a, b = (np.array([float(x) for x in NUMBER.findall(t)]) for t in (old, new))
    return np.allclose(a, b, rtol=NUMERIC_TOLERANCE, atol=NUMERIC_TOLERANCE)


def figures(notebook):
    """(cell number, kind, content) of every picture in a notebook."""
    found = []
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                found.append((number, "picture", data["image/png"]))
            if 'class="moving-figure' in data.get("text/html", ""):
                found.append((number, "moving figure", data["text/html"]))
    return found


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)
def test_figures_are_fresh(path):
    stored = figures(nbformat.read(path, as_version=4))
    drawn = figures(execute(path))
    assert [f[:2] for f in stored] == [f[:2] for f in drawn]
    same = {"picture": same_picture, "moving figure": same_moving_figure}
    stale = [
        f"{kind} of cell {number}"
        for (number, kind, old), (_, _, new) in zip(stored, drawn, strict=True)
        if not same[kind](old, new)
    ]
    assert not stale, f"stale, run `make notebooks`: {', '.join(stale)}"


def png(array):
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def test_the_comparison_of_pictures_notices_a_moved_line():
    white = np.full((200, 300, 3), 255, dtype=np.uint8)
    line, moved = white.copy(), white.copy()
    line[100:102, 20:280] = 0
    moved[106:108, 20:280] = 0
    assert same_picture(png(line), png(line))
    assert not same_picture(png(line), png(moved))
    assert not same_picture(png(line), png(white))


def test_the_comparison_of_moving_figures_notices_a_changed_number():
    old = '<figure class="moving-figure"><script>[1.25, 3e-4]</script></figure>'
    assert same_moving_figure(old, old.replace("1.25", "1.2500000001"))
    assert not same_moving_figure(old, old.replace("1.25", "1.26"))
    assert not same_moving_figure(old, old.replace("figure>", "div>"))
