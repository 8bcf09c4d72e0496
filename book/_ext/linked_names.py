"""Names become links: functions, equations, terms, the cells of a notebook.

`etm.heat_capacity.ats` in a text or a docstring links to the API reference, and
"2018, eq. 8" to its row in the concordance; a term of the glossary shows its meaning
under the pointer; a code cell can be addressed by its id; a function of the
reference lists the equations it implements.
"""

import importlib
import inspect
import json
import re

from docutils import nodes
from published_record import (
    correction_label,
    equations,
    link,
    proof_label,
    row_label,
    short,
)
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

NAME = re.compile(r"^(etm(?:\.\w+)+)(\(.*\))?$")
EQUATION = re.compile(
    r"(?:(20\d\d), )?eqs?\.? ((?:[AB]?\d+)(?:(?:, | and |[–-])[AB]?\d+)*)\b(?!\.\d)"
)
BAR = re.compile(r"(`[^`]*`)|\|")


def resolve(name):
    """The object behind a dotted name of the package, or None."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        try:
            for part in parts[cut:]:
                thing = getattr(thing, part)
        except AttributeError:
            return None
        return thing
    return None


def canonical(name):
    """The name under which the API reference describes an object; None for what it leaves out."""
    thing = resolve(name)
    if inspect.ismodule(thing):
        return thing.__name__
    if isinstance(thing, property):
        thing = thing.fget
    thing = inspect.unwrap(thing) if callable(thing) else thing
    module, path = (
        getattr(thing, "__module__", None),
        getattr(thing, "__qualname__", None),
    )
    if not path or not (module or "").startswith("etm."):
        return None
    home = importlib.import_module(module)
    package = importlib.import_module(".".join(module.split(".")[:2]))
    for place in (package, home):
        if path.split(".")[0] in getattr(place, "__all__", ()):
            return f"{place.__name__}.{path}"
    return None


class LinkNames(SphinxTransform):
    """Inline code that is a public name of the package becomes a link to it."""

    default_priority = 400

    def apply(self):
        for node in list(self.document.findall(nodes.literal)):
            match = NAME.match(node.astext())
            if not match or isinstance(
                node.parent, (addnodes.pending_xref, nodes.reference)
            ):
                continue
            if any(isinstance(p, nodes.title) for p in parents(node)):
                continue
            target = canonical(match[1])
            if target:
                node.replace_self(
                    link(self.env, target, node.astext(), "obj", "py", True)
                )


class LinkEquations(SphinxTransform):
    """A numbered equation, "2018, eqs 5 and 8", links to its rows in the concordance.

    A page of corrections is about one paper and names its year only for others.
    """

    default_priority = 400
    silent = (nodes.title, nodes.reference, addnodes.pending_xref, nodes.FixedTextElement,
              nodes.literal, nodes.math, nodes.math_block, nodes.raw, nodes.term)  # fmt: skip

    def apply(self):
        labels = {(row["paper"], row["number"]): row_label(row) for row in equations()}
        paper_of = {paper[-4:]: paper for paper, _ in labels}
        here = self.env.docname.rpartition("/")[2]
        for text in list(self.document.findall(nodes.Text)):
            if any(isinstance(p, self.silent) for p in parents(text)):
                continue
            pieces, end = [], 0
            for match in EQUATION.finditer(text):
                paper = paper_of.get(match[1], here)
                for number in re.finditer(r"[AB]?\d+", match[2]):
                    start, stop = (match.start(2) + n for n in number.span())
                    start = match.start() if number.start() == 0 else start
                    if (paper, number[0]) in labels:
                        title = text[start:stop]
                        pieces += [nodes.Text(text[end:start]),
                                   link(self.env, labels[paper, number[0]], title)]  # fmt: skip
                        end = stop
            if pieces:
                text.parent.replace(text, [*pieces, nodes.Text(text[end:])])


class NameCells(SphinxTransform):
    """Every code cell of a notebook carries its id, so that a proof can be linked."""

    default_priority = 400

    def apply(self):
        path = self.env.doc2path(self.env.docname, base=False)
        if not path.endswith(".ipynb"):
            return
        with open(self.env.doc2path(self.env.docname), encoding="utf-8") as file:
            cells = json.load(file)["cells"]
        for node in self.document.findall(nodes.container):
            if "cell_index" not in node:
                continue
            name = cells[node["cell_index"]].get("id")
            if name and node.get("nb_element") == "cell_code":
                label = proof_label(f"{path}#{name}")
                node["ids"].append(label)
                self.env.domains["std"].note_hyperlink_target(
                    label, self.env.docname, label, name
                )


def rows_of_a_correction(app, doctree):
    """Below the heading of a correction, the rows of the concordance that it is about."""
    rows = {correction_label(row): row for row in equations()}
    for section in doctree.findall(nodes.section):
        about = [rows[name] for name in section["ids"] if name in rows]
        if not about:
            continue
        line = nodes.paragraph(
            "", "", nodes.Text("In the concordance: "), classes=["notes"]
        )
        for i, row in enumerate(about):
            line += nodes.Text(", " if i else "")
            line += link(app.env, row_label(row), short(row))
        section.insert(1, line)


class Hover(SphinxPostTransform):
    """A link to a term, a proof or a row carries what it means as its title."""

    default_priority = 11  # after the links are resolved

    def run(self):
        meanings = self.meanings() | {
            name: title
            for name, (_, _, title) in self.env.domains["std"].labels.items()
            if name.startswith(("proof-", "equation-")) and title
        }
        for reference in self.document.findall(nodes.reference):
            target = (
                reference.get("refid")
                or (reference.get("refuri") or "").rpartition("#")[2]
            )
            if target in meanings:
                reference["reftitle"] = meanings[target]

    def meanings(self):
        cache = self.env.temp_data
        if "etm_meanings" not in cache:
            found = {}
            documents = {
                doc for doc, _ in self.env.domains["std"].data["objects"].values()
            }
            for doc in documents:
                if doc.rpartition("/")[2] == "glossary":
                    for item in self.env.get_doctree(doc).findall(
                        nodes.definition_list_item
                    ):
                        definition = next(item.findall(nodes.definition))[0].astext()
                        for term in item.findall(nodes.term):
                            found |= {
                                name: " ".join(definition.split())
                                for name in term["ids"]
                            }
            cache["etm_meanings"] = found
        return cache["etm_meanings"]


def parents(node):
    while node.parent is not None:
        node = node.parent
        yield node


def finish_docstring(app, what, name, thing, options, lines):
    """Append to a docstring the rows of the concordance that name the function.

    Docstrings are written for a terminal: their bars are bars, not substitutions.
    """
    lines[:] = [BAR.sub(lambda m: m[1] or r"\|", line) for line in lines]
    rows = [
        r for r in equations() if name in {canonical(f) for f in r["function"].split()}
    ]
    if rows:
        links = ", ".join(f":ref:`{short(row)} <{row_label(row)}>`" for row in rows)
        lines += ["", ".. rubric:: Equations", "", links, ""]


def setup(app):
    app.add_transform(LinkNames)
    app.add_transform(LinkEquations)
    app.add_transform(NameCells)
    app.add_post_transform(Hover)
    app.connect("doctree-read", rows_of_a_correction, priority=100)
    app.connect("autodoc-process-docstring", finish_docstring, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
