"""The surface M(T, B): etm beside what a reader would write, with two levels and with three.

All directions of the loops averaged, everything in one run on one core.  Two levels, 100
temperatures (10 mK to 300 K) by 200 fields (0.035 to 7 T):

* nested `scipy.integrate.quad` over D, D0 and the direction, timed on a few points and
  scaled to the surface;
* the same three integrals by Gauss in plain NumPy, on 16 points, scaled; it takes as
  many nodes as give 1e-6.

Three levels, 8 temperatures by 10 fields: Gauss in ln D, the angle α of the asymmetries, ln D0
and the direction, with every Hamiltonian of the grid diagonalised, timed on two points, scaled; it takes as
many nodes as give 1e-7.

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
from etm.magnetization import ats as magnetization
from etm.units import BOLTZMANN, PHASE_ENERGY
from etm.wells import asymmetries_from_polar, three_well

T = np.geomspace(0.01, 300, 100)
B = np.linspace(0.035, 7, 200)
ROW = etm.tables.read("jug2016_table11").iloc[0]
AREA = etm.ATS.flux_area_from_field(ROW.B_star_T)
ATS = etm.ATS(ROW.D_min_K, ROW.D0_min_K_A2, ROW.D0_max_K_A2, ROW.ats_density_per_g, AREA)
POINTS = [(i, j) for i in (30, 70) for j in (10, 120)]
PER_GRAM = 2 * np.pi * ATS.density * BOLTZMANN
RATIO = np.log(ATS.D0_max / ATS.D0_min)


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


def work(D, s, t):
    """-B ∂F/∂B of one system [K]."""
    E = np.hypot(D, s)
    return s * s * np.tanh(E / (2 * t)) / (2 * E)


def top(t):
    """Where ln D/D_min may end: beyond, the integrand falls as 1/D."""
    return np.log(1e8 * max(t, 30.0) / ATS.D_min)


def nested_quad(t, b):
    """Over ln D inside cos β inside ln D0."""

    def over_D(s):
        return integrate.quad(lambda u: work(ATS.D_min * np.exp(u), s, t), 0, top(t), limit=200)[0]

    def over_direction(log):
        energy = PHASE_ENERGY * np.exp(log) * b
        return integrate.quad(lambda mu: over_D(energy * mu), 0, 1)[0]

    ends = np.log(ATS.D0_min), np.log(ATS.D0_max)
    return PER_GRAM / b * integrate.quad(over_direction, *ends)[0]


def plain_gauss(temperatures, fields, n):
    """The same integrals by n nodes in ln D, 8 in ln D0 and n/2 in cos β, one point at a time."""
    (x, w), (y, v), (z, u) = (unit_gauss(k) for k in (n, 8, n // 2))
    energy = PHASE_ENERGY * ATS.D0_min * np.exp(RATIO * y)[:, None] * z
    weight = RATIO * v[:, None] * u
    result = np.empty((temperatures.size, fields.size))
    for i, t in enumerate(temperatures):
        D, dD = ATS.D_min * np.exp(top(t) * x), top(t) * w
        for j, b in enumerate(fields):
            result[i, j] = PER_GRAM / b * np.sum(weight * (work(D, energy[..., None] * b, t) @ dD))
    return result


def unit_gauss(n):
    x, w = np.polynomial.legendre.leggauss(n)
    return (x + 1) / 2, w / 2


def diagonalised(t, b, n):
    """The exact M by n nodes in ln D, n in α, 6 in ln D0 and n/4 in cos β.

    The currents are read from the eigenvectors.
    """
    (x, w), (y, v), (z, u) = (unit_gauss(k) for k in (n, 6, n // 4))
    reach = top(t)
    D, angle = np.meshgrid(ATS.D_min * np.exp(reach * x), np.pi / 3 * x * x, indexing="ij")
    wells = asymmetries_from_polar(D.ravel(), angle.ravel())
    weight = (reach * w[:, None] * 2 * x * w).ravel()
    total = 0.0
    for log, dlog in zip(RATIO * y, RATIO * v, strict=True):
        hopping = np.sqrt(0.75) * ATS.D0_min / AREA * np.exp(log)
        for cosine, dcosine in zip(z, u, strict=True):
            phase = ATS.phase(b) * cosine
            H = three_well(wells, hopping, phase)
            upper = np.triu(np.ones((3, 3)), 1) - np.tril(np.ones((3, 3)), -1)
            upper[0, 2], upper[2, 0] = -1, 1
            slope = 1j / 3 * upper * H
            levels, states = np.linalg.eigh(H)
            slopes = np.einsum("nik,nij,njk->nk", states.conj(), slope, states).real
            boltzmann = np.exp((levels[:, :1] - levels) / t)
            current = -(boltzmann * slopes).sum(axis=1) / boltzmann.sum(axis=1)
            total += dlog * dcosine * cosine * np.sum(weight * current)
    return PER_GRAM * ATS.phase(1.0) * total


def error(values, exact):
    """Largest relative difference."""
    return np.abs(np.asarray(values) / exact - 1).max()


def row(name, seconds, error, ratio, memory=None):
    shown = f"{memory:8.1f}" if memory is not None else " " * 8
    print(f"  {name:<42}{seconds:>11.4g}{error:>11.1e}{ratio:>11.3g}{shown}")


def two_levels():
    """Time the three ways to the surface of two levels and print the table."""

    def surface():
        return magnetization(T[:, None], B, ATS)

    seconds, values = median_time(surface, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", integrate.IntegrationWarning)
        start = time.perf_counter()
        quad = np.array([nested_quad(T[i], B[j]) for i, j in POINTS])
        quad_time = (time.perf_counter() - start) / len(POINTS)
    picked = np.array([values[i, j] for i, j in POINTS])
    few = T[12::25], B[25::50]
    here = values[12::25, 25::50]
    n = 16
    while error(plain_gauss(*few, n), here) > 1e-6 and n < 400:
        n += 8
    gauss_time, gauss = median_time(lambda: plain_gauss(*few, n), 1)
    gauss_time *= values.size / gauss.size
    print(f"M(T, B) of Duran, two levels, {T.size} x {B.size}, average over directions, one core")
    print(f"  {'':<42}{'seconds':>11}{'difference':>11}{'x etm':>11}{'MB':>8}")
    row("etm", seconds, error(here, plain_gauss(*few, 2 * n)), 1, peak_memory(surface))
    whole = quad_time * values.size
    row(f"nested quad, {quad_time:.2g} s a point", whole, error(quad, picked), whole / seconds)
    row(f"Gauss, {n} nodes in ln D", gauss_time, error(gauss, here), gauss_time / seconds)


def three_levels():
    """The same of the exact levels."""
    temperatures, fields = np.geomspace(0.5, 100, 8), np.linspace(0.5, 5, 10)

    def surface():
        return magnetization(temperatures[:, None], fields, ATS, levels=3)

    seconds, values = median_time(surface, 1)
    points = [(1, 2), (5, 8)]
    picked = np.array([values[p] for p in points])
    n = 16
    while True:
        start = time.perf_counter()
        plain = [diagonalised(temperatures[i], fields[j], n) for i, j in points]
        plain_time = (time.perf_counter() - start) / len(points) * values.size
        if error(plain, picked) < 1e-7 or n >= 96:
            break
        n += 16
    print(f"M(T, B) of Duran, three levels, {temperatures.size} x {fields.size}")
    row("etm", seconds, error(picked, plain), 1, peak_memory(surface))
    row(f"diagonalisation, {n} nodes", plain_time, error(plain, picked), plain_time / seconds)


if __name__ == "__main__":
    two_levels()
    three_levels()
    print("  difference: largest relative one, etm against Gauss with twice the nodes or the")
    print("  diagonalisation, the others against etm; both are timed on some points and scaled")
