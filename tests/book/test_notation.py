"""Notation, glossary and bibliography: every name exists, every citation and term resolves."""

import importlib
import inspect
import json
import pkgutil
import re
from collections import Counter
from dataclasses import fields, is_dataclass
from pathlib import Path

import nbformat
import pytest
from pybtex.database import parse_file

import etm

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
NOTATION, GLOSSARY = BOOK / "notation.md", BOOK / "glossary.md"

DOTTED = re.compile(r"`(etm(?:\.\w+)+)`")
CITATION = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
TERM = re.compile(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`")


def pages():
    """(name, text) of every page of the book, only the words of notebooks."""
    for path in sorted([*BOOK.rglob("*.md"), *BOOK.rglob("*.ipynb")]):
        if path.suffix == ".md":
            yield path.name, path.read_text(encoding="utf-8")
        elif ".ipynb_checkpoints" not in path.parts:
            cells = nbformat.read(path, as_version=4).cells
            yield path.name, "\n".join(c.source for c in cells if c.cell_type == "markdown")


def arguments():
    """The names of all arguments of the functions, methods and data classes of the package."""
    found = set()
    for info in pkgutil.iter_modules(etm.__path__):
        module = importlib.import_module(f"etm.{info.name}")
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            members = [thing]
            if inspect.isclass(thing):
                members = [member for _, member in inspect.getmembers(thing)]
                found |= {f.name for f in fields(thing)} if is_dataclass(thing) else set()
            for member in members:
                if inspect.isfunction(member) or inspect.ismethod(member):
                    found |= set(inspect.signature(member).parameters)
    return found


@pytest.mark.parametrize("page", [NOTATION, GLOSSARY], ids=lambda p: p.stem)
def test_every_name_of_the_package_imports(page):
    names = DOTTED.findall(page.read_text(encoding="utf-8"))
    for name in names:
        pkgutil.resolve_name(name)
    assert names or page == GLOSSARY


def test_other_names_in_the_tables_are_arguments():
    tables = NOTATION.read_text(encoding="utf-8").split("\n\n")
    rows = [row for table in tables if "| In `etm` |" in table for row in table.splitlines()[2:]]
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert len(names) > 20
    assert names <= arguments()


@pytest.mark.parametrize("name", ["etm.no_such_module.name", "etm.units.no_such_name"])
def test_a_name_that_does_not_exist_is_found_out(name):
    with pytest.raises(AttributeError):
        pkgutil.resolve_name(name)


def terms():
    """All terms of the glossary, in order, synonyms one by one."""
    body = GLOSSARY.read_text(encoding="utf-8").split("```{glossary}")[1].split("```")[0]
    return [line for line in body.splitlines() if line and line[0] not in " :"]


def test_the_glossary_names_each_term_once():
    names = [name.casefold() for name in terms()]
    assert len(names) > 50
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_linked_term_is_in_the_glossary():
    known = set(terms())
    linked = {(page, term) for page, text in pages() for term in TERM.findall(text)}
    assert linked
    assert {(page, term) for page, term in linked if term not in known} == set()


@pytest.mark.parametrize("page", sorted(BOOK.glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_chapter_links_a_term_once(page):
    text = dict(pages())[page.name]
    again = [term for term, count in Counter(TERM.findall(text)).items() if count > 1]
    assert again == []


def bibliography():
    return parse_file(str(BOOK / "references.bib"), bib_format="bibtex").entries


def test_every_citation_is_in_the_bibliography():
    cited = {key.strip() for _, text in pages() for keys in CITATION.findall(text)
             for key in keys.split(",")}  # fmt: skip
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    sources = [s for part in [package, *package["resources"]] for s in part.get("sources", ())]
    cited |= {source["citation_key"] for source in sources if "citation_key" in source}
    assert len(cited) > 10
    assert cited - set(bibliography()) == set()


def test_no_work_stands_twice_in_the_bibliography():
    # The reader of the file has already refused a key that stands twice.
    places, titles = Counter(), Counter()
    for entry in bibliography().values():
        place = [entry.fields.get(part, "") for part in ("journal", "volume", "pages")]
        if place[0]:
            place[2] = re.split(r"\D", place[2])[0]
            places[tuple(place)] += 1
        if title := re.sub(r"\W", "", entry.fields.get("title", "")).casefold():
            titles[title] += 1
    assert [work for work, count in (places + titles).items() if count > 1] == []


def test_every_work_says_who_when_and_where():
    for key, entry in bibliography().items():
        assert entry.persons.get("author") or entry.persons.get("editor"), key
        assert re.fullmatch(r"\d{4}", entry.fields["year"]), key
        assert key.rstrip("abcdefghijklmnopqrstuvwxyz").endswith(entry.fields["year"]), key
        where = {"journal", "publisher", "school", "note"} & set(entry.fields)
        assert where, key
