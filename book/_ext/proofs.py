"""The page of proofs: the source of every test that the concordance names.

proofs             each test with the equations it proves, and what the tests of a file share
"""

import ast

from docutils import nodes
from published_record import (
    EQUATIONS,
    PAPERS,
    ROOT,
    RecordDirective,
    equations,
    link,
    proof_label,
    row_label,
    sentence,
    short,
)


class Proofs(RecordDirective):
    def run(self):
        self.depends_on(EQUATIONS, __file__)
        files = {}
        for row in equations():
            for proof in row["proof"].split():
                path, mark, name = proof.partition("::")
                if mark:
                    files.setdefault(path, {}).setdefault(name, []).append(row)
        sections = {}
        for path, proved in sorted(files.items()):
            paper = PAPERS.get(path.split("/")[2], "Tests of the package")
            sections.setdefault(paper, []).extend(self.file(path, proved))
        return [
            nodes.section(
                "", nodes.title("", title), *content, ids=[nodes.make_id(title)]
            )
            for title, content in sections.items()
        ]

    def file(self, path, proved):
        """What one file of tests proves."""
        self.depends_on(ROOT / path)
        source = Source((ROOT / path).read_text(encoding="utf-8"))
        section = [
            nodes.paragraph("", "", nodes.Text("From "), nodes.literal("", path))
        ]
        shared = source.shared_by(proved)
        if shared:
            fold = nodes.admonition(classes=["dropdown"])
            fold += nodes.title("", "What these proofs share")
            fold += nodes.literal_block(shared, shared, language="python")
            section.append(fold)
        for name in (name for name in source.names if name in proved):
            title = sentence(source.title(name))
            head = nodes.paragraph("", "", nodes.strong("", title), ids=[])
            self.target(head, proof_label(f"{path}::{name}"), title)
            section += [head, self.proves(proved[name])]
            code = source.code(name)
            section.append(nodes.literal_block(code, code, language="python"))
        return section

    def proves(self, rows):
        line = nodes.paragraph("", "", nodes.Text("About "), classes=["notes"])
        for i, row in enumerate(rows):
            line += nodes.Text(", " if i else "")
            line += link(self.env, row_label(row), short(row))
            line += nodes.Text(f" ({row['verdict']})")
        return line


class Source:
    """The parts of a Python file, by name."""

    def __init__(self, text):
        self.lines = text.splitlines()
        self.names = {}
        for node in ast.parse(text).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                self.names[node.name] = node
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self.names |= {
                        t.id: node for t in ast.walk(target) if isinstance(t, ast.Name)
                    }

    def title(self, name):
        return (ast.get_docstring(self.names[name]) or name).split("\n\n")[0]

    def code(self, name):
        node = self.names[name]
        first = min(
            [node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]
        )
        return "\n".join(self.lines[first - 1 : node.end_lineno])

    def shared_by(self, names):
        """What the named tests use of their file, in its order."""
        used, waiting = set(), list(names)
        while waiting:
            for node in ast.walk(self.names[waiting.pop()]):
                if (
                    isinstance(node, ast.Name)
                    and node.id in self.names
                    and node.id not in used
                ):
                    used.add(node.id)
                    waiting.append(node.id)
        parts = [self.code(name) for name in self.names if name in used - set(names)]
        return "\n\n".join(dict.fromkeys(parts))


def setup(app):
    app.add_directive("proofs", Proofs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
