"""The built pages in a real browser, with no network: formulas, pictures, sliders."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opened import opened

EVERY_PAGE = pytest.mark.parametrize("name", opened())
PATIENCE = 180_000  # milliseconds: a long page with many formulas, on a busy machine
READY = "() => !window.MathJax || !MathJax.startup || MathJax.startup.promise.then(() => true)"

# MathJax marks what it cannot read with an error node, or sets an unknown macro in red.
BAD_FORMULAS = """() => [...document.querySelectorAll('mjx-merror, mjx-container *')]
    .filter(e => e.localName === 'mjx-merror' || e.style.color === 'red' || e.getAttribute('mathcolor') === 'red')
    .map(e => e.textContent || e.outerHTML)"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def address(site):
    """The site on localhost."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def visit(browser, address):
    """name -> (page, requests to other hosts, errors of scripts, files not found); opened once."""
    opened = {}
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)

    def go(name):
        if name not in opened:
            page = context.new_page()
            foreign, errors, missing = [], [], []
            page.on(
                "request",
                lambda r: (
                    None if r.url.startswith((address, "data:", "blob:")) else foreign.append(r.url)
                ),
            )
            page.on("pageerror", lambda e: errors.append(str(e)))
            page.on("response", lambda r: missing.append(r.url) if r.status >= 400 else None)
            page.goto(f"{address}/book/{name}.html")
            page.evaluate(READY)
            page.wait_for_timeout(500)  # for requests that scripts make late
            opened[name] = page, foreign, errors, missing
        opened[name][0].bring_to_front()  # behind others a page has slow clocks and does not scroll
        return opened[name]

    yield go
    context.close()


@EVERY_PAGE
def test_the_page_asks_no_other_host_and_has_no_script_error(visit, name):
    _, foreign, errors, missing = visit(name)
    assert not foreign
    assert not errors
    assert not [url for url in missing if not url.endswith("/favicon.ico")]


@EVERY_PAGE
def test_formulas_are_set_without_errors(visit, name):
    page = visit(name)[0]
    unset = page.locator(".bd-article .math:not(:has(mjx-container))")
    assert not unset.all_text_contents()
    wrong = page.evaluate(BAD_FORMULAS)
    assert not wrong, f"formulas that MathJax cannot read: {wrong}"


@EVERY_PAGE
def test_nothing_is_wider_than_a_phone(visit, name):
    page = visit(name)[0]
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(200)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert width <= 391


# Every box that scrolls sideways, and whether the Tab key stops there and a name is read.
UNREACHED = """() => [...document.querySelectorAll(".bd-article *")].filter(box => {
        const {overflowX, display} = getComputedStyle(box);
        return display !== "inline" && /auto|scroll/.test(overflowX) && box.scrollWidth > box.clientWidth + 1
            && box.clientWidth > 0 && !box.parentElement.closest("mjx-container");
    }).filter(box => box.tabIndex < 0 || !box.getAttribute("aria-label"))
    .map(box => box.outerHTML.slice(0, 120))"""


@EVERY_PAGE
def test_what_scrolls_is_reached_by_key(visit, name):
    page = visit(name)[0]
    page.set_viewport_size({"width": 390, "height": 844})
    for _ in range(160):  # the theme and the book answer a moment after the last change of width
        page.wait_for_timeout(150)
        if not (unreached := page.evaluate(UNREACHED)):
            break
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not unreached, "\n".join(unreached)


def test_a_wide_equation_is_scrolled_with_the_arrow_keys(visit):
    page = visit("04_heat_capacity")[0]
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(600)
    boxes = page.locator(".bd-article :is(div.math, mjx-container)[tabindex='0']")
    assert boxes.count() > 0
    box = boxes.first.element_handle()
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=box)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_search_finds_a_chapter(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/search.html?q=echo")
    page.locator("#search-results a[href*='06_echo']").first.wait_for(timeout=PATIENCE)
    page.close()


@EVERY_PAGE
def test_every_picture_has_a_text(visit, name):
    page = visit(name)[0]
    silent = page.evaluate(
        """() => [...document.querySelectorAll('.bd-article img')]
                 .filter(i => !(i.getAttribute('alt') || '').trim()).map(i => i.src)"""
    )
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('.moving-figure svg')]
                 .filter(s => !(s.getAttribute('aria-label') || s.getAttribute('aria-labelledby')
                                || s.querySelector('title') || s.getAttribute('aria-hidden'))).length"""
    )
    assert not silent
    assert not unnamed, "a moving figure's picture needs an aria-label or a <title>"


