"""From a drawing function to a small, clean and reproducible SVG tree."""

import io
import re
from typing import Any
from xml.etree import ElementTree

from matplotlib import rc_context
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.textpath import TextToPath

from etm.explore.style import COLOURS, style

INK = "currentColor"
CURVES = {c: f"var(--curve-{k}, {c})" for k, c in enumerate(COLOURS, start=1)}
TRANSPARENT: dict[Any, str] = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.facecolor": "white",
}
PAPER = "var(--pst-color-background, var(--jp-layout-color0, #fff))"
FONT = "'DejaVu Sans', Verdana, sans-serif"
ROOT_STYLE = (
    "display: block; width: 100%; max-width: 38rem; height: auto; margin: 0 auto; overflow: visible; "
    "fill: currentColor; stroke-linejoin: round; stroke-linecap: butt"
)
# From this number of points on a path is a curve, for which a tenth of a unit is fine enough.
CURVE = 12

_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_PATH = re.compile(r"[MLQCz]|-?\d+(?:\.\d+)?(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)$")


def draw_figure(draw, parameters, panels, figsize, boxes=None):
    """Draw one frame as a matplotlib figure in the style of the book.

    Parameters
    ----------
    draw : callable
        Called as ``draw(axes, **parameters)``.
    parameters : dict
        Values of the parameters.
    panels : tuple of int
        Rows and columns of axes.
    figsize : tuple of float
        Width and height in inches (72 units of the SVG each).
    boxes : list, optional
        Positions of the axes, from `axes_boxes`; laid out afresh if left out.

    Returns
    -------
    matplotlib.figure.Figure
    """
    layout: Any = "constrained" if boxes is None else "none"
    with style(), rc_context(TRANSPARENT):
        figure = Figure(figsize=figsize, dpi=72, layout=layout)
        draw(figure.subplots(*panels), **parameters)
        if boxes is not None and len(boxes) == len(figure.axes):
            for axes, box in zip(figure.axes, boxes, strict=True):
                axes.set_position(box)
    return figure


def axes_boxes(draw, parameters, panels, figsize):
    """Positions of the axes in one frame, to be kept in all others."""
    figure = draw_figure(draw, parameters, panels, figsize)
    with style():
        figure.draw_without_rendering()
    return [axes.get_position(original=True) for axes in figure.axes]


class _Renderer(RendererSVG):
    """The SVG renderer with one reader of formulas for all frames.

    matplotlib makes a new one for every picture, which doubles the time of a frame.
    """

    _READER = TextToPath()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._text2path = self._READER


def svg_tree(figure, prefix):
    """Export a figure as an SVG tree fit to stand in a page.

    Black becomes the colour of the surrounding text, white that of the page, and the
    colours of the curves may be set by the page's style sheet; names inside the tree begin
    with `prefix`; whatever draws nothing is left out; numbers are rounded to what the eye
    can see.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    prefix : str
        Unique on the page.

    Returns
    -------
    xml.etree.ElementTree.Element
    """
    stream = io.StringIO()
    with style():
        renderer = _Renderer(*figure.bbox.size, stream, metadata={"Date": None})
        figure.draw(renderer)
        renderer.finalize()
    root = ElementTree.fromstring(stream.getvalue())
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        element.tail = None
        if element.text is not None and element.tag != "tspan" and not element.text.strip():
            element.text = None
    _rename(root, prefix)
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            element.set(key, _tidy(key, value))
        if element.get("transform") == "":
            del element.attrib["transform"]
    root[:] = _flat(root)
    root.attrib = {"viewBox": root.attrib["viewBox"], "style": ROOT_STYLE, "role": "img"}
    return root


def _rename(root, prefix):
    """Keep only the ids that are referred to, and number them."""
    used = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            match = _REFERENCE.search(value) if key in ("href", "clip-path", "style") else None
            if match:
                used.add(match[1] or match[2])
    new: dict[str, str] = {}
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in used:
            element.set("id", new.setdefault(name, f"{prefix}-{len(new)}"))
    for element in root.iter():
        for key, value in element.attrib.items():
            match = _REFERENCE.search(value) if key in ("href", "clip-path", "style") else None
            if match:
                name = match[1] or match[2]
                element.set(key, value.replace(f"#{name}", f"#{new[name]}"))


def _flat(element):
    """Children of an element without metadata, style sheets and bare groups."""
    children = []
    for child in element:
        if child.tag in ("metadata", "style"):
            continue
        child[:] = _flat(child)
        if child.tag in ("g", "defs") and not len(child):
            continue
        if child.tag == "g" and not child.attrib:
            children.extend(child)
        else:
            children.append(child)
    return children


def _tidy(key, value):
    if key == "d":
        return compact_path(value)
    if key == "style":
        value = re.sub(r"#000000\b", INK, value)
        value = re.sub(r"#ffffff\b", PAPER, value)
        for colour, variable in CURVES.items():
            value = value.replace(colour, variable)
        return re.sub(r"font-family: [^;]+", f"font-family: {FONT}", value)
    if key in ("x", "y", "width", "height", "transform"):
        if key == "transform":
            value = re.sub(r"rotate\(-0 [^)]*\)", "", value).strip()
        return _NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), value)
    return value


def compact_path(d):
    """Rewrite absolute path data relatively and with few digits.

    Parameters
    ----------
    d : str
        Path data with the commands M, L, Q, C and z, as matplotlib writes it.

    Returns
    -------
    str
        The same path in relative commands: points to 0.1 units in a curve of many
        points, to 0.01 in a short path. Rounding errors do not add up.
    """
    tokens = _PATH.findall(d)
    decimals = 1 if tokens.count("L") >= CURVE else 2
    scale = 10**decimals
    out, here, begin, previous, i = [], (0, 0), (0, 0), "", 0
    while i < len(tokens):
        command = tokens[i]
        i += 1
        if command == "z":
            out.append("z")
            here, previous = begin, "z"
            continue
        count = {"M": 1, "L": 1, "Q": 2, "C": 3}[command]
        numbers = [round(float(t) * scale) for t in tokens[i : i + 2 * count]]
        i += 2 * count
        if command != previous:
            out.append(command.lower())
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            out += [_short(x - here[0], decimals), _short(y - here[1], decimals)]
        here, previous = (numbers[-2], numbers[-1]), command
        if command == "M":
            begin, previous = here, "L"
    return _join(out)


def _short(n, decimals):
    """A whole number of 10**-decimals in as few characters as possible."""
    sign, n = ("-" if n < 0 else ""), abs(n)
    whole, part = divmod(n, 10**decimals)
    fraction = f"{part:0{decimals}d}".rstrip("0")
    return (
        sign + (str(whole) if whole or not fraction else "") + (f".{fraction}" if fraction else "")
    )


def _join(words):
    text, last = [], "z"
    for word in words:
        glued = (
            last.isalpha() or word.isalpha() or word[0] == "-" or (word[0] == "." and "." in last)
        )
        text.append(word if glued else " " + word)
        last = word
    return "".join(text)
