"""The published record on the book's pages: tables, equations and their proofs.

Directives, all of which read `data/` when the book is built:

    published-tables   the tables of one paper, each with its source and its file
    concordance        one row for every numbered equation
    verdicts           how many equations of each paper have which verdict

Nothing is typed twice: the pages cannot say anything that the files do not.
"""

import csv
import json
import re
from collections import Counter
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
VERDICTS = [
    "verified",
    "corrected",
    "approximation",
    "definition",
    "order of magnitude",
    "not checkable",
    "open",
]
EXPONENT = re.compile(r"^([-+]?[\d.]+)[eE]([-+]?)0*(\d+)$")


def equations():
    """The rows of the concordance."""
    with EQUATIONS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def row_label(row):
    return f"equation-{row['paper']}-{row['number']}".lower()


def proof_label(proof):
    """Where a proof is shown: a cell of a chapter, or a function on the page of proofs."""
    path, _, name = proof.partition("::" if "::" in proof else "#")
    return nodes.make_id(f"proof-{path}-{name}")


def short(row):
    return f"{row['paper'][-4:]}, eq. {row['number']}"


class RecordDirective(SphinxDirective):
    """What the directives share: text with formulas, links, tables."""

    def text(self, source):
        """Nodes of one line of MyST text."""
        return self.state.inline_text(source, self.lineno)[0] if source else []

    def depends_on(self, path):
        """Read the page again when a file, or this one, has changed."""
        for changed in (path, __file__):
            self.env.note_dependency(str(changed))

    def target(self, node, label, title):
        """Give a node an address that `ref` links find."""
        node["ids"].append(label)
        self.env.domains["std"].note_hyperlink_target(
            label, self.env.docname, label, title
        )

    def link(self, label, title, code=False):
        """A link to an address anywhere in the book."""
        inner = nodes.literal if code else nodes.inline
        return addnodes.pending_xref(
            "", inner(title, title), refdomain="std", reftype="ref", reftarget=label,
            refexplicit=True, refwarn=True, refdoc=self.env.docname,
        )  # fmt: skip

    def table(self, heads, rows, classes=()):
        """A table of lists of cells, each cell a list of nodes."""
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
                    blocks = [n if isinstance(n, nodes.Body) and not isinstance(n, nodes.Inline)
                              else None for n in cell]  # fmt: skip
                    entry = nodes.entry()
                    if any(blocks):
                        entry += cell
                    else:
                        entry += nodes.paragraph("", "", *cell)
                    line += entry
        return table


class PublishedTables(RecordDirective):
    """All tables of one paper, in the order of `datapackage.json`."""

    required_arguments = 1

    def run(self):
        package = DATA / "datapackage.json"
        self.depends_on(package)
        resources = json.loads(package.read_text(encoding="utf-8"))["resources"]
        key = self.arguments[0]
        chosen = [r for r in resources if r["name"].split("_")[0] == key]
        if not chosen:
            raise self.error(f"no table of {key!r} in {package.name}")
        return [self.section(resource) for resource in chosen]

    def section(self, resource):
        path = DATA / resource["path"]
        self.depends_on(path)
        with path.open(newline="", encoding="utf-8") as file:
            _, *lines = csv.reader(file)
        fields = resource["schema"]["fields"]
        section = nodes.section(ids=[])
        self.target(
            section, "table-" + resource["name"].replace("_", "-"), resource["title"]
        )
        section += nodes.title("", "", *self.text(resource["title"]))
        section += nodes.paragraph("", "", nodes.strong("", resource["source_table"]), nodes.Text(
            f". {sentence(resource['origin'])}"))  # fmt: skip
        section += self.table(
            [self.head(field) for field in fields],
            [[[nodes.Text(as_printed(value))] for value in line] for line in lines],
            ["published"],
        )
        if resource.get("notes"):
            section += nodes.paragraph(
                "", "", *self.text(resource["notes"]), classes=["notes"]
            )
        name = resource["path"]
        download = addnodes.download_reference(
            "",
            "",
            nodes.literal("", name),
            reftarget=f"/data/{name}",
            refdoc=self.env.docname,
        )
        read = nodes.literal("", f'etm.tables.read("{resource["name"]}")')
        section += nodes.paragraph("", "", nodes.Text("Download "), download,
                                   nodes.Text(", or "), read, nodes.Text("."), classes=["download"])  # fmt: skip
        return section

    def head(self, field):
        unit = field.get("unit")
        cell = [
            nodes.inline("", field.get("symbol") or field["name"].replace("_", " "))
        ]
        if unit and unit != "1":
            cell += [nodes.Text(" "), nodes.inline("", f"[{unit}]", classes=["unit"])]
        return [
            nodes.abbreviation("", "", *cell, explanation=field.get("description", ""))
        ]


