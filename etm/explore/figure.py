"""Moving figures: one function draws, one place decides how the picture moves."""

import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from etm.explore import page
from etm.explore.picture import axes_boxes, draw_figure, svg_tree
from etm.explore.slider import Slider

if TYPE_CHECKING:
    import ipywidgets

MAX_SLIDERS = 3
MAX_FRAMES = 400


@dataclass(frozen=True)
class MovingFigure:
    """A picture with sliders; see `moving_figure`, which makes it.

    As the last value of a notebook cell it shows itself: as widgets, or, with the
    environment variable ``ETM_FIGURES=static``, as a page that needs no kernel.
    """

    draw: Callable[..., object]
    sliders: dict[str, Slider]
    name: str
    caption: str
    alt: str
    start: dict[str, Any]
    panels: tuple[int, int]
    figsize: tuple[float, float]

    def __repr__(self) -> str:
        return f"Moving figure {self.name!r} with sliders {', '.join(s.label for s in self.sliders.values())}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        mode = os.environ.get("ETM_FIGURES") or "live"
        if mode == "static":
            return {"text/html": self.html(), "text/plain": repr(self)}
        if mode == "live":
            return self.widget()._repr_mimebundle_()
        raise ValueError(
            f"environment variable ETM_FIGURES is {mode!r}; it must be 'live' or 'static'"
        )

    @cached_property
    def _boxes(self):
        return axes_boxes(self.draw, self.start, self.panels, self.figsize)

    def tree(self, **parameters: Any) -> ElementTree.Element:
        """One frame as an SVG tree.

        Parameters
        ----------
        **parameters
            Values that differ from the start.

        Returns
        -------
        xml.etree.ElementTree.Element
        """
        parameters = self.start | parameters
        return svg_tree(
            draw_figure(self.draw, parameters, self.panels, self.figsize, self._boxes), self.name
        )

    def svg(self, **parameters: Any) -> str:
        """One frame as SVG text; parameters as in `tree`."""
        tree = self.tree(**parameters)
        tree.set("aria-label", self.alt)
        return ElementTree.tostring(tree, encoding="unicode")

    def grid(self) -> list[dict[str, Any]]:
        """The parameters of every frame, the last slider running fastest (list of dict)."""
        values = product(*(slider.values for slider in self.sliders.values()))
        return [dict(zip(self.sliders, point, strict=True)) for point in values]

    def html(self) -> str:
        """The whole figure as HTML that moves without a kernel (str)."""
        frames = [self.tree(**parameters) for parameters in self.grid()]
        start = tuple(slider.index(self.start[key]) for key, slider in self.sliders.items())
        return page.html(
            self.name, self.caption, self.alt, list(self.sliders.values()), start, frames
        )

    def widget(self) -> "ipywidgets.VBox":
        """The figure as a widget of a live kernel (ipywidgets.VBox)."""
        from etm.explore import live

        return live.widget(self.svg, self.sliders, self.start, self.caption)


def moving_figure(
    draw: Callable[..., object],
    sliders: dict[str, Slider],
    *,
    name: str,
    caption: str,
    alt: str,
    start: dict[str, Any] | None = None,
    panels: tuple[int, int] = (1, 1),
    figsize: tuple[float, float] = (5.6, 3.6),
) -> MovingFigure:
    """A figure the reader can move.

    Parameters
    ----------
    draw : callable
        ``draw(axes, **parameters)`` draws the picture on `axes`, one matplotlib Axes, or
        the array of them if there are several panels. It must draw the same artists with
        the same axis limits for all parameters, and use no pyplot.
    sliders : dict
        One to three entries, parameter name to `Slider`. The grid of all values may have
        at most 400 points; 11 by 11 is a good size.
    name : str
        Short name, unique in the book: lower-case letters, digits and hyphens. The figure
        gets the anchor ``fig-<name>``.
    caption : str
        Caption; mathematics between dollar signs.
    alt : str
        What the picture shows, in words, for those who cannot see it.
    start : dict, optional
        First values; a slider not named here starts in its middle.
    panels : tuple of int, optional
        Rows and columns of axes.
    figsize : tuple of float, optional
        Width and height in inches.

    Returns
    -------
    MovingFigure

    Raises
    ------
    ValueError
        For no slider or more than three, too many frames, a start that is not on its
        slider, a missing caption or text alternative, or an unfit name. Showing the
        figure raises it too if the frames do not consist of the same elements.

    Examples
    --------
    >>> import numpy as np
    >>> from etm import explore
    >>> def draw(ax, D0):
    ...     D = np.linspace(-2, 2, 201)
    ...     ax.plot(D, np.hypot(D, D0))
    ...     ax.set(xlabel="asymmetry (K)", ylabel="gap (K)", xlim=(-2, 2), ylim=(0, 3))
    >>> explore.moving_figure(
    ...     draw,
    ...     {"D0": explore.Slider("D_0", np.linspace(0, 2, 11), unit="K", format="{:.1f}")},
    ...     name="two-well-gap",
    ...     caption="The gap of a two-level system.",
    ...     alt="A hyperbola whose lowest point rises with the tunneling parameter.",
    ... )
    Moving figure 'two-well-gap' with sliders D_0
    """
    if not 1 <= len(sliders) <= MAX_SLIDERS:
        raise ValueError(
            f"sliders has {len(sliders)} entries; a moving figure has 1 to {MAX_SLIDERS}"
        )
    for key, slider in sliders.items():
        if not isinstance(slider, Slider):
            raise ValueError(f"sliders[{key!r}] is {slider!r}; it must be a Slider")
    frames = math.prod(len(slider.values) for slider in sliders.values())
    if frames > MAX_FRAMES:
        raise ValueError(f"sliders make {frames} frames; at most {MAX_FRAMES} are allowed")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise ValueError(f"name {name!r} must be lower-case letters, digits and single hyphens")
    for argument, text in (("caption", caption), ("alt", alt)):
        if not text or not text.strip():
            raise ValueError(
                f"{argument} of figure {name!r} is empty; it must say what the figure shows"
            )
    start = dict(start or {})
    if unknown := set(start) - set(sliders):
        raise ValueError(f"start names {sorted(unknown)}; the sliders are {sorted(sliders)}")
    for key, slider in sliders.items():
        value = start.get(key, slider.values[len(slider.values) // 2])
        start[key] = slider.values[slider.index(value)]
    start = {key: start[key] for key in sliders}
    (rows, columns), (width, height) = panels, figsize
    return MovingFigure(
        draw, dict(sliders), name, caption, alt, start, (rows, columns), (width, height)
    )
