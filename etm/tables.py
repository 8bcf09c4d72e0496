"""The published tables, as printed.

Every table is a CSV file in `data/`; `datapackage.json` beside them gives
source, table number, units and symbols.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etm.checks import choice

if TYPE_CHECKING:
    import pandas

__all__ = ["available", "describe", "read"]

_HERE = Path(__file__).resolve().parent
DATA = next(filter(Path.is_dir, (_HERE / "data", _HERE.parent / "data")), _HERE)


def available() -> list[str]:
    """Names of the tables.

    Returns
    -------
    list of str

    Notes
    -----
    Source: `data/datapackage.json`.
    """
    return sorted(_package())


def describe(name: str) -> dict[str, Any]:
    """Description of a table: source, table number, fields with units.

    Parameters
    ----------
    name : str
        One of `available()`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones.

    Notes
    -----
    Source: `data/datapackage.json`.

    Examples
    --------
    >>> describe("jug2013_table1")["path"]
    'jug2013_table1.csv'
    """
    package = _package()
    return package[choice("name", name, sorted(package))]


def read(name: str) -> "pandas.DataFrame":
    """A published table.

    Parameters
    ----------
    name : str
        One of `available()`, for example "jug2016_table4".

    Returns
    -------
    pandas.DataFrame
        Columns carry their units in their names.

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones.

    Notes
    -----
    Source: the table named in `describe(name)`.

    Examples
    --------
    >>> read("jug2016_table3")[["species", "concentration_ppm"]].dropna()
      species  concentration_ppm
    0    Fe2+              33.01
    1    Fe3+              21.63
    """
    import pandas

    return pandas.read_csv(DATA / describe(name)["path"])


def _package():
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}
