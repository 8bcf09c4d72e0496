"""The surfaces ε′(T, B) and tan δ(T, B): etm beside what a reader would write.

100 temperatures (5 mK to 1 K) by 200 fields (0 to 1 T), all directions of the loops
averaged, everything in one run:

* nested `scipy.integrate.quad` over D, D0 and the direction, timed on a few points and
  scaled to the surface;
* the same three integrals by Gauss in plain NumPy, on 16 points, scaled; it takes as
  many nodes as give 1e-6.

Run with `make bench`.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import time
import tracemalloc
import warnings

import numpy as np
from scipy import integrate

import etm
from etm.dielectric import ats_loss, ats_permittivity
from etm.units import PHASE_ENERGY

T = np.geomspace(0.005, 1, 100)
B = np.linspace(0, 1, 200)
ROW = etm.tables.read("jug2016_table7").iloc[0]
ATS = etm.ATS(ROW.D_min_K, ROW.D0_min_K_A2, ROW.D0_max_K_A2, 1e16)
STRENGTH, OMEGA_GAMMA = ROW.prefactor_K, 2 * np.pi * 1e3 / ROW.Gamma_inverse_per_s_K5
POINTS = [(i, j) for i in (20, 60) for j in (10, 120)]


def median_time(function, runs):
    """Median wall time of several runs, and the result."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def peak_memory(function):
    """Most memory [MB] that Python and NumPy held at once."""
    tracemalloc.start()
    function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def resonant(D, s, t):
    """Change of the resonant part of one system."""
    E = np.hypot(D, s)
    return STRENGTH / 2 * (np.tanh(E / (2 * t)) / E * (1 + (s / E) ** 2) - np.tanh(D / (2 * t)) / D)


def absorbed(D, s, t):
    """Change of the loss of one system."""

    def at(s):
        E = np.hypot(D, s)
        phase = OMEGA_GAMMA * np.tanh(E / (2 * t)) / (E**3 * (s * s + D * D / 2))
        thermal = np.cosh(np.minimum(E / (2 * t), 300.0)) ** -2
        return (D / E) ** 2 * thermal * phase / (1 + phase**2)

    return STRENGTH / (4 * t) * (at(s) - at(0.0))


REACH = {resonant: 1e5, absorbed: 60.0}
"""Where D may end [K]: the first falls as D^-3, the second exponentially."""


def nested_quad(system, t, b):
    """Over ln D inside cos β inside ln D0."""
    top = np.log(REACH[system] / ATS.D_min)

    def over_D(s):
        return integrate.quad(lambda u: system(ATS.D_min * np.exp(u), s, t), 0, top)[0]

    def over_direction(log):
        energy = PHASE_ENERGY * np.exp(log) * b
        return integrate.quad(lambda mu: over_D(energy * mu), 0, 1)[0]

    return integrate.quad(over_direction, np.log(ATS.D0_min), np.log(ATS.D0_max))[0]


def plain_gauss(system, temperatures, fields, n):
    """The same integrals by n nodes in ln D, cos β and ln D0 each, one point at a time."""
    x, w = np.polynomial.legendre.leggauss(n)
    x, w = (x + 1) / 2, w / 2
    ratio = np.log(ATS.D0_max / ATS.D0_min)
    energy = PHASE_ENERGY * ATS.D0_min * np.exp(ratio * x)[:, None] * x
    weight = ratio * w[:, None] * w
    result = np.empty((temperatures.size, fields.size))
    for i, t in enumerate(temperatures):
        top = np.log(REACH[system] / ATS.D_min)
        D, dD = ATS.D_min * np.exp(top * x), top * w
        for j, b in enumerate(fields):
            result[i, j] = np.sum(weight * (system(D, energy[..., None] * b, t) @ dD))
    return result


def error(values, exact):
    """Largest difference over the largest change: both change sign."""
    return np.abs(values - exact).max() / np.abs(exact).max()


def row(name, seconds, error, ratio, memory=None):
    shown = f"{memory:8.1f}" if memory is not None else " " * 8
    print(f"  {name:<42}{seconds:>11.4g}{error:>11.1e}{ratio:>11.3g}{shown}")


def compare(title, surface, system):
    """Time the three ways to a surface and print the table."""
    seconds, values = median_time(surface, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", integrate.IntegrationWarning)
        start = time.perf_counter()
        quad = np.array([nested_quad(system, T[i], B[j]) for i, j in POINTS])
        quad_time = (time.perf_counter() - start) / len(POINTS)
    picked = np.array([values[i, j] for i, j in POINTS])
    few = T[12::25], B[25::50]
    exact = plain_gauss(system, *few, 160)
    n = 16
    while error(plain_gauss(system, *few, n), exact) > 1e-6:
        n += 8
    gauss_time, gauss = median_time(lambda: plain_gauss(system, *few, n), 1)
    gauss_time *= values.size / gauss.size
    print(f"{title}, {T.size} x {B.size}, average over directions, one core")
    print(f"  {'':<42}{'seconds':>11}{'error':>11}{'x etm':>11}{'MB':>8}")
    row("etm", seconds, error(values[12::25, 25::50], exact), 1, peak_memory(surface))
    whole = quad_time * values.size
    row(f"nested quad, {quad_time:.2g} s a point", whole, error(quad, picked), whole / seconds)
    row(f"Gauss, {n} nodes three times", gauss_time, error(gauss, exact), gauss_time / seconds)


if __name__ == "__main__":
    compare("ε′(T, B) of BAS", lambda: ats_permittivity(T[:, None], B, ATS, STRENGTH), resonant)
    compare(
        "tan δ(T, B) of BAS",
        lambda: ats_loss(T[:, None], B, ATS, STRENGTH, OMEGA_GAMMA / 1e4, 1e4),
        absorbed,
    )
    print("  error: largest difference over the largest change, etm and Gauss against Gauss with")
    print("  160 nodes, quad against etm; both are timed on some points and scaled to all")
