"""What the pages of the published record share: its rows, their addresses, links, tables.

Nothing is typed twice: the pages cannot say anything that the files in `data/` do not.
"""

import csv
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
EQUATIONS = DATA / "equations.csv"
PAPERS = {
    "jug2013": "Jug & Paliienko 2013",
    "jug2016": "Jug, Bonfanti & Kob 2016",
    "jug2018": "Jug 2018",
    "jug2021": "Jug & Recchia 2021",
    "lubchenko2004": "Lubchenko & Wolynes 2004",
}


def equations():
    """The rows of the concordance."""
    with EQUATIONS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def row_label(row):
    return f"equation-{row['paper']}-{row['number']}".lower()


def correction_label(row):
    return f"correction-{row['paper']}-{row['number']}".lower()


@cache
def corrections():
    """Labels of the entries on the pages of corrections."""
    text = "".join(
        p.read_text() for p in sorted((ROOT / "book/corrections").glob("*.ipynb"))
    )
    return set(re.findall(r'"\((correction-[\w-]+)\)=', text))


def proof_label(proof):
    """Where a proof is shown: a cell of a chapter, or a function on the page of proofs."""
    path, _, name = proof.partition("::" if "::" in proof else "#")
    return nodes.make_id(f"proof-{path}-{name}")


def short(row):
    return f"{row['paper'][-4:]}, eq. {row['number']}"


def sentence(text):
    text = " ".join(text.split())
    return text[:1].upper() + text[1:].rstrip(".") + "."


def link(env, target, title, kind="ref", domain="std", code=False):
    """A link to an address, a page (`doc`) or a name of the package (`obj`)."""
    inner = nodes.literal if code else nodes.inline
    return addnodes.pending_xref(
        "", inner(title, title), refdomain=domain, reftype=kind, reftarget=target,
        refexplicit=True, refwarn=True, refdoc=env.docname,
    )  # fmt: skip


class RecordDirective(SphinxDirective):
    """A directive that reads `data/` when the book is built."""

    def text(self, source):
        """Nodes of one line of MyST text."""
        return self.state.inline_text(source, self.lineno)[0] if source else []

    def depends_on(self, *paths):
        """Read the page again when a file, or this one, has changed."""
        for path in (*paths, __file__):
            self.env.note_dependency(str(path))

    def target(self, node, label, title):
        """Give a node an address that `ref` links find."""
        node["ids"].append(label)
        domain = self.env.domains["std"]
        domain.note_hyperlink_target(label, self.env.docname, label, title)

    def table(self, heads, rows, classes=()):
        """A table; a cell is a list of paragraphs, or of nodes that make one."""
        table = nodes.table(classes=list(classes))
        group = nodes.tgroup(cols=len(heads))
        table += group
        group += [nodes.colspec(colwidth=1) for _ in heads]
        for part, lines in ((nodes.thead(), [heads]), (nodes.tbody(), rows)):
            group += part
            for cells in lines:
                line = nodes.row()
                part += line
                for cell in cells:
                    paragraphs = any(isinstance(n, nodes.paragraph) for n in cell)
                    line += nodes.entry(
                        "", *(cell if paragraphs else [nodes.paragraph("", "", *cell)])
                    )
        return table
