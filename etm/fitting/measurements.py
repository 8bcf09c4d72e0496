"""Measurements from a CSV file, in the units of the package, with every fault named."""

import csv
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from etm.checks import choice
from etm.fitting.columns import LIMITS, OBSERVABLES, UNITS, factor, header, remark
from etm.tables import DATA

__all__ = ["MeasurementError", "Measurements", "example", "read"]

FEWEST = 5
"""Points below which nothing is fitted."""

NEAR = 0.01
"""Temperatures or fields this close, relative, are one when curves are found."""

MOST_FAULTS = 20
"""Faults of one file that are listed."""

POSITIVE = ("T", "error", "frequency", "tau1", "tau2", "tau12")


class MeasurementError(ValueError):
    """A file of measurements with faults; the message lists them, with lines and remedies."""


@dataclass(frozen=True, eq=False)
class Measurements:
    """What was measured, a row a point.

    Parameters
    ----------
    observable : str
        A key of `etm.fitting.columns.OBSERVABLES`.
    T, B : ndarray, shape (n,)
        Temperature [K] and field [T].
    value, error : ndarray, shape (n,)
        Measured value and its standard error, [J/(g K)], [A m²/g] or a ratio.
    curve : ndarray of str, shape (n,)
        The curve each point belongs to.
    reference : ndarray, shape (n,), or None
        Field [T] whose value has been subtracted.
    extra : dict of str to ndarray
        frequency [Hz], tau1, tau2, tau12 [s].
    lines : ndarray of int, shape (n,)
        Line numbers in the file.
    path : str
        The file.
    notes : tuple of str
        What was assumed in reading it.
    """

    observable: str
    T: np.ndarray
    B: np.ndarray
    value: np.ndarray
    error: np.ndarray
    curve: np.ndarray
    reference: np.ndarray | None = None
    extra: dict = field(default_factory=dict)
    lines: np.ndarray | None = None
    path: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self):
        return self.value.size

    @property
    def curves(self) -> tuple[str, ...]:
        """Labels of the curves, in the order of the file."""
        return tuple(dict.fromkeys(self.curve.tolist()))

    def where(self, rows: NDArray[Any]) -> "Measurements":
        """The points chosen by a mask or by indices.

        Parameters
        ----------
        rows : ndarray of bool or int

        Returns
        -------
        Measurements
        """
        arrays = ("T", "B", "value", "error", "curve", "reference", "lines")
        chosen = {n: getattr(self, n)[rows] for n in arrays if getattr(self, n) is not None}
        extra = {name: column[rows] for name, column in self.extra.items()}
        return replace(self, extra=extra, **chosen)

    def only(self, curve: str) -> "Measurements":
        """The points of one curve.

        Parameters
        ----------
        curve : str
            One of `curves`.

        Returns
        -------
        Measurements

        Raises
        ------
        ValueError
            For any other label.
        """
        return self.where(self.curve == choice("curve", curve, self.curves))

    def at(self, B: ArrayLike) -> "Measurements":
        """The same points in another field, without a reference.

        Parameters
        ----------
        B : array_like
            Field [T]; it broadcasts to the points.

        Returns
        -------
        Measurements
        """
        B = np.broadcast_to(np.asarray(B, dtype=float), self.T.shape)
        return replace(self, B=B, reference=None)


