"""The concordance and its summary.

concordance        one row for every numbered equation
verdicts           how many equations of each paper have which verdict
corrected          the number of corrected equations of one paper, as text
"""

from collections import Counter

from docutils import nodes
from linked_names import canonical
from published_record import (
    EQUATIONS,
    PAPERS,
    RecordDirective,
    correction_label,
    corrections,
    equations,
    link,
    proof_label,
    row_label,
    short,
)
from sphinx.util.docutils import SphinxRole

SUBJECTS = {
    "01_polycluster": "polycluster structure",
    "02_three_wells": "three wells",
    "03_density_of_states": "density of states",
    "04_heat_capacity": "heat capacity",
    "05_dielectric": "dielectric constant",
    "06_echo": "polarization echo",
    "07_magnetization": "magnetization",
    "08_alkali_silicates": "alkali-silicates",
    "09_rfot": "random first-order transition",
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


class Concordance(RecordDirective):
    """Every numbered equation: what it says, the verdict, where its code and proof are."""

    def run(self):
        self.depends_on(EQUATIONS, __file__)
        heads = ["Paper", "Eq.", "What it says", "Verdict", "Subject", "Code and proof"]
        heads = [[nodes.Text(head)] for head in heads]
        rows = equations()
        table = self.table(heads, [self.cells(row) for row in rows], ["concordance"])
        _, *lines = table.findall(nodes.row)
        for line, row in zip(lines, rows, strict=True):
            self.target(line, row_label(row), f"{short(row)}: {row['verdict']}")
        return [table]

    def cells(self, row):
        paper = row["paper"]
        year = nodes.abbreviation("", paper[-4:], explanation=PAPERS[paper])
        return [
            [year],
            [nodes.Text(row["number"])],
            self.says(row),
            [self.verdict(row)],
            [self.subject(row["chapter"])],
            self.where(row),
        ]

    def says(self, row):
        paragraphs = [nodes.paragraph("", "", *self.text(row["statement"]))]
        if row["note"]:
            paragraphs.append(
                nodes.paragraph("", "", *self.text(row["note"]), classes=["note"])
            )
        return paragraphs

    def verdict(self, row):
        badge = nodes.inline(
            "", row["verdict"], classes=[f"is-{nodes.make_id(row['verdict'])}"]
        )
        if row["verdict"] == "corrected":
            return link(self.env, correction_label(row), row["verdict"])
        return badge

    def subject(self, chapter):
        if f"book/{chapter}" in self.env.found_docs:
            return link(self.env, f"/book/{chapter}", SUBJECTS[chapter], "doc")
        return nodes.Text(SUBJECTS[chapter])

    def where(self, row):
        links = [
            link(
                self.env,
                canonical(name) or name,
                name.removeprefix("etm."),
                "obj",
                "py",
                True,
            )
            for name in row["function"].split()
        ]
        for count, proof in enumerate(row["proof"].split(), 1):
            links.append(
                link(
                    self.env,
                    proof_label(proof),
                    f"proof {count}" if count > 1 else "proof",
                )
            )
        if row["verdict"] != "corrected" and correction_label(row) in corrections():
            links.append(link(self.env, correction_label(row), "remark"))
        return [nodes.paragraph("", "", item) for item in links]


class Verdicts(RecordDirective):
    """How many equations of each paper have which verdict."""

    def run(self):
        self.depends_on(EQUATIONS, __file__)
        rows = equations()
        counts = Counter((row["paper"], row["verdict"]) for row in rows)
        counts.update(("all", row["verdict"]) for row in rows)
        papers = [*PAPERS, "all"]
        heads = [
            [],
            *([nodes.Text(paper[-4:])] for paper in PAPERS),
            [nodes.Text("all")],
        ]
        lines = [[v, *(counts[paper, v] or "–" for paper in papers)] for v in VERDICTS]
        lines.append(
            ["all", *(sum(counts[paper, v] for v in VERDICTS) for paper in papers)]
        )
        cells = [[[nodes.Text(str(cell))] for cell in line] for line in lines]
        return [self.table(heads, cells, ["verdicts"])]


class Corrected(SphinxRole):
    """The number of rows of a paper, or of "all", that are corrected."""

    def run(self):
        self.env.note_dependency(str(EQUATIONS))
        rows = [row for row in equations() if self.text in (row["paper"], "all")]
        return [nodes.Text(str(sum(row["verdict"] == "corrected" for row in rows)))], []


def setup(app):
    app.add_directive("concordance", Concordance)
    app.add_directive("verdicts", Verdicts)
    app.add_role("corrected", Corrected())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
