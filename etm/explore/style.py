"""The one matplotlib style of the book."""

from contextlib import AbstractContextManager

from cycler import cycler
from matplotlib import style as matplotlib_style

# Every colour has a contrast of 3 or more on white and on the dark page (#14181e), as it is
# and after the page's invert(.935) hue-rotate(180deg) for stills. In grey the colours come
# close to one another: the line style tells the curves apart.
COLOURS = ("#2a70c8", "#e0701e", "#138a72", "#b5489a", "#927200", "#7a7f87")
LINES = ("-", "--", "-.", ":", (0, (7, 2, 1, 2, 1, 2)), (0, (9, 3)))

STYLE = {
    "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=LINES),
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "lines.dashed_pattern": (4.5, 1.6),
    "lines.dashdot_pattern": (6, 1.6, 1, 1.6),
    "lines.dotted_pattern": (1.1, 1.3),
    "errorbar.capsize": 2,
    "image.cmap": "cividis",
    "figure.figsize": (6.0, 3.75),
    "figure.dpi": 144,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "savefig.dpi": 144,
    "savefig.facecolor": "white",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "font.size": 11,
    "axes.labelsize": 11,
    "axes.titlesize": 11,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "figure.titlesize": 12,
    "axes.facecolor": "white",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.labelpad": 5,
    "axes.grid": True,
    "grid.color": "#888888",
    "grid.alpha": 0.25,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "etm",
}


def style() -> AbstractContextManager[None]:
    """Context manager: the style of the book inside a ``with`` block."""
    return matplotlib_style.context(STYLE, after_reset=True)


def use_style() -> None:
    """Set the style of the book for the rest of the session."""
    matplotlib_style.use(STYLE)
