"""The heat-capacity surface C(T, B) of Duran: etm beside what a reader would write.

60 temperatures (0.05 to 10 K) by 200 fields (0 to 8 T), average over all directions of
the loops, everything in one run:

* nested `scipy.integrate.quad` over the gap and the direction (eq. 17 averaged), timed
  on some points and scaled to the surface;
* vectorised `scipy.integrate.tanhsinh`, over the gap and the direction as a reader would
  nest it (on every tenth point of the grid, scaled), and over the gap alone, with the
  averaged density in the closed form of this package;
* the floor: the thermal factor evaluated once on the fewest Gauss nodes per point that
  reach 1e-10, with the weights given for nothing.

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
from etm.thermal import schottky
from etm.units import BOLTZMANN

T = np.geomspace(0.05, 10, 60)[:, None]
B = np.linspace(0, 8, 200)[None, :]
ATS = etm.glasses.load("Duran").at(1.23)
GOAL = 1e-10
WINDOW = 36


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


def nested_quad(t, b):
    """C [J/(g K)] by quad over the gap inside quad over the direction."""
    low, high = ATS.field_energies(b, "parallel")

    def at(cosine):
        a, c = low * cosine, high * cosine
        first, second = np.hypot(ATS.D_min, a), np.hypot(ATS.D_min, c)

        def between(E):
            inside = (E**2 - a**2) * (E**2 - ATS.D_min**2) / (a * ATS.D_min) ** 2
            return E / np.cosh(E / (2 * t)) ** 2 * np.log(inside)

        def beyond(E):
            inside = (ATS.D0_max / ATS.D0_min) ** 2 * (E**2 - a**2) / (E**2 - c**2)
            return E / np.cosh(E / (2 * t)) ** 2 * np.log(inside)

        last = first + WINDOW * t
        total = integrate.quad(between, first, min(second, last))[0]
        if second < last:
            total += integrate.quad(beyond, second, last)[0]
        return total

    mean = integrate.quad(at, 0, 1)[0]
    return np.pi * ATS.density * BOLTZMANN / (4 * t**2) * mean


def integrand(E, t, a, b):
    """g(E) times the heat capacity of one system, over 2π P* n k_B."""
    y = np.sqrt(np.maximum((E - ATS.D_min) * (E + ATS.D_min), 1e-300))
    return ATS.density_beyond(ATS.D_min, y, a, b) * schottky(E / (2 * t))


def tanhsinh(rtol):
    """The surface by scipy's vectorised tanh-sinh rule on the three smooth pieces."""
    t, b = np.broadcast_arrays(T, B)
    low, high = ATS.field_energies(b)
    last = ATS.D_min + WINDOW * t
    edges = [np.full(t.shape, ATS.D_min), np.hypot(ATS.D_min, low), np.hypot(ATS.D_min, high), last]
    total = 0
    for start, end in zip(edges, edges[1:], strict=False):
        start, end = np.minimum(start, last), np.minimum(end, last)
        piece = integrate.tanhsinh(integrand, start, end, args=(t, low, high), rtol=rtol)
        total = total + np.where(end > start, piece.integral, 0)
    return BOLTZMANN * total


def nested_tanhsinh(t, b, rtol):
    """C [J/(g K)] by tanhsinh over the gap inside tanhsinh over the direction."""
    t, low, high = np.broadcast_arrays(t, *ATS.field_energies(b, "parallel"))

    def density(E, t, a, c):
        if_low = (E**2 - a**2) * (E**2 - ATS.D_min**2) / (a * ATS.D_min) ** 2
        if_high = (ATS.D0_max / ATS.D0_min) ** 2 * (E**2 - a**2) / np.maximum(E**2 - c**2, 1e-300)
        inside = np.where(np.hypot(ATS.D_min, c) < E, if_high, if_low)
        return E / np.cosh(E / (2 * t)) ** 2 * np.log(np.maximum(inside, 1.0))

    def at(cosine, t, low, high):
        t, a, c = np.broadcast_arrays(t, low * cosine, high * cosine)
        first = np.hypot(ATS.D_min, a)
        last = first + WINDOW * t
        second = np.minimum(np.hypot(ATS.D_min, c), last)
        total = integrate.tanhsinh(density, first, second, args=(t, a, c), rtol=rtol).integral
        rest = integrate.tanhsinh(density, second, last, args=(t, a, c), rtol=rtol).integral
        return total + np.where(second < last, rest, 0)

    mean = integrate.tanhsinh(at, 0, 1, args=(t, low, high), rtol=rtol).integral
    return np.pi * ATS.density * BOLTZMANN / (4 * t**2) * mean