def read(path: str | PathLike[str], observable: str) -> Measurements:
    """Read a CSV file of measurements.

    The first line that is no `#` comment heads the columns, each with its unit:
    `T [mK], B [T], C [µJ/(g K)], error [µJ/(g K)]`.  `curve` labels curves; without it
    points of one temperature, or of one field if fields are fewer, are a curve, and of one
    frequency if there are several; temperatures and fields within 1 % count as one there,
    while each point keeps its own in the fit.  `B_ref [T]` says that the value in that field
    was subtracted.

    Parameters
    ----------
    path : path_like
        The file, in UTF-8.
    observable : {"heat-capacity", "permittivity", "loss", "echo", "magnetization"}

    Returns
    -------
    Measurements
        In K, T, J/(g K), A m²/g, Hz, s; permittivity, loss and echo are ratios.

    Raises
    ------
    MeasurementError
        With all faults of the file: missing, double or unknown columns, unknown units,
        entries that are no numbers or out of range, too few points.
    FileNotFoundError
        If there is no such file.
    """
    choice("observable", observable, tuple(OBSERVABLES))
    path = Path(path)
    heads, rows, lines, head_line = _rows(path)
    names, faults = _columns(heads, head_line, observable)
    if names:
        faults += _ragged(heads, rows, lines)
    _raise(path, faults)
    table = pd.DataFrame(rows, columns=list(names), index=lines, dtype=str)
    columns = {}
    for name, (head, size) in names.items():
        if name == "curve":
            columns[name] = table[name].str.strip().to_numpy(dtype=str)
            continue
        numbers = pd.to_numeric(table[name].str.strip(), errors="coerce")
        columns[name] = numbers.to_numpy(dtype=float) * size
        faults += _bad_entries(name, head, table[name], columns[name])
    faults.sort()
    faults = [fault for _, fault in faults]
    if len(rows) < FEWEST:
        faults.append(f"{len(rows)} points: a fit needs at least {FEWEST}; add measurements")
    _raise(path, faults)
    data = replace(_collect(columns, observable, lines, path), notes=tuple(_notes(names)))
    if len(data.curves) == len(data):
        _raise(path, ["every point has a temperature, a field or a label of its own, so that nothing"
                      " is a curve; add a column 'curve' with one label for each"])  # fmt: skip
    return data


def example(observable: str) -> Path:
    """The synthetic file of measurements that comes with the package.

    Parameters
    ----------
    observable : str

    Returns
    -------
    pathlib.Path
    """
    choice("observable", observable, tuple(OBSERVABLES))
    return DATA / "examples" / f"{observable}.csv"


def _rows(path):
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        content = path.read_bytes()
        line = next(k for k, part in enumerate(content.split(b"\n"), 1) if not _is_utf8(part))
        raise MeasurementError(
            f"{path}, line {line}: not UTF-8; save the file as CSV in UTF-8, or write u for µ"
        ) from None
    rows, lines = [], []
    for line, content in enumerate(text.split("\n"), start=1):
        if content.strip() and not content.lstrip().startswith("#"):
            rows += list(csv.reader([content], skipinitialspace=True))
            lines.append(line)
    if not rows:
        raise MeasurementError(
            f"{path}: no line but comments; begin with a header such as T [K], B [T], ..."
        )
    return rows[0], rows[1:], lines[1:], lines[0]


def _is_utf8(part):
    try:
        part.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _ragged(heads, rows, lines):
    """Rows that are too short or too long; neighbours of one length in one fault."""
    wrong = [
        (line, len(row)) for line, row in zip(lines, rows, strict=True) if len(row) != len(heads)
    ]
    for size in dict.fromkeys(size for _, size in wrong):
        where = [line for line, here in wrong if here == size]
        name = f"line {where[0]}" if len(where) == 1 else f"lines {', '.join(map(str, where[:5]))}"
        name += f" and {len(where) - 5} more" if len(where) > 5 else ""
        entries = "1 entry" if size == 1 else f"{size} entries"
        yield (
            f"{name}: {entries} under {len(heads)} heads; separate entries by commas, write"
            " numbers with a decimal point, complete the line or put # before it"
        )


