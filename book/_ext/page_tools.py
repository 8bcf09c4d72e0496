"""What stands below every page, and how to cite the book.

how-to-cite   the words and the BibTeX entry, from CITATION.cff

Every page ends with ways to report a problem with it, to run it and to cite the book; a page
that is no notebook gets a launch button too, which opens the folder of the chapters.
"""

from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

CITATION = Path(__file__).resolve().parents[2] / "CITATION.cff"


def citation():
    """The entries of CITATION.cff."""
    return yaml.safe_load(CITATION.read_text(encoding="utf-8"))


def names(authors):
    """The authors' names as BibTeX wants them; braces keep the name of a group in one piece."""
    return " and ".join(
        "{" + a["name"] + "}"
        if "name" in a
        else f"{a['family-names']}, {a['given-names']}"
        for a in authors
    )


def in_words(entry, year):
    """The reference in one sentence."""
    authors = ", ".join(
        a.get("name") or f"{a['given-names']} {a['family-names']}"
        for a in entry["authors"]
    )
    version, address = entry["version"], entry["repository-code"]
    return f"{authors}. {entry['title']}. Version {version}, {year}. {address}"


def bibtex(entry, year):
    """The same as a BibTeX entry."""
    fields = {
        "author": names(entry["authors"]),
        "title": entry["title"],
        "year": year,
        "version": entry["version"],
        "url": entry["repository-code"],
    }
    lines = [f"  {key:<7} = {{{value}}}," for key, value in fields.items()]
    return "\n".join(["@software{etm_monograph,", *lines, "}"])


class HowToCite(SphinxDirective):
    """The reference in words, as BibTeX, and the file to download."""

    def run(self):
        self.env.note_dependency(str(CITATION))
        self.env.note_dependency(__file__)
        entry, year = citation(), self.config.copyright
        download = addnodes.download_reference(
            "",
            "",
            nodes.literal("", CITATION.name),
            reftarget=f"/{CITATION.name}",
            refdoc=self.env.docname,
        )
        return [
            nodes.block_quote("", nodes.paragraph("", in_words(entry, year))),
            nodes.literal_block("", bibtex(entry, year), language="bibtex"),
            nodes.paragraph("", "", nodes.Text("The same for reference managers: "), download,
                            nodes.Text(".")),
        ]  # fmt: skip


def launch_address(options, path):
    """Where Binder opens a file or folder of the repository in JupyterLab."""
    hub = options["launch_buttons"]["binderhub_url"].rstrip("/")
    owner_and_name = "/".join(options["repository_url"].rstrip("/").split("/")[-2:])
    branch = options["repository_branch"]
    return f"{hub}/v2/gh/{owner_and_name}/{branch}?urlpath={quote(f'lab/tree/{path}')}"


def report_address(options, title, page):
    """A new issue that names the page."""
    query = urlencode(
        {
            "title": f"Problem with the page “{title}”",
            "body": f"Page: {page}.html\n\nWhat is wrong, and what should stand there:\n",
        },
        quote_via=quote,
    )
    return f"{options['repository_url'].rstrip('/')}/issues/new?{query}"


def add_tools(app, pagename, templatename, context, doctree):
    """Finish the page of a document with its tools."""
    if doctree is None or app.builder.name != "html":
        return
    options = app.config.html_theme_options
    source = app.env.doc2path(pagename, base=False)
    is_notebook = source.endswith(".ipynb")
    run = launch_address(options, source if is_notebook else "book")
    if not is_notebook:
        button = {
            "type": "link",
            "text": "Binder",
            "tooltip": "Launch on Binder",
            "icon": "_static/images/logo_binder.svg",
            "url": run,
        }
        context["header_buttons"].insert(
            0,
            {
                "type": "group",
                "tooltip": "Launch interactive content",
                "icon": "fas fa-rocket",
                "buttons": [button],
                "label": "launch-buttons",
            },
        )
    title = doctree.next_node(nodes.title)
    title = title.astext() if title else pagename
    links = [
        (report_address(options, title, pagename), "Report a problem with this page"),
        (run, "Run this page" if is_notebook else "Run the chapters"),
    ]
    if is_notebook:
        links.append(
            (
                context["pathto"](f"_sources/{context['sourcename']}", 1),
                "Download the notebook",
            )
        )
    links.append(
        (
            context["pathto"](app.config.root_doc).rstrip("#") + "#how-to-cite",
            "How to cite",
        )
    )
    items = " ".join(
        f'<li><a href="{escape(address)}">{words}</a></li>' for address, words in links
    )
    context["body"] += f'<ul class="page-tools" aria-label="This page">{items}</ul>'


def setup(app):
    app.add_directive("how-to-cite", HowToCite)
    app.connect("html-page-context", add_tools, priority=501)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
