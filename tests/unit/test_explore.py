"""Moving figures: what the page stores is what matplotlib draws, frame by frame."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from etm import explore
from etm.explore.page import tracks
from etm.explore.picture import compact_path
from etm.explore.style import COLOURS

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"
D = np.linspace(-2, 2, 201)


def draw_gap(ax, D0, s):
    ax.plot(D, np.sqrt(D**2 + D0**2 + s**2), label=f"$D_0$ = {D0:.1f} K")
    ax.plot(D, np.hypot(D, D0), label="without strain")
    ax.plot([0], [D0], "ko", mfc="white")
    ax.fill_between(D, np.abs(D), np.hypot(D, s), alpha=0.2)
    ax.set(
        xlabel="asymmetry $D$ (K)",
        ylabel="gap (K)",
        xlim=(-2, 2),
        ylim=(0, 3),
        title=f"s = {s:.1f} K",
    )
    ax.legend(loc="lower left")


def sliders(n=3):
    return {
        "D0": explore.Slider("D_0", np.linspace(0.2, 1, n), unit="K", format="{:.2f}"),
        "s": explore.Slider("strain", np.linspace(0, 1.5, n), unit="K", format="{:.2f}"),
    }


GRID = sliders()


def figure(draw=draw_gap, sliders=GRID, **options):
    options = {"name": "gap", "caption": "The gap $E<1$ of a toy.", "alt": "Hyperbolas."} | options
    return explore.moving_figure(draw, sliders, **options)


def parts(html):
    """The still's tree and the stored data."""
    svg = re.search(r"<svg.*?</svg>", html, re.DOTALL)[0]
    data = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1]
    return ElementTree.fromstring(svg), json.loads(data)


def replay(html, at):
    """What moving-figure.js makes of the page with the sliders at these positions."""
    root, data = parts(html)
    elements = list(root.iter())[1:]
    for number, attribute, which, values in data["tracks"]:
        place = 0
        for k in which:
            place = place * data["shape"][k] + at[k]
        value = data["pool"][values[place]]
        if attribute:
            elements[number].set(attribute, value)
        else:
            elements[number].text = value
    return ElementTree.tostring(root, encoding="unicode")


def absolute(path):
    """Points of a path in relative commands, and its commands."""
    points, commands, here, begin = [], "", np.zeros(2), np.zeros(2)
    for command, arguments in re.findall(r"([mlqcz])([^mlqcz]*)", path):
        numbers = np.array(re.findall(r"-?(?:\d+\.?\d*|\.\d+)", arguments), dtype=float).reshape(
            -1, 2
        )
        step = {"m": 1, "l": 1, "q": 2, "c": 3, "z": 1}[command]
        for i in range(0, len(numbers), step):
            points += [here + p for p in numbers[i : i + step]]
            commands += "l" if command == "m" and i else command
            here = points[-1]
            if command == "m" and i == 0:
                begin = here
        if command == "z":
            commands, here = commands + "z", begin
    return np.array(points), commands


@pytest.mark.parametrize("n", [3, 40])
def test_compact_paths_keep_their_points_and_do_not_drift(n):
    rng = np.random.default_rng(1)
    points = rng.uniform(-300, 300, (n + 6, 2)).round(6)
    pairs = [f"{x:.6f} {y:.6f}" for x, y in points]
    d = f"M {pairs[0]} \n" + "".join(f"L {p} \n" for p in pairs[1 : n + 1])
    d += f"Q {pairs[n + 1]} {pairs[n + 2]} \nz\nM {pairs[n + 3]} C {' '.join(pairs[n + 3 : n + 6])} \nz\n"
    expected = np.vstack([points[: n + 4], points[n + 3 :]])
    found, commands = absolute(compact_path(d))
    assert commands == "m" + n * "l" + "qzmcz"
    assert np.abs(found - expected).max() <= (0.0051 if n < 12 else 0.051)


def test_the_same_figure_gives_the_same_bytes():
    assert figure().html() == figure().html()


