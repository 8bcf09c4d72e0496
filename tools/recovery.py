"""How often do the errors that `etm.fitting` quotes contain the truth? Many fits of synthetic measurements, counted.

python tools/recovery.py                      every case, with the number of seeds that CASES names
python tools/recovery.py echo joint           some cases
python tools/recovery.py --seeds 20 loss      fewer seeds of one

Each case is a file of measurements without noise: the worked example of an observable, the heat capacity at one
temperature alone, or two observables at once. Seed 0, 1, 2, ... draws its noise, a fit is made, and the distance of
every parameter from its truth is written down: in units of the quoted error, and where that is cheap as the rise of
chi2 when the parameter is held at the truth, which is below 1 where the interval of the profile contains it.

A second count, of heat capacities with iron and no ATS, says how often AIC and BIC elect the ATS all the same.

Every fit is a line in _build/recovery/; a run that was stopped goes on there. Remove the folder after a change of the
fits. The counts go into the section "recovery" of data/evidence.json.
"""

import argparse
import json
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace

import make_examples
import numpy as np
from evidence import ROOT, store
from scipy.stats import binomtest, norm

from etm import fitting
from etm.fitting.uncertainty import rise_at

LINES = ROOT / "_build" / "recovery"
WORKERS = 2
WIDTHS = {"one": 1.0, "two": 2.0}
SHARED = ("ln_n_ATS", "n_Fe2", "n_Fe3")

CHOICES = {"iron-alone": 30}
"""Worlds without ATS, and how many of each."""

NEAR = 0.1
"""How far from the truth a start near it is, in the fitted logarithms and amounts."""


@dataclass(frozen=True)
class Case:
    """One kind of experiment.

    Parameters
    ----------
    title : str
    measurements : callable
        measurements() -> list of (Measurements without noise, model, true parameters).
    seeds : int
    profile : bool
        Whether the rise of χ² at the truth is taken as well.
    near : bool
        Whether fits start near the truth instead of at the program's own first guesses.
    options : dict
        Further arguments of the fit.
    """

    title: str
    measurements: Callable
    seeds: int
    profile: bool = False
    near: bool = False
    options: dict = field(default_factory=dict)


def example(observable, curve=None):
    """The worked example of an observable, or one curve of it."""
    known = make_examples.EXAMPLES[observable]
    data = make_examples.measurements(observable, None)
    data = data if curve is None else data.only(curve)
    return [(data, known["model"], known["parameters"] | known.get("fixed", {}))]


def joint():
    """The heat capacity and a magnetization of the same piece of Duran, as in the chapter."""
    ((heat, name, truth),) = example("heat-capacity")
    T, B = make_examples.grid([0.5, 1.0, 2.0, 4.0], np.linspace(0.25, 5, 20))
    curve = np.array([f"{t:g} K" for t in T])
    moment = fitting.Measurements("magnetization", T, B, 0 * T, 0 * T + 3e-8, curve)
    plain = truth | {"chi_L": 2.1, "E0": 0.0, "T0": 1.26}
    moment = replace(moment, value=fitting.model("magnetization", name).predict(plain, moment))
    return [(heat, name, truth), (moment, name, plain)]


def only(observable, curve=None):
    return lambda: example(observable, curve)


CASES = {
    "heat-capacity": Case("heat capacity, three temperatures", only("heat-capacity"), 400, True),
    "one-temperature": Case(
        "heat capacity, 1.23 K alone", only("heat-capacity", "1.23 K"), 400, True
    ),
    "iron-known": Case(
        "heat capacity, 1.23 K, iron known",
        only("heat-capacity", "1.23 K"),
        200,
        True,
        options={"hold": ("n_Fe2", "n_Fe3")},
    ),
    "permittivity": Case("permittivity", only("permittivity"), 200, True),
    "loss": Case("loss", only("loss"), 80),
    "echo": Case("echo", only("echo"), 80, near=True),
    "magnetization": Case("magnetization", only("magnetization"), 200, True),
    "joint": Case("heat capacity and magnetization", joint, 400, options={"shared": SHARED}),
}


