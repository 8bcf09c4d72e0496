"""What a file of measurements may hold: observables, their columns, and units."""

import re
from collections import Counter
from math import pi

_TEMPERATURE = {"K": 1.0, "mK": 1e-3, "uK": 1e-6}
_STRENGTH = {"Oe": 1e-4, "kOe": 0.1, "A/m": 4e-7 * pi, "kA/m": 4e-4 * pi}
_FIELD = {"T": 1.0, "mT": 1e-3, "uT": 1e-6, "G": 1e-4, "kG": 0.1} | _STRENGTH
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


REFUSED = (
    (r".*mol\^-1", "per mole: divide by the molar mass and give it per gram"),
    (r"c?m\^-3", "per volume: divide by the density and give it per gram"),
    (r"[mun]?J K\^-1|[mu]?emu|[mu]?A m\^2", "not per gram: divide by the mass of the sample"),
    (r"°?C|degC|F", "no kelvin: convert it"),
    (r"[fpnu]?F", "a capacitance: give its relative change, without a unit"),
)
"""Units that cannot be converted without knowing the sample, and what to do."""

WORDS = {
    "kelvin": "K",
    "tesla": "T",
    "gauss": "G",
    "oersted": "Oe",
    "hertz": "Hz",
    "second": "s",
    "sec": "s",
    "joule": "J",
    "gram": "g",
    "percent": "%",
}
PREFIXES = {"": "", "nano": "n", "micro": "u", "milli": "m", "kilo": "k", "mega": "M", "giga": "G"}
SPELLINGS = {
    prefix + word + plural: short + symbol
    for word, symbol in WORDS.items()
    for prefix, short in PREFIXES.items()
    for plural in ("", "s")
}
SIGNS = str.maketrans("µμ⁻−–⁰¹²³⁴⁵⁶⁷⁸⁹·⋅*×", "uu---0123456789    ")


def header(text):
    """Name and unit of a column from its head, `T [K]` or `T (K)`.

    Parameters
    ----------
    text : str

    Returns
    -------
    name : str
    unit : str or None
        As it is written there.
    """
    match = re.fullmatch(r"\s*([^\[\]]*?)\s*(?:\[\s*([^\[\]]*?)\s*\])?\s*", text)
    if match is None:
        return text.strip(), None
    if match[2] is None and (round_ := re.fullmatch(r"\s*([^()\[\]]*?)\s*\((.+)\)\s*", text)):
        match = round_
    return match[1], match[2]


def factor(column, unit):
    """What one `unit` of a column is in the units of the package.

    Parameters
    ----------
    column : str
        A key of `UNITS`.
    unit : str or None
        In any spelling: µ or u, J/(g K), J/g/K, J/gK or J g^-1 K^-1, tesla or T.

    Returns
    -------
    float or None
        None for a unit that is not accepted.
    """
    unit = spelled("1" if unit is None else unit)
    return {spelled(known): size for known, size in UNITS[column].items()}.get(unit)


def remark(column, unit):
    """What was assumed of a unit that is read, or what to do about one that is not.

    Parameters
    ----------
    column : str
    unit : str or None

    Returns
    -------
    str
        Empty if there is nothing to say.
    """
    plain = "" if unit is None else spelled(unit)
    size = {spelled(known): size for known, size in _STRENGTH.items()}.get(plain)
    if UNITS[column] is _FIELD and size is not None:
        return (
            f"{column} is given in {unit}, a unit of H: taken as B = µ0 H, 1 {unit} = {size:.4g} T;"
            " what the sample itself adds is left out"
        )
    if factor(column, unit) is None:
        return next((text for sign, text in REFUSED if re.search(rf"(^| )({sign})$", plain)), "")
    return ""


def spelled(unit):
    """One spelling for all that mean the same: powers, `J g^-1 K^-1`, and symbols for words.

    Parameters
    ----------
    unit : str

    Returns
    -------
    str
        What is no product of powers comes back as it is.
    """
    text = re.sub(r"[{}$\\]", "", unit).translate(SIGNS).replace("‰", "1e-3").strip()
    if number := re.fullmatch(r"(?:1?[eE]|10 ?\^?)\s*\(?(-\d+)\)?", text):
        return f"1e{number[1]}"
    powers: Counter[str] = Counter()
    sign = 1
    for mark, symbol, power in re.findall(r"(/)|([A-Za-z%°]+)(?:\^?\(?(-?\d)\)?)?", text):
        if mark:
            sign = -1
            continue
        symbol = SPELLINGS.get(symbol.lower(), symbol)
        symbols = re.fullmatch(r"(k?g)(K)|([mu]?A)(m)", symbol)
        symbols = [part for part in symbols.groups() if part] if symbols else [symbol]
        for part in symbols:
            powers[part] += sign * (int(power) if power and part == symbols[-1] else 1)
    rest = re.sub(r"/|([A-Za-z%°]+)(?:\^?\(?(-?\d)\)?)?", "", text)
    if not powers or rest.strip(" ()"):
        return text
    ordered = sorted(powers.items(), key=lambda entry: (entry[1] < 0, entry[0]))
    return " ".join(part if power == 1 else f"{part}^{power}" for part, power in ordered)