def test_the_style_of_the_session_does_not_matter():
    import matplotlib

    html = figure().html()
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "path"}):
        assert figure().html() == html


def test_stored_frames_are_the_frames_drawn():
    moving = figure()
    html = moving.html()
    pictures = set()
    for i, D0 in enumerate(moving.sliders["D0"].values):
        for j, s in enumerate(moving.sliders["s"].values):
            drawn = ElementTree.fromstring(moving.svg(D0=D0, s=s))
            stored = ElementTree.fromstring(replay(html, (i, j)))
            for a, b in zip(drawn.iter(), stored.iter(), strict=True):
                assert (a.tag, a.attrib, a.text) == (b.tag, b.attrib, b.text)
            pictures.add(ElementTree.tostring(stored))
    assert len(pictures) == 9


def test_curves_of_the_svg_are_the_curves_of_the_function():
    def draw(ax, k):
        ax.set_position([0, 0, 1, 1])
        ax.set_axis_off()
        ax.plot(D, k * D, color="#123456")
        ax.set(xlim=(-2, 2), ylim=(-8, 8))

    moving = figure(draw, {"k": explore.Slider("k", [1, 2, 4])}, start={"k": 1}, figsize=(5, 4))
    for k in (1, 2, 4):
        (curve,) = [e for e in moving.tree(k=k).iter("path") if "#123456" in e.get("style", "")]
        left, top, width, height = 0, 0, 360, 288
        points, _ = absolute(curve.get("d"))
        x = (points[:, 0] - left) / width * 4 - 2
        y = 8 - (points[:, 1] - top) / height * 16
        assert len(points) >= 2
        # a tenth of a unit, and half that along x times the slope
        assert np.abs(y - k * x).max() < 16 / 288 * 0.06 + k * 4 / 360 * 0.06 + 1e-9


def test_tracks_know_the_sliders_they_depend_on():
    def tree(a, b):
        root = ElementTree.Element("svg")
        ElementTree.SubElement(root, "path", d=f"a{a}", fixed="1", both=f"{a}{b}")
        ElementTree.SubElement(root, "text").text = f"b{b}"
        return root

    pool, found = tracks([tree(a, b) for a in range(2) for b in range(3)], (2, 3))
    named = [(n, key, which, [pool[v] for v in values]) for n, key, which, values in found]
    assert named == [
        (0, "d", [0], ["a0", "a1"]),
        (0, "both", [0, 1], ["00", "01", "02", "10", "11", "12"]),
        (1, "", [1], ["b0", "b1", "b2"]),
    ]


def test_the_page_is_complete_and_escaped():
    html = figure(caption="If $a<b$ & so on", alt='A "quoted" <alt>').html()
    root, data = parts(html)
    assert html.startswith('<figure class="moving-figure" id="fig-gap"')
    assert root.get("aria-label") == 'A "quoted" <alt>'
    assert root.get("role") == "img"
    assert r"\(a&lt;b\)</span> &amp; so on" in html
    assert (
        html.count('<input type="range"') == html.count("<output") == html.count("<label for=") == 2
    )
    assert "<i>D</i><sub>0</sub>" in html
    assert data["shape"] == [3, 3]
    assert data["readouts"][0] == [
        "0.20\N{NO-BREAK SPACE}K",
        "0.60\N{NO-BREAK SPACE}K",
        "1.00\N{NO-BREAK SPACE}K",
    ]


def test_ids_belong_to_the_figure_and_every_reference_is_kept():
    root, _ = parts(figure().html())
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids)) > 0
    assert all(i.startswith("gap-") for i in ids)
    text = ElementTree.tostring(root, encoding="unicode")
    assert set(re.findall(r"url\(#(.*?)\)", text)) | set(re.findall(r'href="#(.*?)"', text)) == set(
        ids
    )


def test_black_and_white_follow_the_page():
    text = figure().svg()
    assert "#000000" not in text
    assert "#ffffff" not in text
    assert "currentColor" in text
    assert "<style" not in text