class Concordance(RecordDirective):
    """Every numbered equation: what it says, the verdict, and where to find code and proof."""

    def run(self):
        self.depends_on(EQUATIONS)
        heads = ["Paper", "Eq.", "What it says", "Verdict", "Chapter", "Code and proof"]
        table = self.table([[nodes.Text(head)] for head in heads],
                           [self.cells(row) for row in equations()], ["concordance"])  # fmt: skip
        for line, row in zip(
            table.findall(nodes.row), [None, *equations()], strict=True
        ):
            if row:
                self.target(line, row_label(row), short(row))
        return [table]

    def cells(self, row):
        says = [nodes.paragraph("", "", *self.text(row["statement"]))]
        if row["note"]:
            says.append(
                nodes.paragraph("", "", *self.text(row["note"]), classes=["note"])
            )
        verdict = row["verdict"]
        badge = nodes.inline(
            "", verdict, classes=["verdict", "is-" + nodes.make_id(verdict)]
        )
        if verdict == "corrected":
            badge = self.link(
                f"correction-{row['paper']}-{row['number']}".lower(), verdict
            )
            badge["classes"] += ["verdict", "is-corrected"]
            badge.children[0]["classes"] += ["verdict", "is-corrected"]
        return [
            [nodes.Text(row["paper"][-4:])],
            [nodes.Text(row["number"])],
            says,
            [badge],
            self.chapter(row["chapter"]),
            self.where(row),
        ]

    def chapter(self, name):
        title = name.partition("_")[2].replace("_", " ")
        if not (ROOT / "book" / f"{name}.ipynb").exists():
            return [nodes.Text(title)]
        return [doc_link(self.env, f"book/{name}", title)]

    def where(self, row):
        lines = []
        for name in row["function"].split():
            lines.append(api_link(self.env, name, name.removeprefix("etm.")))
        for count, proof in enumerate(row["proof"].split(), 1):
            lines.append(
                self.link(
                    proof_label(proof), f"proof {count}" if count > 1 else "proof"
                )
            )
        return [nodes.paragraph("", "", line) for line in lines]


class Verdicts(RecordDirective):
    """How many equations of each paper have which verdict."""

    def run(self):
        self.depends_on(EQUATIONS)
        rows = equations()
        counts = Counter((row["paper"], row["verdict"]) for row in rows)
        counts.update(("all", row["verdict"]) for row in rows)
        papers = [*PAPERS, "all"]
        heads = ["", *(paper[-4:] if paper in PAPERS else paper for paper in papers)]
        lines = [[v, *(counts[paper, v] or "–" for paper in papers)] for v in VERDICTS]
        lines.append(
            ["all", *(sum(counts[paper, v] for v in VERDICTS) for paper in papers)]
        )
        return [self.table([[nodes.Text(head)] for head in heads],
                           [[[nodes.Text(str(cell))] for cell in line] for line in lines],
                           ["verdicts"])]  # fmt: skip


def sentence(text):
    text = " ".join(text.split())
    return text[:1].upper() + text[1:].rstrip(".") + "."


def as_printed(value):
    """A number of a table; powers of ten as such."""
    match = EXPONENT.match(value)
    if not match:
        return value.replace("-", "−") if re.match(r"^-[\d.]+$", value) else value
    mantissa, sign, power = match.groups()
    raised = (sign.replace("+", "") + power).translate(
        str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    )
    return f"{mantissa}×10{raised}"


def doc_link(env, target, title):
    return addnodes.pending_xref(
        "", nodes.inline(title, title), refdomain="std", reftype="doc", reftarget="/" + target,
        refexplicit=True, refwarn=True, refdoc=env.docname,
    )  # fmt: skip


def api_link(env, name, title):
    """A link to a public name of the package."""
    from linked_names import canonical

    return addnodes.pending_xref(
        "", nodes.literal(title, title), refdomain="py", reftype="obj",
        reftarget=canonical(name) or name, refexplicit=True, refwarn=True, refdoc=env.docname,
    )  # fmt: skip


def setup(app):
    app.add_directive("published-tables", PublishedTables)
    app.add_directive("concordance", Concordance)
    app.add_directive("verdicts", Verdicts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
