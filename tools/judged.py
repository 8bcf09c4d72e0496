"""What we say about surviving mutants that are no errors: `tools/judged_mutants.csv`, one row a mutant.

A row names the module, the function (qualified; empty outside of all), the line of source and the change in it, as
`tools/mutation.py --only MODULE` prints them, and says why nobody can see the change. It excuses this mutant and no
other: the same change of another line has to be judged by itself, and a line that is written anew, again.
"""

import csv

from evidence import ROOT, modules
from mutants import mutants

JUDGED = ROOT / "tools" / "judged_mutants.csv"
COLUMNS = ("module", "function", "statement", "change", "reason")


def key(name, mutant):
    """By what a mutant of a module is known: module, function, line, change."""
    return (name, mutant.function, mutant.statement, mutant.change)


def judgements():
    """The key of a mutant -> why it is no error.

    Errors
    ------
    ValueError if a row is there twice.
    """
    with JUDGED.open(newline="", encoding="utf-8") as file:
        rows = [tuple(row[column] for column in COLUMNS) for row in csv.DictReader(file)]
    found = {row[:-1]: row[-1] for row in rows}
    if len(found) < len(rows):
        raise ValueError(f"a row of {JUDGED.name} is there twice")
    return found


def stale_judgements():
    """Keys of rows that fit no mutant of today's source; sorted."""
    judged = set(judgements())
    sources = {name: modules()[name] for name, *_ in judged if name in modules()}
    known = {
        key(name, mutant)
        for name, path in sources.items()
        for mutant in mutants(path.read_text(encoding="utf-8"))
    }
    return sorted(judged - known)


def described(name, mutant, judged):
    """A survivor as the file of evidence has it, with the reason if it is judged."""
    known = key(name, mutant)
    entry = dict(zip(COLUMNS, known, strict=False)) | {"line": mutant.line}
    return entry | ({"judged": judged[known]} if known in judged else {})