def test_seven_by_seven_frames_of_three_curves_are_small():
    html = figure(sliders=sliders(7)).html()
    assert len(html.encode()) < 120_000


def test_several_panels_and_three_sliders():
    def draw(axes, a, b, c):
        for ax, k in zip(axes, (a, b + c), strict=True):
            ax.plot(D, k * D)
            ax.set(xlim=(-2, 2), ylim=(-9, 9))

    three = {key: explore.Slider(key, [1, 2]) for key in "abc"}
    _, data = parts(figure(draw, three, panels=(2, 1)).html())
    assert data["shape"] == [2, 2, 2]
    assert sorted(track[2] for track in data["tracks"]) == [[0], [1, 2]]


def test_the_axes_stand_still_when_the_labels_grow():
    def draw(ax, a):
        ax.plot(D, a * D)
        ax.set(xlim=(-2, 2), ylim=(-a, a))

    moving = figure(draw, {"a": explore.Slider("a", [1, 10000])}, start={"a": 1})
    frames = [next(e for e in moving.tree(a=a).iter("rect")).attrib for a in (1, 10000)]
    assert frames[0] == frames[1]


def test_static_output_is_html_and_one_line_of_text(monkeypatch):
    monkeypatch.setenv("ETM_FIGURES", "static")
    moving = figure()
    assert moving._repr_mimebundle_() == {
        "text/html": moving.html(),
        "text/plain": "Moving figure 'gap' with sliders D_0, strain",
    }


@pytest.mark.parametrize("mode", ["", "live", None])
def test_live_output_is_a_widget(monkeypatch, mode):
    if mode is None:
        monkeypatch.delenv("ETM_FIGURES", raising=False)
    else:
        monkeypatch.setenv("ETM_FIGURES", mode)
    assert "application/vnd.jupyter.widget-view+json" in figure()._repr_mimebundle_()


def test_moving_a_live_slider_redraws_the_picture():
    moving = figure(start={"D0": 0.2, "s": 1.5})
    picture, first, second, _ = moving.widget().children
    assert picture.value == moving.svg(D0=0.2, s=1.5)
    first.value = moving.sliders["D0"].values[2]
    assert picture.value == moving.svg(D0=1.0, s=1.5)
    second.value = 0.0
    assert picture.value == moving.svg(D0=1.0, s=0.0)


def test_unknown_mode(monkeypatch):
    monkeypatch.setenv("ETM_FIGURES", "sttic")
    with pytest.raises(ValueError, match="'live' or 'static'"):
        figure()._repr_mimebundle_()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sliders": {}}, "1 to 3"),
        ({"sliders": {k: explore.Slider(k, [0, 1]) for k in "abcd"}}, "1 to 3"),
        ({"sliders": {"D0": [1, 2]}}, "must be a Slider"),
        ({"sliders": sliders(21)}, "441 frames; at most 400"),
        ({"start": {"D0": 0.3}}, "0.3 is not a value of slider 'D_0'"),
        ({"start": {"B": 1.0}}, "start names"),
        ({"caption": " "}, "caption"),
        ({"alt": ""}, "alt"),
        ({"name": "My figure"}, "name 'My figure'"),
    ],
)
def test_bad_figures_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        figure(**options)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("B", [1.0]), "at least 2"),
        (("B", [1.0, np.nan]), "finite"),
        (("B", [1.001, 1.002], "T", "{:.1f}"), "read the same"),
        (("B", ["one", "two"]), "does not fit"),
        (("", [1, 2]), "label"),
    ],
)
def test_bad_sliders_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        explore.Slider(*arguments)


def test_frames_of_different_trees_are_refused():
    def draw(ax, a):
        for k in range(a):
            ax.plot(D, k * D)
        ax.set(xlim=(-2, 2), ylim=(-2, 2))

    with pytest.raises(ValueError, match="a = 2 .* fix the axis limits"):
        figure(draw, {"a": explore.Slider("a", [1, 2])}).html()