def fewest_nodes(surface):
    """Fewest Gauss nodes on the three pieces that give the surface to 1e-10.

    Nodes are Gaussian in the smooth variables of `etm`, a number for each piece, found
    by lowering one after the other while the whole surface stays right.  The pieces
    end where a point needs them to, not at a window shared with other temperatures.
    """
    t, b = (x.ravel() for x in np.broadcast_arrays(T, B))
    low, high = (x[:, None] for x in ATS.field_energies(b))
    D, top = ATS.D_min, ATS.D_min + WINDOW * t[:, None]
    reach = np.sqrt((top - D) * (top + D))

    def piece(n, k):
        x, w = np.polynomial.legendre.leggauss(n)
        x, w = (x + 1) / 2, w / 2
        if k == 0:
            m, end = D, np.arcsinh(np.minimum(low, reach) / D)
            y, dy = D * np.sinh(end * x), D * np.cosh(end * x) * end * w
        else:
            m = np.maximum(low, D) if k == 1 else high
            start = np.maximum(np.minimum(low, D) if k == 1 else D, 1e-150)
            stop = np.minimum(high, reach) if k == 1 else reach
            stop = np.sqrt(np.maximum(stop**2 - (m - D) * (m + D), start**2))
            y = start * (stop / start) ** x
            dy = y * np.log(stop / start) * w
        E = np.sqrt(m * m + y * y)
        return E, ATS.density_beyond(m, np.maximum(y, 1e-150), low, high) * y / E * dy

    def value(E, weight):
        return BOLTZMANN * np.einsum("jk,jk->j", schottky(E / (2 * t[:, None])), weight)

    nodes = [32, 48, 64]
    parts = [value(*piece(n, k)) for k, n in enumerate(nodes)]
    wanted = surface.ravel()
    for k in (2, 1, 0):
        while nodes[k] > 2:
            trial = value(*piece(nodes[k] - 1, k))
            error = np.abs((sum(parts) - parts[k] + trial) / wanted - 1).max()
            if error > GOAL * (3 - k) / 3:
                break
            nodes[k], parts[k] = nodes[k] - 1, trial
    E, weight = (np.concatenate(x, axis=1) for x in zip(*map(piece, nodes, range(3)), strict=True))

    def floor():
        """The kernel in pieces that fit in the cache."""
        result = np.empty(t.size)
        for start in range(0, t.size, 100):
            part = slice(start, start + 100)
            factor = schottky(E[part] / (2 * t[part, None]))
            result[part] = np.einsum("jk,jk->j", factor, weight[part])
        return BOLTZMANN * result.reshape(surface.shape)

    return nodes, floor


def row(name, seconds, error, ratio, memory=None):
    shown = f"{memory:8.1f}" if memory is not None else " " * 8
    print(f"  {name:<42}{seconds:>11.4g}{error:>11.1e}{ratio:>11.3g}{shown}")


def compare_surfaces():
    """Time the four ways to the surface and print the table."""
    points = [(i, j) for i in (5, 30, 55) for j in (10, 60, 150)]
    etm_time, surface = median_time(lambda: etm.heat_capacity.ats(T, B, ATS), 15)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", integrate.IntegrationWarning)
        start = time.perf_counter()
        quad = np.array([nested_quad(T[i, 0], B[0, j]) for i, j in points])
        quad_time = (time.perf_counter() - start) / len(points)
    with np.errstate(all="ignore"):
        reference = tanhsinh(1e-13)
        tanhsinh_time, by_tanhsinh = median_time(lambda: tanhsinh(GOAL / 10), 3)
        tanhsinh_memory = peak_memory(lambda: tanhsinh(GOAL / 10))
        few = T[5::10], B[:, 10::20]
        nested_time, nested = median_time(lambda: nested_tanhsinh(*few, GOAL / 10), 1)
        nested_time *= surface.size / nested.size
        nested_error = np.abs(nested / reference[5::10, 10::20] - 1).max()
    nodes, floor = fewest_nodes(surface)
    floor_time, by_floor = median_time(floor, 9)

    def error(values, exact=reference):
        return np.abs(values / exact - 1).max()

    picked = np.array([reference[i, j] for i, j in points])
    print(f"C(T, B) of Duran, {T.size} x {B.size}, average over directions, one core")
    print(f"  {'':<42}{'seconds':>11}{'error':>11}{'x etm':>11}{'MB':>8}")
    memory = peak_memory(lambda: etm.heat_capacity.ats(T, B, ATS))
    row("etm.heat_capacity.ats", etm_time, error(surface), 1, memory)
    whole = quad_time * surface.size
    row(
        f"nested quad, {1e3 * quad_time:.1f} ms a point",
        whole,
        error(quad, picked),
        whole / etm_time,
    )
    row("tanhsinh over gap and direction", nested_time, nested_error, nested_time / etm_time)
    ratio = tanhsinh_time / etm_time
    row("tanhsinh, closed-form density", tanhsinh_time, error(by_tanhsinh), ratio, tanhsinh_memory)
    name = f"floor: kernel on {'+'.join(map(str, nodes))} = {sum(nodes)} nodes"
    row(name, floor_time, error(by_floor), floor_time / etm_time)
    print("  error: largest relative one, against the last tanhsinh at rtol 1e-13")
    print("  the nested rules are timed and compared on some points, and scaled to all")
    shortcut, _ = median_time(lambda: etm.heat_capacity.ats(T, B, ATS, "rms"), 15)
    print(f"  the exact average costs {etm_time / shortcut:.2f} times the shortcut φ/√3")


def compare_levels():
    """Closed form of the levels beside diagonalisation, and the exact surface."""
    area = etm.ATS.flux_area_from_field(1.63)
    exact = etm.ATS(ATS.D_min, ATS.D0_min, ATS.D0_max, ATS.density, area)
    seconds, _ = median_time(lambda: etm.heat_capacity.ats(T, B, exact, levels=3), 1)
    print(f"\nExact three-level surface, {T.size} x {B.size}: {seconds:.1f} s")
    rng = np.random.default_rng(1)
    E, phase = rng.normal(size=(100_000, 3)), rng.uniform(0, 6, size=100_000)
    closed, levels = median_time(lambda: etm.wells.three_well_levels(E, 1.0, phase), 7)
    matrix, others = median_time(lambda: np.linalg.eigvalsh(etm.wells.three_well(E, 1.0, phase)), 3)
    error = np.abs(levels - others).max()
    print(f"Levels of 100 000 three-well systems: closed form {1e3 * closed:.0f} ms, "
          f"eigvalsh {1e3 * matrix:.0f} ms ({matrix / closed:.1f} times), error {error:.0e}")  # fmt: skip


if __name__ == "__main__":
    compare_surfaces()
    compare_levels()
