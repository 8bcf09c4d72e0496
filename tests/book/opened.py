"""Which pages the browser tests open."""

import os
import re
from pathlib import Path

TOC = Path(__file__).resolve().parents[2] / "_toc.yml"
SAMPLE = ("api/index", "api/heat_capacity", "api/fitting")


def opened():
    """Names below book/: all pages, but three of the reference, which one template makes.

    With ETM_EVERY_PAGE=1 all of the reference too, which takes two minutes more.
    """
    names = re.findall(r"(?:file|root): book/(\S+)", TOC.read_text())
    every = bool(os.environ.get("ETM_EVERY_PAGE"))
    return [n for n in names if every or not n.startswith("api/") or n in SAMPLE]
