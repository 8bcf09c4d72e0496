"""The pictures of the book: one house style, and figures that move.

``use_style`` sets the style. ``moving_figure`` takes one function that draws the
picture for given parameters and lets the reader move them: with widgets where a
kernel runs, and in the published page with no kernel and no network.

This floor alone imports matplotlib and ipywidgets; nothing below it imports this.
"""

from etm.explore.figure import MovingFigure, moving_figure
from etm.explore.slider import Slider
from etm.explore.style import style, use_style

__all__ = ["MovingFigure", "Slider", "moving_figure", "style", "use_style"]