def test_a_slider_without_effect_is_refused():
    def draw(ax, a, b):
        ax.plot(D, a * D)
        ax.set(xlim=(-2, 2), ylim=(-2, 2))

    with pytest.raises(ValueError, match="'b' changes nothing"):
        figure(draw, {k: explore.Slider(k, [1, 2]) for k in "ab"}).html()


def luminance(rgb):
    rgb = np.clip(rgb, 0, 1)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_are_legible_on_the_light_and_the_dark_page(colour):
    def rgb(text):
        return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)]) / 255

    def contrast(a, b):
        a, b = sorted([luminance(a), luminance(b)])
        return (b + 0.05) / (a + 0.05)

    turn = np.array([[-0.574, 1.430, 0.144], [0.426, 0.430, 0.144], [0.426, 1.430, -0.856]])
    inverted = turn @ (0.92 - 0.84 * rgb(colour))
    assert contrast(rgb(colour), np.ones(3)) >= 3
    assert contrast(rgb(colour), rgb("#14181e")) >= 3
    assert contrast(inverted, rgb("#14181e")) >= 3


def test_the_package_does_not_import_matplotlib_by_itself():
    code = (
        "import sys, etm; assert not {'matplotlib', 'ipywidgets', 'etm.explore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)


@pytest.fixture
def page(browser, tmp_path):
    """A page with two moving figures, opened from the disk."""
    one, two = figure(start={"D0": 0.2, "s": 0}), figure(name="other", start={"D0": 0.2, "s": 0})
    head = "".join(
        ['<!doctype html><meta charset="utf-8">',
         f"<style>{(STATIC / 'moving-figure.css').read_text()}</style>",
         f"<script>{(STATIC / 'moving-figure.js').read_text()}</script>"]
    )  # fmt: skip
    file = tmp_path / "page.html"
    file.write_text(head + one.html() + two.html(), encoding="utf-8")
    contexts = []

    def visit(**options):
        contexts.append(browser.new_context(**options))
        opened = contexts[-1].new_page()
        opened.goto(file.as_uri())
        return opened

    yield visit
    for context in contexts:
        context.close()


def test_in_the_browser_the_keys_move_one_figure_to_the_frame_drawn(page):
    opened = page()
    still = opened.locator("#fig-other svg").inner_html()
    for k, keys in enumerate((["ArrowRight"], ["End"])):
        slider = opened.locator("#fig-gap input").nth(k)
        slider.focus()
        for key in keys:
            opened.keyboard.press(key)
    assert opened.locator("#fig-gap output").all_inner_texts() == [
        "0.60\N{NO-BREAK SPACE}K",
        "1.50\N{NO-BREAK SPACE}K",
    ]
    assert (
        opened.locator("#fig-gap input").nth(1).get_attribute("aria-valuetext")
        == "1.50\N{NO-BREAK SPACE}K"
    )
    shown = opened.evaluate(
        "[...document.querySelectorAll('#fig-gap svg *')].map(e => [e.getAttribute('d'), e.getAttribute('x')])"
    )
    drawn = list(figure(start={"D0": 0.2, "s": 0}).tree(D0=0.6, s=1.5).iter())[1:]
    assert shown == [[e.get("d"), e.get("x")] for e in drawn]
    assert opened.locator("#fig-other svg").inner_html() == still


def test_without_script_the_still_shows_and_no_dead_slider(page):
    opened = page(java_script_enabled=False)
    assert opened.locator("#fig-gap svg").is_visible()
    assert opened.locator("#fig-gap output").first.is_visible()
    assert not opened.locator("#fig-gap input").first.is_visible()


def test_in_print_there_are_no_sliders(page):
    opened = page()
    assert opened.locator("#fig-gap input").first.is_visible()
    opened.emulate_media(media="print")
    assert opened.locator("#fig-gap svg").is_visible()
    assert not opened.locator("#fig-gap input").first.is_visible()
