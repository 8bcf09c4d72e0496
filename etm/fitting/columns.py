"""What a file of measurements may hold: observables, their columns, and units."""

import re

_TEMPERATURE = {"K": 1.0, "mK": 1e-3, "uK": 1e-6}
_FIELD = {"T": 1.0, "mT": 1e-3, "uT": 1e-6, "G": 1e-4, "kG": 0.1, "Oe": 1e-4, "kOe": 0.1}
_HEAT = {
    f"{prefix}{unit}": size * scale
    for unit, scale in (("J/(g K)", 1.0), ("J/(kg K)", 1e-3))
    for prefix, size in (("", 1.0), ("m", 1e-3), ("u", 1e-6), ("n", 1e-9))
}
_RATIO = {"1": 1.0, "%": 1e-2, "ppm": 1e-6, "1e-3": 1e-3, "1e-4": 1e-4, "1e-5": 1e-5, "1e-6": 1e-6}
_MOMENT = {
    "A m2/g": 1.0,
    "mA m2/g": 1e-3,
    "uA m2/g": 1e-6,
    "A m2/kg": 1e-3,
    "emu/g": 1e-3,
    "memu/g": 1e-6,
    "uemu/g": 1e-9,
}
_FREQUENCY = {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9}
_TIME = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}

UNITS = {
    "T": _TEMPERATURE,
    "B": _FIELD,
    "B_ref": _FIELD,
    "frequency": _FREQUENCY,
    "tau1": _TIME,
    "tau2": _TIME,
    "tau12": _TIME,
    "C": _HEAT,
    "epsilon": _RATIO,
    "loss": _RATIO,
    "A": _RATIO,
    "M": _MOMENT,
}
"""Accepted units of each column and what one of them is in K, T, Hz, s, J/(g K), 1, A m²/g."""

LIMITS = {
    "T": (400.0, "K", "check the unit"),
    "B": (100.0, "T", "check the unit"),
    "B_ref": (100.0, "T", "check the unit"),
    "epsilon": (0.5, "", "epsilon is the relative change Δε/ε: give (ε - ε0)/ε0, not ε itself"),
    "loss": (0.5, "", "loss is tan δ, or its change: check the unit"),
}
"""What no glass in a cryostat has, in the units of the package, and the remedy."""

MEANINGS = {
    "C": "specific heat, per gram",
    "epsilon": "relative change Δε/ε of the permittivity",
    "loss": "tan δ, or its change",
    "A": "echo amplitude over that of the two-level systems at the lowest temperature",
    "M": "magnetization, per gram",
}
"""What the value of each observable is."""

OBSERVABLES = {
    "heat-capacity": ("C", (), ()),
    "permittivity": ("epsilon", (), ("frequency",)),
    "loss": ("loss", ("frequency",), ()),
    "echo": ("A", ("frequency", "tau1", "tau2", "tau12"), ()),
    "magnetization": ("M", (), ()),
}
"""The value's column, the further columns needed, and those that may be there."""


def header(text):
    """Name and unit of a column from its head, `T [K]`.

    Parameters
    ----------
    text : str

    Returns
    -------
    name : str
    unit : str or None
        In the spelling of `UNITS`: u for µ, 2 for ², no sign of multiplication.
    """
    match = re.fullmatch(r"\s*([^\[\]]*?)\s*(?:\[\s*([^\[\]]*?)\s*\])?\s*", text)
    if match is None:
        return text.strip(), None
    name, unit = match.groups()
    return name, None if unit is None else _plain(unit)


def factor(column, unit):
    """What one `unit` of a column is in the units of the package.

    Parameters
    ----------
    column : str
        A key of `UNITS`.
    unit : str or None
        As `header` gives it.

    Returns
    -------
    float or None
        None for a unit that is not accepted.
    """
    if unit is None:
        unit = "1"
    return {_plain(known): size for known, size in UNITS[column].items()}.get(unit)


def _plain(unit):
    unit = unit.replace("µ", "u").replace("μ", "u").replace("²", "2").replace("^", "")
    unit = re.sub(r"[·*⋅]", " ", unit)
    unit = re.sub(r"/\s*(k?g)\s*/\s*K$", r"/(\1 K)", unit)
    return re.sub(r"\s+", " ", re.sub(r"\s*([/()])\s*", r"\1", unit)).strip()
