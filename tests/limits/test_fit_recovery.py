"""Fits give back what was put in, and their errors are as large as they say."""

from dataclasses import replace

import make_examples
import numpy as np
import pytest
import recovery
from scipy.stats import binom, chi2

from etm import fitting
from etm.fitting.columns import OBSERVABLES

SEEDS = 50
TOLERATED = 1e-4
"""Chance with which an honest fit fails a test, for each number tested."""


@pytest.mark.parametrize("observable", OBSERVABLES)
def test_examples_are_recovered_within_their_errors(observable):
    example = make_examples.EXAMPLES[observable]
    data = fitting.read(fitting.example(observable), observable)
    start = example.get("fixed", {})
    if observable == "echo":  # a point costs most here, so the scan of first guesses is spared
        start = start | {n: example["parameters"][n] + 0.1 for n in ("ln_Dmin", "ln_D0min")}
        start |= {n: example["parameters"][n] - 0.1 for n in ("ln_width", "ln_Gamma")}
    found = fitting.fit(data, example["model"], start=start)
    assert found.converged
    assert set(found.free) == set(example["parameters"])
    for name, truth in example["parameters"].items():
        p = found.parameters[name]
        assert abs(p.value - truth) < 4 * p.stderr, name
    freedom = found.points - len(found.free)
    assert chi2.ppf(TOLERATED, freedom) < found.chi2 < chi2.isf(TOLERATED, freedom)


def heat_capacities():
    """Two points in three without noise, and the true parameters."""
    clean = make_examples.measurements("heat-capacity", None)
    clean = clean.where(np.flatnonzero(np.arange(len(clean)) % 3 < 2))
    return replace(clean, error=clean.error / 2), make_examples.EXAMPLES["heat-capacity"][
        "parameters"
    ]


def noisy(data, seed):
    noise = np.random.default_rng(seed).standard_normal(len(data))
    return replace(data, value=data.value + data.error * noise)


def test_errors_cover_the_truth_as_often_as_they_should():
    """Many seeds: shares within one and two errors are binomial, χ² is χ²."""
    clean, truth = heat_capacities()
    pulls, chi2s = [], []
    for seed in range(SEEDS):
        found = fitting.fit(noisy(clean, seed), "ats+iron")
        assert found.converged
        pulls.append([(p.value - truth[n]) / p.stderr for n, p in found.parameters.items()])
        chi2s.append(found.chi2)
    pulls = np.abs(pulls)
    assert pulls.shape == (SEEDS, 6)
    for width, share in ((1, 0.6827), (2, 0.9545)):
        low, high = binom.ppf([TOLERATED, 1 - TOLERATED], SEEDS, share)
        inside = np.sum(pulls < width, axis=0)
        assert np.all((low <= inside) & (inside <= high)), inside
    freedom = SEEDS * (len(clean) - 6)
    assert chi2.ppf(TOLERATED, freedom) < np.sum(chi2s) < chi2.isf(TOLERATED, freedom)


@pytest.mark.parametrize(("observable", "seeds"), [("permittivity", 8), ("magnetization", 4)])
def test_errors_are_those_of_the_scatter(observable, seeds):
    """Seeds that `tools/recovery.py` does not draw: squared distances from the truth are χ².

    Each parameter by its error, one degree of freedom a seed; and all of them by the rise of χ²
    at the truth, one a parameter, which would be too large if a fit were not the best.
    """
    ((clean, name, plain),) = recovery.example(observable)
    squares, rise = [], 0.0
    for seed in range(10_000, 10_000 + seeds):
        found = fitting.fit(noisy(clean, seed), name, start=plain, starts=1)
        assert found.converged
        truth = recovery.true_values(found, [(clean, name, plain)])
        free = [found.parameters[n] for n in found.free]
        squares.append([((p.value - truth[p.name]) / p.stderr) ** 2 for p in free])
        rise += np.sum(found.residual(truth) ** 2) - found.chi2
    low, high = (chi2.isf(p, seeds) for p in (1 - TOLERATED, TOLERATED))
    assert np.all((low < np.sum(squares, axis=0)) & (np.sum(squares, axis=0) < high))
    count = np.size(squares)
    assert chi2.ppf(TOLERATED, count) < rise < chi2.isf(TOLERATED, count)


def test_errors_that_are_too_small_would_be_noticed():
    """The same test with measurement errors stated at half their size fails."""
    clean, truth = heat_capacities()
    inside = 0
    for seed in range(20):
        data = noisy(clean, seed)
        found = fitting.fit(replace(data, error=data.error / 2), "ats+iron", starts=1)
        p = found.parameters["ln_n_ATS"]
        inside += abs(p.value - truth["ln_n_ATS"]) < p.stderr
    assert inside < binom.ppf(0.05, 20, 0.6827)


def test_joint_fits_recover_shared_densities_and_narrow_them():
    """Heat capacity and magnetization of one glass, with cutoffs of their own."""
    heat = make_examples.EXAMPLES["heat-capacity"]["parameters"]
    moment = make_examples.EXAMPLES["magnetization"]
    clean = make_examples.measurements("magnetization", None)
    shared = {name: heat[name] for name in ("ln_n_ATS", "n_Fe2", "n_Fe3")}
    plain = moment["parameters"] | moment["fixed"] | shared
    value = fitting.model("magnetization", "ats+iron").predict(plain, clean)
    pair = [make_examples.measurements("heat-capacity"), noisy(replace(clean, value=value), 7)]
    found = fitting.fit(pair, ["ats+iron", "ats+iron"], shared=list(shared))
    assert found.converged
    truth = (
        {f"{k}_C": v for k, v in heat.items()} | {f"{k}_M": v for k, v in plain.items()} | shared
    )
    for name in found.free:
        p = found.parameters[name]
        assert abs(p.value - truth[name]) < 4 * p.stderr, name
    alone = fitting.fit(pair[0], "ats+iron")
    for name in ("n_Fe2", "n_Fe3"):
        assert found.parameters[name].stderr < 0.5 * alone.parameters[name].stderr
