"""The printed book: every formula, stills for the moving figures, contents with the right pages."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from make_pdf import join, pages_of_anchors, print_pdf, reading_order

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["book/index", "book/01_polycluster", "book/bibliography"]
CHAPTER = nbformat.read(ROOT / "book" / "01_polycluster.ipynb", as_version=4)


@pytest.fixture(scope="module")
def joined(site):
    return join(site, [entry for entry in reading_order() if entry[1] in PAGES])


@pytest.fixture(scope="module")
def printed(browser, joined, tmp_path_factory):
    """(formulas, pages of the headings, what is too wide, bytes) of a few pages."""
    target = tmp_path_factory.mktemp("pdf") / "part.pdf"
    return *print_pdf(browser, joined, target), target.read_bytes()


def count_of_pages(pdf):
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def squeezed(text):
    return re.sub(r"\s", "", text)


def test_the_order_is_that_of_the_contents():
    names = [page for _, page, _ in reading_order()]
    assert names == re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text())


def test_no_formula_is_lost(printed, site):
    formulas, _, _, _ = printed
    articles = [
        BeautifulSoup((site / f"{name}.html").read_text(), "html.parser").select_one("article")
        for name in PAGES
    ]
    assert formulas["expected"] == sum(len(a.select(".math")) for a in articles) > 100
    assert not formulas["unset"]
    assert not formulas["wrong"]


def test_nothing_is_wider_than_the_page(printed):
    assert not printed[2]


def test_the_contents_name_the_pages_of_the_chapters(printed):
    _, numbers, _, pdf = printed
    chapters = [numbers[name.replace("/", "-")] for name in PAGES]
    assert 2 < chapters[0] < chapters[1] < chapters[2] <= count_of_pages(pdf)


def test_the_pages_of_anchors_are_those_on_which_they_stand(browser):
    heads = [f'<h2 id="head-{i}" style="break-before: page">{i}</h2>' for i in range(2, 30)]
    links = [f'<a href="#head-{i}">{i}</a>' for i in range(2, 30)]
    page = browser.new_page()
    page.set_content("".join(links + heads))
    assert pages_of_anchors(page.pdf()) == {f"head-{i}": i for i in range(2, 30)}
    page.close()


def test_figures_stand_still_and_folded_code_stays_folded(joined):
    book = BeautifulSoup(joined, "html.parser")
    stills = book.select("figure.moving-figure > svg")
    moving = [c for c in CHAPTER.cells if "moving-figure" in str(c.get("outputs", ""))]
    assert len(stills) == len(moving) + 1
    assert not book.select('script[type="application/json"]')
    text = squeezed(book.text)
    for cell in CHAPTER.cells:
        if cell.cell_type == "code" and cell.source.strip():
            tags = cell.metadata.get("tags", [])
            folded = any(
                tag in tags for tag in ("hide-input", "hide-cell", "remove-input", "remove-cell")
            )
            assert (squeezed(cell.source) in text) is not folded, cell.id


def test_links_lead_inside_or_to_another_host(joined):
    book = BeautifulSoup(joined, "html.parser")
    names = {e["id"] for e in book.find_all(id=True)}
    links = [a["href"] for a in book.find_all("a", href=True)]
    assert len(links) > 50
    dead = [link for link in links if not link.startswith("http") and link.lstrip("#") not in names]
    assert not dead
