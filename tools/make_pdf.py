"""Print the built book as one PDF: contents with page numbers, stills for the figures that move.

python tools/make_pdf.py                                 the whole book, after `make book`
python tools/make_pdf.py --pages book/02_three_wells     only the named pages

The articles of the HTML pages are joined in reading order, their formulas are set by the book's own
MathJax, what is too wide is made smaller, and Chromium prints twice: the first time tells the pages
on which the headings stand, the second has them in the contents. It fails if a formula is lost.
"""

import argparse
import re
import shutil
import sys
from html import escape
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "pdf" / "etm.pdf"
STYLES = ["styles/theme.css", "styles/pydata-sphinx-theme.css", "pygments.css", "mystnb.*.css", "proof.css",
          "exercise.css", "sphinx-design.min.css", "book.css", "moving-figure.css", "print.css"]  # fmt: skip
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
PATIENCE = 900_000  # milliseconds for anything the browser does

# What belongs to the screen: marks to click, and code that the page keeps folded.
ON_SCREEN_ONLY = ("script, .headerlink, .page-tools, .viewcode-link, details.hide, "
                  ".tag_hide-input details, .backrefs")  # fmt: skip

MATHJAX = """window.MathJax = {
  options: {enableMenu: false, enableAssistiveMml: false,
            processHtmlClass: "tex2jax_process|mathjax_process|math|output_area"},
  startup: {ready() { MathJax.startup.defaultReady(); window.formulasAreSet = MathJax.startup.promise; }}
};"""

# Formulas, tables and texts of code wider than the column are made as small as they must be.
FIT = """() => {
    const room = box => {
        const {paddingLeft, paddingRight} = getComputedStyle(box);
        return box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    };
    for (const formula of document.querySelectorAll('mjx-container[display="true"]')) {
        const number = formula.closest(".math").querySelector(".eqno")?.offsetWidth ?? 0;
        const ratio = (room(formula.closest(".math").parentElement) - 2 * number)
            / formula.querySelector("mjx-math").getBoundingClientRect().width;
        if (ratio < 1) formula.style.fontSize = `${Math.max(98 * ratio, 40)}%`;
    }
    for (const table of document.querySelectorAll(".bd-article table")) {
        const ratio = room(table.parentElement) / table.offsetWidth;
        if (ratio < 1) table.style.zoom = Math.max(0.98 * ratio, 0.4);
    }
    for (const block of document.querySelectorAll(".cell_input, .cell_output, .admonition, table"))
        if (block.offsetHeight < 450) block.classList.add("short");
}"""

TOO_WIDE = """() => [...document.querySelectorAll(".bd-article *")].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.right > document.body.clientWidth + 8
        && !e.closest("svg") && !e.closest("mjx-assistive-mml");
}).slice(0, 20).map(e => `${e.closest("article").id}: ${e.outerHTML.slice(0, 120)}`)"""

FORMULAS = """() => ({
    expected: document.querySelectorAll(".math").length,
    unset: [...document.querySelectorAll(".math")].filter(m => !m.querySelector("mjx-container"))
        .map(m => m.textContent.slice(0, 80)),
    wrong: [...document.querySelectorAll("mjx-merror, mjx-container *")]
        .filter(e => e.localName === "mjx-merror" || e.style.color === "red").map(e => e.textContent),
})"""


def reading_order():
    """(caption of the part or None, name of the page, depth), as in _toc.yml."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    pages = [(None, toc["root"], 1)]
    for part in toc["parts"]:
        caption = part["caption"]
        for chapter in part["chapters"]:
            pages.append((caption, chapter["file"], 1))
            caption = None
            pages += [(None, section["file"], 2) for section in chapter.get("sections", [])]
    return pages


def anchor(page, name=""):
    """The address inside the PDF of a page, or of an element of it."""
    return re.sub(r"[^\w-]", "-", page) + (f"--{name}" if name else "")


def article(site, page, joined):
    """The text of one page, its links turned inwards, without what belongs to the screen."""
    html = (site / f"{page}.html").read_text(encoding="utf-8")
    html = re.sub(r'<script type="application/json">.*?</script>', "", html, flags=re.DOTALL)
    found = BeautifulSoup(html, "html.parser").select_one("article.bd-article")
    for node in found.select(ON_SCREEN_ONLY):
        if not node.decomposed:
            node.decompose()
    for node in found.find_all("details"):
        node["open"] = ""
    for node in found.find_all(id=True):
        if not node.find_parent("svg"):
            node["id"] = anchor(page, node["id"])
    for node in found.find_all(src=True):
        if not node["src"].startswith("data:"):
            node["src"] = urljoin((site / f"{page}.html").as_uri(), node["src"])
    for node in found.find_all("a", href=True):
        target = inward(page, node["href"], joined)
        if target is None:
            del node["href"]
        else:
            node["href"] = target
    found["id"] = anchor(page)
    return found


def inward(page, link, joined):
    """Where a link of a page leads in the PDF: inside, to another host, or (None) nowhere."""
    if re.match(r"[a-z]+:", link):
        return link
    target, fragment = urldefrag(link)
    path = unquote(urljoin(f"/{page}.html", target)).lstrip("/").removesuffix(".html")
    return f"#{anchor(path, fragment)}" if path in joined else None


def contents(articles, order):
    """The table of contents; numbers of pages are filled in when they are known."""
    lines = []
    for caption, page, depth in order:
        if caption:
            lines.append(f'<p class="part">{escape(caption)}</p>')
        heads = articles[page].find_all(["h1", "h2"] if depth == 1 else ["h1"])
        for head in heads:
            level = depth if head.name == "h1" else depth + 1
            target = head.find_parent("section")
            goal = anchor(page) if head.name == "h1" else target["id"]
            lines.append(
                f'<p class="entry level-{level}"><a href="#{goal}">{head.decode_contents()}</a>'
                f'<span class="leader"></span><span class="number" data-goal="{goal}"></span></p>'
            )
    return "\n".join(lines)


def join(site, order):
    """The whole book as one HTML page."""
    names = {page for _, page, _ in order}
    articles = {page: article(site, page, names) for page in names}
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    static = site / "_static"
    styles = chain.from_iterable(sorted(static.glob(style)) for style in STYLES)
    links = "".join(f'<link rel="stylesheet" href="{style.as_uri()}">' for style in styles)
    title = escape(config["title"])
    body = "".join(f'<div class="chapter">{articles[page]}</div>' for _, page, _ in order)
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8"><title>{title}</title>{links}
<script>{MATHJAX}</script>
<script defer src="{(static / "vendor/mathjax/tex-chtml.js").as_uri()}"></script></head>
<body class="print"><div class="title-page"><h1>{title}</h1>
<p class="subtitle">A computational monograph on glasses at low temperature</p>
<p>{escape(config["author"])}</p><p>Version {citation["version"]}, {config["copyright"]}</p>
<p class="licence">{config["html"]["extra_footer"]}<br>{escape(citation["repository-code"])}<br>
Figures that move in the pages of the book stand still here, with the values for which they are drawn.</p></div>
<nav class="book-contents"><h1>Contents</h1>{contents(articles, order)}</nav>
<div class="bd-content">{body}</div></body></html>"""