@EVERY_PAGE
def test_every_slider_moves_its_picture(visit, name):
    page = visit(name)[0]
    dead = []
    figures = page.locator(".moving-figure")
    for i in range(figures.count()):
        figure = figures.nth(i)
        picture = figure.locator("svg").first
        sliders = figure.locator("input[type=range]")
        assert sliders.count() >= 2, f"moving figure {i + 1} of {name} has fewer than two sliders"
        for j in range(sliders.count()):
            slider = sliders.nth(j)
            assert slider.evaluate("s => s.labels.length > 0 || s.hasAttribute('aria-label')"
                                   " || s.hasAttribute('aria-labelledby')")  # fmt: skip
            before = picture.inner_html()
            low, high, now = slider.evaluate("s => [+s.min, +s.max, +s.value]")
            slider.focus()
            page.keyboard.press("ArrowRight" if now < high else "ArrowLeft")
            page.wait_for_timeout(150)
            pressed = picture.inner_html()
            if pressed == before:
                dead.append(f"figure {i + 1}, slider {j + 1}: the arrow key")
            there = high if now - low < high - now else low
            slider.evaluate(
                "(s, v) => { s.value = v; for (const e of ['input', 'change'])"
                " s.dispatchEvent(new Event(e, {bubbles: true})); }",
                there,
            )
            page.wait_for_timeout(150)
            if picture.inner_html() == pressed:
                dead.append(f"figure {i + 1}, slider {j + 1}: setting the value")
    assert not dead, "\n".join(dead)


def test_the_concordance_is_searched_sorted_and_linked(visit):
    page = visit("concordance")[0]
    shown = page.locator("table.concordance tbody tr:visible")
    count = page.locator(".concordance-controls output")
    words = page.locator(".concordance-controls input[type=search]")
    everything = shown.count()

    def says(number):
        page.wait_for_timeout(300)
        assert shown.count() == number
        assert count.inner_text() == f"{number} of {everything} equations"

    says(everything)
    page.locator("select[name=paper]").select_option("2016")
    says(100)
    page.locator("select[name=verdict]").select_option("corrected")
    corrected = page.locator("table.verdicts tr", has_text="corrected").locator("td").nth(2)
    says(int(corrected.inner_text()))
    assert "paper=2016&verdict=corrected" in page.url
    number = page.get_by_role("button", name="Eq.")
    number.click()
    number.click()
    numbers = [int(text) for text in shown.locator("td:nth-child(2)").all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)
    words.fill("no such word")
    says(0)
    page.get_by_role("button", name="clear").click()
    says(everything)
    words.fill("2016, eq. 93")
    says(1)
    words.fill("viete")
    page.wait_for_timeout(300)
    assert 0 < shown.count() < 20
    page.locator("table.verdicts button").first.click()
    assert "verdict=verified" in page.url
    page.evaluate("location.hash = '#equation-lubchenko2004-a7'")
    says(everything)
    row = page.locator("#equation-lubchenko2004-a7")
    assert row.evaluate("r => Math.abs(r.getBoundingClientRect().top) < innerHeight")


def test_terms_and_names_are_links_that_explain(visit):
    page = visit("04_heat_capacity")[0]
    term = page.locator('a[href^="glossary.html#"]').first
    assert len(term.get_attribute("title")) > 30
    assert page.locator('a[href="api/heat_capacity.html#etm.heat_capacity.ats"]').count() > 0


@pytest.mark.parametrize(
    ("formula", "bad"),
    [
        (r"\frac{1}{2} \color{blue}{x} \cancel{y}", False),
        (r"1 + \nosuchmacro", True),
        (r"\begin{nosuch}x\end{nosuch}", True),
        (r"\left( x", True),
    ],
)
def test_the_detector_of_bad_formulas_sees_them(browser, address, formula, bad):
    script = f'<script src="{address}/_static/vendor/mathjax/tex-chtml.js"></script>'
    page = browser.new_page()
    page.route(
        "**/sample.html",
        lambda route: route.fulfill(body=f"{script}\\({formula}\\)", content_type="text/html"),
    )
    page.goto(f"{address}/sample.html")
    page.wait_for_selector("mjx-container")
    assert bool(page.evaluate(BAD_FORMULAS)) is bad
    page.close()
