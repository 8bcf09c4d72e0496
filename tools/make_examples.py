"""Write the synthetic measurements of `data/examples/`, from published parameters and noise.

`python tools/make_examples.py [folder]`; a second run changes no byte.
"""

import sys
from pathlib import Path

import numpy as np

import etm
from etm.fitting import Measurements, model
from etm.fitting.columns import OBSERVABLES, UNITS

FOLDER = Path(__file__).resolve().parents[1] / "data" / "examples"
SEED = 2018


def grid(temperatures, fields):
    """Every temperature with every field."""
    T, B = np.meshgrid(temperatures, fields, indexing="ij")
    return T.ravel(), B.ravel()


def cutoffs(D_min, D0_min, D0_max):
    """The parameters of `etm.fitting` for cutoffs in K and K Å²."""
    width = np.log(D0_max / D0_min)
    return {"ln_Dmin": np.log(D_min), "ln_D0min": np.log(D0_min), "ln_width": np.log(width)}


def row(table, **where):
    """The row of a published table with these entries."""
    rows = etm.tables.read(table)
    for name, value in where.items():
        rows = rows[rows[name] == value]
    return next(rows.itertuples())


DURAN = etm.glasses.load("Duran")
AT_123 = DURAN.at(1.23)
CAPACITOR = row("jug2016_table7", glass="BAS", temperature_mK=88)
CAVITY = row("jug2016_table8", glass="BAS", case="sample 2")
SQUID = row("jug2016_table10", glass="BAS")
PERMITTIVITY = {
    **cutoffs(CAPACITOR.D_min_K, CAPACITOR.D0_min_K_A2, CAPACITOR.D0_max_K_A2),
    "ln_A_ATS": np.log(CAPACITOR.prefactor_K),
}
OFFSETS = dict.fromkeys(("offset_1", "offset_2", "offset_3"), 0.0)


EXAMPLES = {
    "heat-capacity": {
        "source": "Duran as fitted in Jug, Bonfanti & Kob 2016, Tables 3 and 4 (1.23 K)",
        "model": "ats+iron",
        "points": grid([1.11, 1.23, 1.36], np.linspace(0, 7.5, 31)),
        "reference": 8.0,
        "parameters": {
            **cutoffs(AT_123.D_min, AT_123.D0_min, AT_123.D0_max),
            "ln_n_ATS": np.log(AT_123.density),
            **{f"n_{ion.name[:3]}": ion.density / 1e17 for ion in DURAN.ions},
        },
        "noise": 5e-8,
        "units": {"T": "K", "B": "T", "C": "µJ/(g K)"},
    },
    "permittivity": {
        "source": "BAS as fitted in Jug, Bonfanti & Kob 2016, Table 7 (88 mK)",
        "model": "ats",
        "points": grid([0.077, 0.088, 0.096], np.geomspace(0.004, 1.2, 30)),
        "reference": 0.0,
        "parameters": PERMITTIVITY | OFFSETS,
        "noise": 1e-6,
        "units": {"T": "mK", "B": "mT", "epsilon": "ppm"},
    },
    "loss": {
        "source": "BAS as fitted in Jug, Bonfanti & Kob 2016, Table 7 (88 mK)",
        "model": "ats",
        "points": grid([0.077, 0.088, 0.096], np.geomspace(0.004, 1.2, 30)),
        "reference": 0.0,
        "extra": {"frequency": 1e3},
        "parameters": PERMITTIVITY
        | {"ln_Gamma": -np.log(CAPACITOR.Gamma_inverse_per_s_K5)}
        | OFFSETS,
        "noise": 2e-7,
        "units": {"T": "mK", "B": "mT", "loss": "1e-6", "frequency": "kHz"},
    },
    "echo": {
        "source": "BAS, sample 2 of Jug, Bonfanti & Kob 2016, Table 8; the share is ours",
        "advice": (
            "# The apparatus is known: etm fit ... --start c=3.825 phase=0.24027 p1F0=0.45",
        ),
        "model": "ats",
        "points": grid([0.012, 0.03], np.r_[0.0, np.geomspace(0.06, 2.0, 9)]),
        "extra": {"frequency": 1e9, "tau1": 1e-7, "tau2": 2e-7, "tau12": 2e-6},
        "parameters": {
            **cutoffs(CAVITY.D_min_mK / 1e3, CAVITY.D0_min_K_A2, CAVITY.D0_max_K_A2),
            "ln_Gamma": -np.log(1e6 * CAVITY.Gamma_inverse_per_us_K5),
            "level": 1.0,
            "scale": -0.1,
        },
        "fixed": {
            "ln_p1F0": np.log(CAVITY.p1_F0_D_kV_per_m),
            "c": CAVITY.c_ATS_minus_c_2LS_per_us_K,
            "phase": np.arctan(CAVITY.tan_omega_delta_tau),
        },
        "noise": 5e-4,
        "units": {"T": "mK", "B": "mT", "A": "%"}
        | {"frequency": "GHz", "tau1": "µs", "tau2": "µs", "tau12": "µs"},
    },
    "magnetization": {
        "source": "BAS as fitted in Jug, Bonfanti & Kob 2016, Table 10; no activation",
        "model": "ats+iron",
        "points": grid(np.geomspace(2, 60, 25), [1.0, 3.0, 5.0]),
        "parameters": {
            **cutoffs(SQUID.D_min_K, SQUID.D0_min_K_A2, SQUID.D0_max_K_A2),
            "ln_n_ATS": np.log(SQUID.ats_density_per_g),
            "n_Fe2": SQUID.density_Fe2_per_g / 1e17,
            "n_Fe3": SQUID.density_Fe3_per_g / 1e17,
            "chi_L": 2.1,
        },
        "fixed": {"E0": 0.0, "T0": 1.26},
        "noise": 2e-9,
        "units": {"T": "K", "B": "kOe", "M": "memu/g"},
    },
}