def one_fit(name, seed):
    """Fit the measurements of one seed and compare with the truth.

    Parameters
    ----------
    name : str
        A key of `CASES`.
    seed : int

    Returns
    -------
    dict
        seed, converged, settled (names), chi2, freedom, seconds of processor; pulls and, for
        cases with a profile, rises by parameter.  The pull of a parameter without an error is
        None.
    """
    begin = time.process_time()
    case, parts = CASES[name], CASES[name].measurements()
    random = np.random.default_rng(seed)
    data = [replace(d, value=d.value + d.error * random.standard_normal(len(d))) for d, *_ in parts]
    found = fitting.fit(data, [m for _, m, _ in parts], start=starts(case, parts), **case.options)
    truth = true_values(found, parts)
    fitted = [n for n in truth if n in (*found.free, *found.settled)]
    errors = {n: found.parameters[n].stderr if n in found.free else None for n in fitted}
    pulls = {
        n: (found.parameters[n].value - truth[n]) / e if e else None for n, e in errors.items()
    }
    rises = {n: rise_at(found, n, truth[n]) for n in fitted} if case.profile else {}
    return {
        "seed": seed,
        "converged": found.converged,
        "settled": list(found.settled),
        "chi2": found.chi2,
        "freedom": found.points - found.count,
        "pulls": pulls,
        "rises": rises,
        "seconds": time.process_time() - begin,
    }


def one_choice(name, seed):
    """Fit a world of iron alone with and without ATS.

    Parameters
    ----------
    name : str
        A key of `CHOICES`.
    seed : int

    Returns
    -------
    dict
        seed, converged (with ATS); by how much χ², AIC and BIC are lower with ATS.
    """
    ((data, model, truth),) = example("heat-capacity")
    value = fitting.model("heat-capacity", "iron").predict(truth, data)
    noise = np.random.default_rng(seed).standard_normal(len(data))
    data = replace(data, value=value + data.error * noise)
    both, alone = fitting.fit(data, model), fitting.fit(data, "two-level+iron")
    gains = {n: float(getattr(alone, n) - getattr(both, n)) for n in ("chi2", "aic", "bic")}
    return {"seed": seed, "converged": both.converged} | gains


def one(name, seed):
    return one_choice(name, seed) if name in CHOICES else one_fit(name, seed)


def starts(case, parts):
    """What the fits are told: the apparatus, what is held, near the truth if the case says so."""
    given = {}
    for data, _, truth in parts:
        fixed = make_examples.EXAMPLES[data.observable].get("fixed", {})
        given |= {n: truth[n] for n in (*fixed, *case.options.get("hold", ()))}
        if case.near:
            given |= {n: x + NEAR for n, x in truth.items() if n not in fixed and "ln_" in n}
    return given


def true_values(found, parts):
    """The truth by full names: offsets are 0, names of one set of measurements carry its tag."""
    truth = {}
    for full, (plain, where) in found.problem.labels.items():
        known = parts[-1][2] if where.startswith("M") else parts[0][2]
        truth[full] = 0.0 if plain == "offset" else known[plain]
    return truth


def lines(name):
    """What is known of a case, by seed."""
    path = LINES / f"{name}.jsonl"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        known = [json.loads(line) for line in file if line.endswith("\n")]
    return {entry["seed"]: entry for entry in known}


