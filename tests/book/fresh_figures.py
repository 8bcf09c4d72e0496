"""Every cell of a notebook that nbval runs must draw the figures that are stored with it."""

import base64
import io
import json
import re

import numpy as np
import pytest
from nbval.plugin import IPyNbCell
from pictures import light
from PIL import Image

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


def figures(outputs):
    """(kind, content) of every figure among the outputs of a cell."""
    found = []
    for output in outputs:
        data = output.get("data", {})
        if "image/png" in data:
            found.append(("picture", light(data["image/png"])))
        if 'class="moving-figure' in data.get("text/html", ""):
            found.append(("moving figure", data["text/html"]))
    return found


def stale_figures(stored, drawn):
    """The kinds of the figures that differ between the stored outputs of a cell and the drawn ones."""
    stored, drawn = figures(stored), figures(drawn)
    if [kind for kind, _ in stored] != [kind for kind, _ in drawn]:
        return ["number or kind of figures"]
    same = {"picture": same_picture, "moving figure": same_moving_figure}
    return [
        kind
        for (kind, old), (_, new) in zip(stored, drawn, strict=True)
        if not same[kind](old, new)
    ]


class FreshFigures:
    """The plugin: nbval compares what a cell prints, this compares what it draws."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        result = yield
        if isinstance(item, IPyNbCell):
            stale = stale_figures(item.cell.outputs, item.test_outputs)
            assert not stale, f"stale, run `make notebooks`: {', '.join(stale)}"
        return result
