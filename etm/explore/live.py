"""A moving figure on a live kernel: the same picture, redrawn for every value."""

from html import escape
from time import perf_counter

import ipywidgets

# Above this time for one frame (s) the picture waits until the slider is let go.
SLOW = 0.15


def widget(svg, sliders, start, caption):
    """The figure as a widget.

    Parameters
    ----------
    svg : callable
        Returns the picture as SVG text for the values of all parameters.
    sliders : dict
        Parameter name to `Slider`.
    start : dict
        Parameter name to first value.
    caption : str

    Returns
    -------
    ipywidgets.VBox
    """
    begin = perf_counter()
    picture = ipywidgets.HTML(svg(**start))
    slow = perf_counter() - begin > SLOW
    controls = {
        key: ipywidgets.SelectionSlider(
            options=list(zip(slider.readouts, slider.values, strict=True)),
            value=slider.values[slider.index(start[key])],
            description=slider.label_html,
            description_allow_html=True,
            continuous_update=not slow,
            layout=ipywidgets.Layout(width="32rem", max_width="100%"),
        )
        for key, slider in sliders.items()
    }

    def redraw(_):
        picture.value = svg(**{key: control.value for key, control in controls.items()})

    for control in controls.values():
        control.observe(redraw, names="value")
    text = ipywidgets.HTMLMath(escape(caption, quote=False))
    return ipywidgets.VBox([picture, *controls.values(), text])