def _columns(heads, line, observable):
    """{name: (head, factor)} of the columns, and what is wrong with their heads."""
    value, needed, optional = OBSERVABLES[observable]
    required = ("T", "B", value, "error", *needed)
    known = (*required, "curve", "B_ref", *optional)
    if len(heads) == 1 and any(mark in heads[0] for mark in ";\t"):
        return {}, [f"line {line}: one column only; separate columns by commas and write numbers"
                    " with a decimal point (a spreadsheet set to English saves them so)"]  # fmt: skip
    names, faults = {}, []
    for head in heads:
        name, unit = header(head)
        if name in names:
            faults.append(f"line {line}, column '{name}': twice; remove or rename one of them")
        elif name not in known:
            faults.append(
                f"line {line}, column '{head.strip()}': not known for {observable}; remove it or"
                f" name it one of {', '.join(known)}"
            )
        elif name == "curve":
            names[name] = (head, None)
        else:
            quantity = value if name == "error" else name
            size = factor(quantity, unit)
            if size is None:
                found = "no unit" if unit is None else f"unit '{unit}'"
                advice = remark(quantity, unit)
                faults.append(
                    f"line {line}, column '{name}': {found}{', ' if advice else ''}{advice};"
                    " write it in square brackets, one of " + ", ".join(UNITS[quantity])
                )
            names[name] = (head, size)
    missing = [name for name in required if name not in names]
    for name in missing:
        unit = next(iter(UNITS[value if name == "error" else name]))
        faults.append(f"line {line}: column '{name}' is missing; add '{name} [{unit}]'")
    return names, faults


def _notes(names):
    """What was assumed about the units of the columns, once each."""
    for name, (head, _) in names.items():
        if name in UNITS and (text := remark(name, header(head)[1])):
            yield text


def _bad_entries(name, head, texts, numbers):
    """(line, fault) of entries that are no numbers or cannot be true."""
    head = head.strip()
    limit, unit, remedy = LIMITS.get(name, (np.inf, "", ""))
    for line, text, number in zip(texts.index, texts, numbers, strict=True):
        where = f"line {line}, column '{head}'"
        if not np.isfinite(number):
            found = f"'{text.strip()}' is no number" if text.strip() else "empty"
            yield line, f"{where}: {found}; fill it in or put # before the line"
        elif name in POSITIVE and number <= 0:
            yield line, f"{where}: {text.strip()} must be > 0; correct it or put # before the line"
        elif abs(number) > limit:
            yield line, f"{where}: {number:.4g} {unit}".rstrip() + f" cannot be; {remedy}"


def _raise(path, faults):
    if faults:
        listed = [f"  {fault}" for fault in faults[:MOST_FAULTS]]
        if len(faults) > MOST_FAULTS:
            listed.append(f"  and {len(faults) - MOST_FAULTS} more")
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise MeasurementError("\n".join([f"{path}: {count}, nothing was read", *listed]))


def _collect(columns, observable, lines, path):
    value, needed, optional = OBSERVABLES[observable]
    extra = {name: columns[name] for name in (*needed, *optional) if name in columns}
    curve = columns.get("curve")
    if curve is None:
        curve = _curves(columns)
    return Measurements(
        observable,
        columns["T"],
        columns["B"],
        columns[value],
        columns["error"],
        curve,
        columns.get("B_ref"),
        extra,
        np.array(lines),
        str(path),
    )


def _curves(columns):
    """A label for each point: curves run along what has the most values."""
    axes = {"B": "T", "T": "K", "frequency": "Hz"}
    grouped = {name: _grouped(columns[name]) for name in axes if name in columns}
    count = {name: np.unique(values).size for name, values in grouped.items()}
    along = max(count, key=count.__getitem__)
    rest = [name for name in ("T", "B", "frequency") if name in count and name != along]
    rest = [name for name in rest if count[name] > 1] or rest[:1]
    labels = [[f"{x:.6g} {axes[name]}" for x in grouped[name]] for name in rest]
    return np.array([", ".join(parts) for parts in zip(*labels, strict=True)])


def _grouped(values):
    """Values with those that are nearly the same replaced by their mean."""
    means = values.copy()
    order = np.argsort(values, kind="stable")
    start = 0
    for end in range(1, values.size + 1):
        first = values[order[start]]
        if end == values.size or values[order[end]] - first > NEAR * abs(first):
            here = order[start:end]
            if np.ptp(values[here]) > 0:
                means[here] = float(f"{values[here].mean():.4g}")
            start = end
    return means
