"""A small reader of HTML pages: their elements, in order, with attributes and text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}


@dataclass
class Element:
    tag: str
    attributes: dict
    ancestors: list = field(repr=False)
    text: str = ""

    def inside(self, tag, css_class=None):
        return any(a.tag == tag and (css_class is None or a.has(css_class)) for a in self.ancestors)

    def has(self, css_class):
        return css_class in (self.attributes.get("class") or "").split()


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.elements, self.open = [], []

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), list(self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs), list(self.open)))

    def handle_endtag(self, tag):
        if any(e.tag == tag for e in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data):
        for element in self.open:
            element.text += data


def elements(html):
    """Every element of a page, parents before children; `text` includes the children's."""
    reader = _Reader()
    reader.feed(html)
    return reader.elements
