"""The built pages: no warnings, no dead link, no figure without words, nothing heavy."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urldefrag, urlsplit

import pytest
import yaml
from pages import elements

ROOT = Path(__file__).resolve().parents[2]
LARGEST_PAGE = 2_000_000  # bytes of a page and its own pictures


@pytest.fixture(scope="module")
def pages(site):
    """Path -> elements, for every page of the book."""
    found = {p.resolve(): elements(p.read_text(encoding="utf-8")) for p in sorted(site.rglob("*.html"))
             if "_static" not in p.relative_to(site).parts}  # fmt: skip
    assert (site / "book" / "index.html").resolve() in found
    return found


def chapters(pages):
    return {path: page for path, page in pages.items() if "book" in path.parts[-3:-1]}


def is_local(link):
    parts = urlsplit(link)
    return not parts.scheme and not parts.netloc


def test_the_book_builds_without_warnings(build_log):
    code, log, _ = build_log
    assert code == 0, log[-4000:]
    assert "WARNING" not in log


def test_every_internal_link_resolves(pages):
    names = {path: {e.attributes.get("id") for e in page} | {e.attributes.get("name") for e in page}
             for path, page in pages.items()}  # fmt: skip
    dead = []
    for path, page in pages.items():
        for element in page:
            for attribute in ("href", "src"):
                link = element.attributes.get(attribute)
                if not link or not is_local(link) or link == "#":
                    continue
                target, fragment = urldefrag(link)
                file = (path.parent / unquote(urlsplit(target).path)).resolve() if target else path
                if not file.exists() or (
                    fragment and file in names and unquote(fragment) not in names[file]
                ):
                    dead.append(f"{path.name}: {link}")
    assert not dead, "\n".join(dead)


def test_no_page_loads_anything_from_another_host(pages):
    loads = {
        "script": "src",
        "link": "href",
        "img": "src",
        "iframe": "src",
        "source": "src",
        "object": "data",
    }
    foreign = [
        f"{path.name}: <{e.tag}> {e.attributes[loads[e.tag]]}"
        for path, page in pages.items()
        for e in page
        if e.tag in loads
        and e.attributes.get(loads[e.tag])
        and not is_local(e.attributes[loads[e.tag]])
        and not e.attributes[loads[e.tag]].startswith("data:")
        and not (e.tag == "link" and e.attributes.get("rel") == "canonical")
    ]
    assert not foreign, "\n".join(foreign)


def test_no_page_is_heavy(pages):
    for path, page in chapters(pages).items():
        own = {
            (path.parent / unquote(e.attributes["src"])).resolve()
            for e in page
            if e.tag == "img"
            and is_local(e.attributes.get("src", ""))
            and "_static" not in e.attributes["src"]
        }
        assert path.stat().st_size + sum(f.stat().st_size for f in own) < LARGEST_PAGE, path.name


def test_every_picture_says_what_it_shows(pages):
    silent = []
    for path, page in chapters(pages).items():
        for e in page:
            if e.tag != "img" or not e.inside("article"):
                continue
            alt = (e.attributes.get("alt") or "").strip()
            # Sphinx puts the address of the picture where no text was given.
            if len(alt) < 15 or alt.endswith((".png", ".svg", ".jpg")):
                silent.append(f"{path.name}: {e.attributes.get('src')}")
    assert not silent, "pictures without alt text:\n" + "\n".join(silent)


def test_every_figure_has_a_caption(pages):
    bare = []
    for path, page in chapters(pages).items():
        captioned = {id(e.ancestors[-1]) for e in page if e.tag == "figcaption" and e.text.strip()}
        for e in page:
            is_picture = e.tag == "img" and e.inside("article")
            is_moving = e.tag == "figure" and e.has("moving-figure")
            around = [*e.ancestors, e]
            if (is_picture or is_moving) and not any(id(a) in captioned for a in around):
                bare.append(
                    f"{path.name}: <{e.tag}> {e.attributes.get('src') or e.attributes.get('id')}"
                )
    assert not bare, "figures without a caption:\n" + "\n".join(bare)


def documents(site, pages):
    """Title of the page and its elements, for every page written by hand."""
    contents = (ROOT / "_toc.yml").read_text()
    for name in re.findall(r"(?:file|root): (\S+)", contents):
        yield name, pages[(site / f"{name}.html").resolve()]


def links(page):
    return {
        e.text.strip(): e.attributes["href"]
        for e in page
        if e.tag == "a" and "href" in e.attributes
    }


def test_every_page_is_launched_reported_and_cited(site, pages):
    for name, page in documents(site, pages):
        launch = [e.attributes["href"] for e in page if e.tag == "a"
                  and e.attributes.get("title") == "Launch on Binder"]  # fmt: skip
        source = ROOT / f"{name}.ipynb"
        opened = f"{name}.ipynb" if source.exists() else "book"
        assert len(launch) == 1, name
        assert launch[0].endswith(f"?urlpath=lab/tree/{opened}"), name
        tools = links([e for e in page if e.inside("ul", "page-tools")])
        report = urlsplit(tools["Report a problem with this page"])
        query = parse_qs(report.query)
        heading = next(e.text for e in page if e.tag == "h1" and e.inside("article"))
        title = re.sub(r"^[\d. ]+|#$", "", heading.strip())
        assert report.path.endswith("/issues/new"), name
        assert title in query["title"][0], name
        assert f"{name}.html" in query["body"][0], name
        assert tools["How to cite"].endswith("#how-to-cite"), name
        assert ("Download the notebook" in tools) is source.exists(), name


def test_every_notebook_and_every_table_is_downloaded(site, pages):
    for name, page in documents(site, pages):
        source = ROOT / f"{name}.ipynb"
        if source.exists():
            tools = links([e for e in page if e.inside("ul", "page-tools")])
            file = (site / name).parent / tools["Download the notebook"]
            assert file.read_bytes() == source.read_bytes(), name
    offered = {urlsplit(e.attributes["href"]).path.rpartition("/")[2]
               for e in pages[(site / "book/tables.html").resolve()]
               if e.tag == "a" and "download" in e.attributes}  # fmt: skip
    package = json.loads((ROOT / "data/datapackage.json").read_text())
    assert {r["path"] for r in package["resources"] if r["name"] != "equations"} <= offered


def test_how_to_cite_says_what_the_citation_file_says(site, pages):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    front = pages[(site / "book/index.html").resolve()]
    (section,) = (
        e for e in front if e.tag == "section" and e.attributes.get("id") == "how-to-cite"
    )
    for part in (citation["title"], citation["version"], citation["repository-code"]):
        assert section.text.count(part) == 2
    assert "@software{" in section.text
