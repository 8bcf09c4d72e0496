"""The one matplotlib style of the book, kept in ``etm.mplstyle``."""

from pathlib import Path

from matplotlib import style as matplotlib_style

_SHEET = str(Path(__file__).with_name("etm.mplstyle"))


def style():
    """Context manager: the style of the book inside a ``with`` block."""
    return matplotlib_style.context(_SHEET, after_reset=True)


def use_style():
    """Set the style of the book for the rest of the session."""
    matplotlib_style.use(_SHEET)
