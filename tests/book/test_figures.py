"""The comparison of stored and drawn figures notices what it should."""

import base64
import io

import numpy as np
from fresh_figures import same_moving_figure, same_picture, stale_figures
from pictures import light
from PIL import Image


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


def test_a_missing_figure_is_stale():
    line = {"data": {"image/png": png(np.zeros((20, 30, 3), dtype=np.uint8))}}
    text = {"data": {"text/plain": "1"}}
    assert not stale_figures([line, text], [line, text])
    assert stale_figures([line, text], [text])


def test_a_light_picture_looks_the_same_and_stays():
    shades = np.linspace(0, 255, 300).astype(np.uint8)
    heavy = png(
        np.stack([np.tile(shades, (200, 1)), np.full((200, 300), 80, np.uint8)] * 2, axis=-1)[
            ..., :3
        ]
    )
    assert same_picture(heavy, light(heavy))
    assert light(light(heavy)) == light(heavy)