def pages_of_anchors(pdf):
    """Name of a destination -> number of its page, from the bytes of a PDF printed by Chromium."""
    objects = dict(re.findall(rb"\n(\d+) 0 obj\n<<(/Type /Pages?\b.*?)>>\nendobj", pdf, re.DOTALL))
    children = {
        number: re.findall(rb"(\d+) 0 R", match[1])
        for number, body in objects.items()
        if (match := re.search(rb"/Kids \[(.*?)\]", body, re.DOTALL))
    }
    inner = set(chain.from_iterable(children.values()))
    (root,) = set(children) - inner

    def leaves(number):
        return (
            chain.from_iterable(map(leaves, children[number])) if number in children else [number]
        )

    place = {number: at for at, number in enumerate(leaves(root), start=1)}
    found = re.findall(rb"/([^\s/\[\]<>()]+) \[(\d+) 0 R /XYZ", pdf)
    unescape = re.compile(rb"#([0-9A-Fa-f]{2})")
    return {
        unescape.sub(lambda m: bytes.fromhex(m[1].decode()), name).decode(): place[number]
        for name, number in found
        if number in place
    }


def browser_path():
    """A Chromium that is already on the machine, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def print_pdf(browser, html, target):
    """Print a joined page; its formulas, the pages of its headings, and what is still too wide."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source = target.with_suffix(".html")
    source.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 642, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.emulate_media(media="print")
    page.goto(source.as_uri())
    page.wait_for_function("() => window.formulasAreSet")
    page.evaluate("() => window.formulasAreSet.then(() => document.fonts.ready).then(() => true)")
    formulas = page.evaluate(FORMULAS)
    page.evaluate(FIT)
    wide = page.evaluate(TOO_WIDE)
    options = {
        "prefer_css_page_size": True,
        "print_background": True,
        "outline": True,
        "tagged": True,
    }
    numbers = pages_of_anchors(page.pdf(**options))
    page.evaluate(
        """numbers => { for (const place of document.querySelectorAll(".book-contents .number"))
               place.textContent = numbers[place.dataset.goal] ?? ""; }""",
        numbers,
    )
    page.pdf(path=target, **options)
    page.close()
    source.unlink()
    return formulas, numbers, wide


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, default=SITE, help="folder of the built pages")
    parser.add_argument("--output", type=Path, default=TARGET, help="default: _build/pdf/etm.pdf")
    parser.add_argument("--pages", nargs="+", help="default: every page of the book")
    chosen = parser.parse_args(arguments)
    order = [entry for entry in reading_order() if not chosen.pages or entry[1] in chosen.pages]
    if not order:
        parser.error(f"no such pages: {' '.join(chosen.pages)}")
    if browser_path() is None:
        sys.exit(
            "make pdf needs Chromium; install it (Debian: apt-get install chromium) and run again"
        )
    html = join(chosen.site.resolve(), order)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=quiet)
        formulas, _, wide = print_pdf(browser, html, chosen.output)
        browser.close()
    for line in wide:
        print("wider than the page:", line, file=sys.stderr)
    if formulas["unset"] or formulas["wrong"]:
        print("formulas lost:", *formulas["unset"], *formulas["wrong"], sep="\n  ", file=sys.stderr)
        return 1
    print(f"{chosen.output}: {len(order)} pages of the book, {formulas['expected']} formulas")
    return 0


if __name__ == "__main__":
    sys.exit(main())
