"""The page of tables.

published-tables   the tables of one paper, each with its source, its columns and its file
"""

import csv
import json
import re

from docutils import nodes
from published_record import DATA, RecordDirective, sentence
from sphinx import addnodes

WIDE = 8
"""A table of more columns than this has the page to itself."""

EXPONENT = re.compile(r"^([-+]?[\d.]+)[eE]([-+]?)0*(\d+)$")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class PublishedTables(RecordDirective):
    """All tables of one paper, in the order of `datapackage.json`."""

    required_arguments = 1

    def run(self):
        package = DATA / "datapackage.json"
        self.depends_on(package, __file__)
        resources = json.loads(package.read_text(encoding="utf-8"))["resources"]
        key = self.arguments[0]
        chosen = [r for r in resources if r["name"].split("_")[0] == key]
        if not chosen:
            raise self.error(f"no table of {key!r} in {package.name}")
        return [self.section(resource) for resource in sorted(chosen, key=place)]

    def section(self, resource):
        name, fields = resource["path"], resource["schema"]["fields"]
        self.depends_on(DATA / name)
        with (DATA / name).open(newline="", encoding="utf-8") as file:
            _, *lines = csv.reader(file)
        title = f"{number(resource)}{resource['title']}"
        section = nodes.section(ids=[])
        self.target(section, "table-" + resource["name"].replace("_", "-"), title)
        section += nodes.title("", "", *self.text(title))
        section += nodes.paragraph("", "", nodes.strong("", resource["source_table"]),
                                   nodes.Text(f". {sentence(resource['origin'])}"))  # fmt: skip
        heads = [self.head(field) for field in fields]
        rows = [[[nodes.Text(as_printed(value))] for value in line] for line in lines]
        section += self.table(
            heads, rows, ["published", *["wide"] * (len(fields) > WIDE)]
        )
        if resource.get("notes"):
            notes = self.text(resource["notes"])
            section += nodes.paragraph("", "", *notes, classes=["notes"])
        section += self.columns(fields)
        download = addnodes.download_reference(
            "",
            "",
            nodes.literal("", name),
            reftarget=f"/data/{name}",
            refdoc=self.env.docname,
        )
        read = nodes.literal("", f'etm.tables.read("{resource["name"]}")')
        section += nodes.paragraph("", "", nodes.Text("Download "), download,
                                   nodes.Text(", or "), read, nodes.Text("."))  # fmt: skip
        return section

    def head(self, field):
        """A symbol with its unit; its meaning under the pointer."""
        cell = [
            nodes.inline("", field.get("symbol") or field["name"].replace("_", " "))
        ]
        if field.get("unit", "1") != "1":
            unit = nodes.inline("", f"[{field['unit']}]", classes=["unit"])
            cell += [nodes.Text(" "), unit]
        return [
            nodes.abbreviation("", "", *cell, explanation=field.get("description", ""))
        ]

    def columns(self, fields):
        """The same meanings in a folded list, with the columns' names in the file."""
        fold = nodes.admonition(classes=["dropdown"])
        fold += nodes.title("", "What the columns mean")
        items = nodes.bullet_list()
        for field in fields:
            meaning = nodes.Text(f": {field.get('description', '')}")
            items += nodes.list_item(
                "", nodes.paragraph("", "", nodes.literal("", field["name"]), meaning)
            )
        fold += items
        return fold


def number(resource):
    """ "Table 3 · ", where the paper numbers the table."""
    match = re.search(r"Table ([IVX]+|\d+)", resource["source_table"])
    return f"{match[0]} · " if match and "_table" in resource["name"] else ""


def place(resource):
    digits = re.search(r"_table(\d+)$", resource["name"])
    return int(digits[1]) if digits else 99


def as_printed(value):
    """A number of a table; powers of ten as such."""
    match = EXPONENT.match(value)
    if not match:
        return value.replace("-", "−") if re.match(r"^-[\d.]+$", value) else value
    mantissa, sign, power = match.groups()
    return f"{mantissa}×10{(sign.replace('+', '') + power).translate(RAISED)}"


def setup(app):
    app.add_directive("published-tables", PublishedTables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
