"""The built pages: no warnings, no dead link, no figure without words, nothing heavy."""

from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from pages import elements

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
