"""Every page for readers who see little, listen, or use no mouse: audited by axe, light and dark."""

from pathlib import Path

import axe_playwright_python
import pytest
from opened import opened

PAGES = [f"book/{name}" for name in opened()]
OTHERS = ["search", "genindex", "_modules/index", "_modules/etm/heat_capacity"]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
PATIENCE = 120_000  # milliseconds, on a busy machine
WORST = ("serious", "critical")

# The audit takes a while for every element, and most are like another one: same place, same tags, same
# attributes, other words. One of a kind is kept. Formulas stay as their source: they have the colour of
# the text around them.
ONE_OF_A_KIND = """() => {
    const seen = new Set();
    const telling = /^(class|style|fill|role|type|scope|aria-hidden|tabindex)$/;
    const tag = (e) => e.localName + [...e.attributes].filter(a => a.name !== "id").map(
        a => a.name + (telling.test(a.name) || !a.value ? "=" + a.value : "")).sort();
    const around = (e) => e === document.body ? "" : around(e.parentElement) + ">" + e.localName + "." + e.className;
    const kind = (e) => around(e.parentElement) + [...new Set([e, ...e.querySelectorAll("*")].map(tag))].sort();
    for (const token of document.querySelectorAll("pre span")) {
        const name = token.className + around(token.closest("div"));
        if (seen.has(name)) token.replaceWith(...token.childNodes);
        else seen.add(name);
    }
    const parts = "section, dl, p, li, pre, tr, .moving-figure svg *, .admonition, .cell, .cell_input, .cell_output";
    for (const part of document.querySelectorAll(`.bd-article :is(${parts})`)) {
        if (!part.isConnected) continue;
        const name = kind(part);
        if (seen.has(name)) part.remove();
        else seen.add(name);
    }
    document.body.normalize();
}"""

AUDIT = """async ([theme, whole]) => {
    document.documentElement.dataset.theme = theme;
    const options = {resultTypes: ["violations"]};
    if (theme === "dark") options.runOnly = ["color-contrast"];
    const parts = [".bd-content", ".bd-header-article"].filter(s => document.querySelector(s));
    const result = await axe.run(whole ? document : {include: parts}, options);
    return result.violations.flatMap(v => v.nodes.map(
        n => [v.impact, v.id, theme, n.html.slice(0, 160), n.failureSummary]));
}"""


@pytest.fixture(scope="module")
def page(browser, site):
    """One page for all audits; formulas are not set."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    context.route("**/vendor/mathjax/**", lambda route: route.abort())
    page = context.new_page()
    yield page
    context.close()


def findings(page, whole=False):
    """The serious and critical findings of axe on the open page, in both themes."""
    page.add_style_tag(content="*, *::before, *::after {transition: none !important}")
    page.evaluate(ONE_OF_A_KIND)
    page.evaluate(AXE)
    found = [n for theme in ("light", "dark") for n in page.evaluate(AUDIT, [theme, whole])]
    return [" | ".join(map(str, n)) for n in found if n[0] in WORST]


@pytest.mark.parametrize("name", PAGES + OTHERS)
def test_axe_finds_nothing_serious(page, site, name):
    page.goto((site / f"{name}.html").as_uri())
    bad = findings(page, whole=name == "book/index")
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<p style="color:#999">Too pale to read.</p>', "color-contrast"),
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt"),
        ('<button class="bare"></button>', "button-name"),
        ("<p>In order.</p>", None),
    ],
)
def test_the_audit_sees_what_is_wrong(page, body, rule):
    page.set_content(
        f'<html lang="en"><title>Sample</title><main class="bd-content">{body}</main></html>'
    )
    bad = findings(page)
    assert bool(bad) == bool(rule)
    assert not rule or any(rule in line for line in bad)