def run(names, seeds=None, workers=WORKERS):
    """Make the fits that are missing; each is written as soon as it is done."""
    LINES.mkdir(parents=True, exist_ok=True)
    number = {n: case.seeds for n, case in CASES.items()} | CHOICES
    wanted = [(n, s) for n in names for s in range(seeds or number[n])]
    known = {n: lines(n) for n in names}
    missing = [(n, s) for n, s in wanted if s not in known[n]]
    print(f"{len(wanted) - len(missing)} fits are known, {len(missing)} are to be made", flush=True)
    with ProcessPoolExecutor(workers, initializer=quietly) as pool:
        jobs = {pool.submit(one, *job): job for job in missing}
        for count, job in enumerate(as_completed(jobs), 1):
            name, entry = jobs[job][0], job.result()
            with (LINES / f"{name}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
            if count % 50 == 0 or count == len(missing):
                print(f"{count} of {len(missing)}", flush=True)


def quietly():
    """A worker steps back behind other work and repeats no warnings."""
    os.nice(5)
    warnings.simplefilter("ignore")


def counted(hits, of):
    """A count with Wilson's 95 % interval of the share."""
    interval = binomtest(hits, of).proportion_ci(0.95, "wilson") if of else None
    return {
        "inside": hits,
        "of": of,
        "share": round(hits / of, 4) if of else None,
        "interval": [round(x, 4) for x in interval] if interval else None,
    }


def summary(name, entries):
    """The counts of one case."""
    case = CASES[name]
    good = [e for e in entries if e["converged"]]
    parameters = {}
    for n in dict.fromkeys(n for e in entries for n in e["pulls"]):
        pulls = np.array([e["pulls"][n] for e in good if e["pulls"].get(n) is not None])
        rises = np.array([e["rises"][n] for e in good if n in e["rises"]])
        parameters[n] = {
            "covariance": {
                w: counted(int(np.sum(abs(pulls) < x)), pulls.size) for w, x in WIDTHS.items()
            },
            "mean_pull": round(float(pulls.mean()), 3) if pulls.size else None,
            "spread_of_pulls": round(float(pulls.std()), 3) if pulls.size else None,
            "without_error": sum(e["pulls"].get(n) is None for e in good),
        }
        if rises.size:
            parameters[n]["profile"] = {
                w: counted(int(np.sum(rises < x**2)), rises.size) for w, x in WIDTHS.items()
            }
    rises = [min(e["rises"].values()) for e in good if e["rises"]]
    return {
        "title": case.title,
        "fits": len(entries),
        "start": "near the truth" if case.near else "of the program",
        "points": int(good[0]["freedom"] + len(good[0]["pulls"])) if good else None,
        "converged": len(good),
        "at_a_bound": sum(bool(e["settled"]) for e in good),
        "better_minimum": sum(r < -0.02 for r in rises),
        "chi2_per_freedom": round(
            sum(e["chi2"] for e in good) / max(1, sum(e["freedom"] for e in good)), 4
        ),
        "seconds": round(sum(e["seconds"] for e in entries), 1),
        "parameters": parameters,
    }


def election(entries):
    """How often the criteria elect ATS that are not there."""
    gains = [e["chi2"] for e in entries]
    return {
        "fits": len(entries),
        "not_converged": sum(not e["converged"] for e in entries),
        "aic_elects": sum(e["aic"] > 0 for e in entries),
        "bic_elects": sum(e["bic"] > 0 for e in entries),
        "median_gain_in_chi2": round(float(np.median(gains)), 2),
        "largest_gain_in_chi2": round(max(gains), 2),
    }


def write():
    """Count all lines there are and store the section."""
    choices = {n: election(list(known.values())) for n in CHOICES if (known := lines(n))}
    cases = {}
    for name in CASES:
        entries = lines(name)
        if entries:
            cases[name] = summary(name, [entries[s] for s in sorted(entries)])
    expected = {w: round(float(2 * norm.cdf(x) - 1), 4) for w, x in WIDTHS.items()}
    store("recovery", {"expected": expected, "cases": cases, "choices": choices})
    return cases


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="*", choices=[[], *CASES, *CHOICES], help="default: all")
    parser.add_argument("--seeds", type=int, help="for each case, instead of its own number")
    parser.add_argument("--count", action="store_true", help="count what there is, fit nothing")
    options = parser.parse_args(arguments)
    if not options.count:
        run(options.case or [*CASES, *CHOICES], options.seeds)
    for name, case in write().items():
        shares = [p["covariance"]["one"]["share"] for p in case["parameters"].values()]
        print(f"{name:<16}{case['fits']:>4} fits, {case['converged']} converged; within one error:",
              *(f"{100 * s:.0f}" for s in shares if s is not None))  # fmt: skip


if __name__ == "__main__":
    main()
