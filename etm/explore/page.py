"""A moving figure as HTML that needs neither kernel nor network.

The still is inline SVG. Every other frame differs from it only in some attributes and
texts; each of these is a *track*: element, attribute, the sliders it depends on, and its
values along them. ``book/_static/moving-figure.js`` plays the tracks back.
"""

import json
import re
from html import escape
from itertools import product
from xml.etree import ElementTree

import numpy as np

TEXT = ""  # the "attribute" of a track that changes an element's text


def tracks(frames, shape):
    """What changes between frames of one and the same tree.

    Parameters
    ----------
    frames : list of xml.etree.ElementTree.Element
        One tree for each point of the grid, the last slider running fastest.
    shape : tuple of int
        Number of values of each slider.

    Returns
    -------
    pool : list of str
        The distinct values.
    tracks : list
        Entries ``[element, attribute, sliders, values]``: the number of the element in
        document order (the root's first descendant is 0), the attribute (``""`` for the
        text), the numbers of the sliders it depends on, and indices into the pool, the
        last of these sliders running fastest.
    """
    pool: dict[str | None, int] = {}
    found = []
    for number, elements in enumerate(
        zip(*(list(root.iter())[1:] for root in frames), strict=True)
    ):
        columns = [(TEXT, [element.text or "" for element in elements])]
        columns += [(key, [element.get(key) for element in elements]) for key in elements[0].attrib]
        for key, values in columns:
            if len(set(values)) == 1:
                continue
            codes = np.array([pool.setdefault(v, len(pool)) for v in values]).reshape(shape)
            sliders = []
            for axis in range(len(shape)):
                first = codes.take([0], axis=axis)
                if (codes == first).all():
                    codes = first
                else:
                    sliders.append(axis)
            found.append([number, key, sliders, codes.ravel().tolist()])
    return list(pool), found


def anatomy(root):
    """What must be the same in all frames: tags, names of attributes, nesting."""
    return [(e.tag, sorted(e.attrib), len(e), bool(e.text)) for e in root.iter()]


def same_tree(frames, names):
    """Check that all frames are the same tree.

    Parameters
    ----------
    frames : list of xml.etree.ElementTree.Element
    names : list of str
        What to call each frame in the message.

    Raises
    ------
    ValueError
        If a frame has other elements than the first.
    """
    first = anatomy(frames[0])
    for frame, name in zip(frames, names, strict=True):
        other = anatomy(frame)
        if other != first:
            raise ValueError(
                f"draw makes different elements at {name} ({len(other)}) and at {names[0]} "
                f"({len(first)}); all frames must have the same: fix the axis limits and ticks, "
                "draw the same number of curves, markers and texts whatever the parameters, "
                "and keep every marker inside the axes"
            )


def html(name, caption, alt, sliders, start, frames):
    """The figure as HTML.

    Parameters
    ----------
    name : str
        Makes the ids of the figure.
    caption, alt : str
        Caption (with mathematics between dollar signs) and text alternative.
    sliders : list of Slider
    start : tuple of int
        Position of each slider in the still.
    frames : list of xml.etree.ElementTree.Element
        One tree for each point of the grid, the last slider running fastest.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the frames are not the same tree, or a slider changes nothing.
    """
    shape = tuple(len(slider.values) for slider in sliders)
    names = [
        ", ".join(f"{s.label} = {r}" for s, r in zip(sliders, point, strict=True))
        for point in product(*(s.readouts for s in sliders))
    ]
    same_tree(frames, names)
    pool, found = tracks(frames, shape)
    for k, slider in enumerate(sliders):
        if not any(k in track[2] for track in found):
            raise ValueError(f"slider {slider.label!r} changes nothing in the picture")
    readouts = [slider.readouts for slider in sliders]
    data = json.dumps(
        {"shape": shape, "readouts": readouts, "pool": pool, "tracks": found},
        ensure_ascii=False,
        separators=(",", ":"),
    ).replace("</", "<\\/")
    still = frames[np.ravel_multi_index(start, shape)]
    still.set("aria-label", alt)
    lines = [
        f'<figure class="moving-figure" id="fig-{name}" role="group" aria-labelledby="fig-{name}-caption">',
        ElementTree.tostring(still, encoding="unicode"),
        '<div class="moving-figure-controls">',
        *(
            _control(f"fig-{name}-{k}", s, i)
            for k, (s, i) in enumerate(zip(sliders, start, strict=True))
        ),
        "</div>",
        f'<figcaption id="fig-{name}-caption">{_mathematics(caption)}</figcaption>',
        f'<script type="application/json">{data}</script>',
        "</figure>",
    ]
    return "\n".join(lines)


def _control(id, slider, position):
    """One row: label, slider (hidden until the script wakes it) and readout."""
    readout = escape(slider.readouts[position])
    return (
        f'<label for="{id}">{slider.label_html}</label>'
        f'<input type="range" id="{id}" min="0" max="{len(slider.values) - 1}" step="1" '
        f'value="{position}" aria-valuetext="{readout}" autocomplete="off" hidden>'
        f'<output for="{id}" aria-live="off">{readout}</output>'
    )


def _mathematics(text):
    """Escape a text and mark what stands between dollar signs for MathJax."""
    return re.sub(
        r"\$([^$]+)\$",
        r'<span class="math notranslate nohighlight">\\(\1\\)</span>',
        escape(text, quote=False),
    )