def measurements(observable, seed=SEED):
    """Synthetic measurements, with noise of the seed.

    Parameters
    ----------
    observable : str
    seed : int or None
        None for no noise.

    Returns
    -------
    Measurements
    """
    example = EXAMPLES[observable]
    T, B = example["points"]
    by_T = np.unique(T).size <= np.unique(B).size
    curve = np.array([f"{x:.6g} {'K' if by_T else 'T'}" for x in (T if by_T else B)])
    extra = {name: np.full(T.size, x) for name, x in example.get("extra", {}).items()}
    reference = example.get("reference")
    reference = None if reference is None else np.full(T.size, reference)
    error = np.full(T.size, example["noise"])
    data = Measurements(observable, T, B, np.zeros(T.size), error, curve, reference, extra)
    plain = {"offset": 0.0, **example["parameters"], **example.get("fixed", {})}
    value = model(observable, example["model"]).predict(plain, data)
    if seed is not None:
        value = value + error * np.random.default_rng(seed).standard_normal(T.size)
    return Measurements(observable, T, B, value, error, curve, reference, extra)


def text(observable):
    """The file of an example."""
    example, data = EXAMPLES[observable], measurements(observable)
    name = OBSERVABLES[observable][0]
    columns = {"T": data.T, "B": data.B, name: data.value, "error": data.error}
    if data.reference is not None:
        columns["B_ref"] = data.reference
    columns |= data.extra
    heads, entries = [], []
    for column, values in columns.items():
        quantity = name if column == "error" else column
        unit = example["units"].get("B" if column == "B_ref" else quantity)
        heads.append(f"{column} [{unit}]")
        size = UNITS[quantity][unit.replace("µ", "u")]
        digits = 3 if column == name else 6
        scale = example["noise"] / size if column == name else 0.0
        entries.append([_number(x / size, digits, scale) for x in values])
    known = {**example["parameters"], **example.get("fixed", {})}
    lines = [
        f"# SYNTHETIC measurements, not measured: {observable}, model {example['model']}.",
        f"# {example['source']}.",
        "# True values: "
        + ", ".join(f"{k.removeprefix('ln_')} = {_plain(k, v):.5g}" for k, v in known.items()),
        f"# Gaussian noise of the size of the error; seed {SEED}; made by tools/make_examples.py.",
        *example.get("advice", ()),
        ", ".join(heads),
        *(", ".join(row) for row in zip(*entries, strict=True)),
    ]
    return "\n".join(lines) + "\n"


def write(folder=FOLDER):
    """Write all examples and return their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for observable in EXAMPLES:
        path = folder / f"{observable}.csv"
        path.write_text(text(observable), encoding="utf-8")
        paths.append(path)
    return paths


def _plain(name, value):
    return np.exp(value) if name.startswith("ln_") else value


def _number(x, digits, scale):
    """Six digits, or as many decimals as a noise of this scale leaves sense in."""
    if scale == 0.0:
        return f"{x:.{digits}g}"
    return f"{x:.{max(0, digits - 1 - int(np.floor(np.log10(scale))))}f}"


if __name__ == "__main__":
    for written in write(*sys.argv[1:]):
        print(written)
