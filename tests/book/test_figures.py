"""The stored figures are those which today's code draws."""

import base64
import io
import json
import re

import nbformat
import numpy as np
import pytest
from PIL import Image
from refresh_notebooks import execute, notebooks

LARGEST_MEAN_DIFFERENCE = 0.5  # of 255
LARGEST_CHANGED_SHARE = 0.002  # of the pixels, by more than 32 of 255
LARGEST_SHIFT = 0.11  # of a moving figure's coordinates, in points; they are written to 0.1

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
DATA = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)


def pixels(png):
    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        return np.asarray(image.convert("RGB"), dtype=float)


def same_picture(old, new):
    """True if two PNGs (base64) agree up to what another rasteriser of fonts would change."""
    old, new = pixels(old), pixels(new)
    if old.shape != new.shape:
        return False
    difference = np.abs(old - new)
    changed = (difference.max(axis=-1) > 32).mean()
    return difference.mean() <= LARGEST_MEAN_DIFFERENCE and changed <= LARGEST_CHANGED_SHARE


def same_text(old, new):
    """True if two texts agree in every word, and in every number to the largest shift."""
    if re.sub(r"\s", "", NUMBER.sub("#", old)) != re.sub(r"\s", "", NUMBER.sub("#", new)):
        return False
    a, b = (np.array([float(x) for x in NUMBER.findall(t)]) for t in (old, new))
    return np.allclose(a, b, rtol=0, atol=LARGEST_SHIFT)


def frames(data):
    """(element, attribute) -> its value in every frame of a moving figure; all others never change."""
    shape = tuple(data["shape"])
    values = {}
    for element, attribute, sliders, places in data["tracks"]:
        own = [size if axis in sliders else 1 for axis, size in enumerate(shape)]
        places = np.broadcast_to(np.reshape(places, own), shape).ravel()
        values[element, attribute] = [data["pool"][place] for place in places]
    return values


def same_moving_figure(old, new):
    """True if two moving figures (HTML) show the same in every frame."""
    if not same_text(DATA.sub("", old), DATA.sub("", new)):
        return False
    old, new = (json.loads(DATA.search(html)[1]) for html in (old, new))
    if old["shape"] != new["shape"] or old["readouts"] != new["readouts"]:
        return False
    a, b = frames(old), frames(new)
    for key in a.keys() | b.keys():
        # What never changes is in the still, which is compared above.
        first = a.get(key) or [b[key][0]] * len(b[key])
        second = b.get(key) or [a[key][0]] * len(a[key])
        if not all(same_text(x, y) for x, y in zip(first, second, strict=True)):
            return False
    return True


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


def test_the_comparison_of_moving_figures_notices_a_changed_frame():
    from etm import explore

    def moving(factor):
        def draw(ax, height, width):
            ax.plot([0, 1, 2], [0, factor * height, height + width])
            ax.set_xlim(0, 2)
            ax.set_ylim(0, 10)

        sliders = {name: explore.Slider(name, (1.0, 2.0, 3.0)) for name in ("height", "width")}
        return explore.moving_figure(
            draw, sliders, name="sample", caption="A sample.", alt="A line."
        ).html()

    figure = moving(1.0)
    assert same_moving_figure(figure, figure)
    assert same_moving_figure(figure, moving(1.0 + 1e-9))
    assert not same_moving_figure(figure, moving(1.1))
    assert not same_moving_figure(figure, figure.replace("A sample.", "A simple."))
