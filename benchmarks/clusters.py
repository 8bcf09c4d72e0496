"""N particles that tunnel together: the symmetric sector beside the whole space.

The gap between the two lowest levels of N equal particles in two wells, U = Δ0/N, and in
three wells, everything in one run on one core:

* full diagonalisation (`scipy.linalg.eigh`) of all wells^N states, as long as that takes
  seconds and not hours;
* Lanczos iteration in the same space (`etm.clusters.lowest_levels`);
* the sector that is symmetric in the particles: N + 1 states with two wells,
  (N + 1)(N + 2)/2 with three.

Run with `make bench`.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import time

import numpy as np
from scipy.linalg import eigh

from etm.clusters import hamiltonian, lowest_levels, symmetric_hamiltonian

DELTA = 1.0
DENSE_MOST, SPARSE_MOST = 2_200, 20_000
"""States up to which the whole space is diagonalised, or iterated."""


def median_time(function, runs):
    """Median wall time of several runs, and the result."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def full(N, wells):
    H = hamiltonian(np.full(N, DELTA), DELTA / N, wells=wells)
    return eigh(H.toarray(), eigvals_only=True)[:2]


def iterated(N, wells):
    return lowest_levels(hamiltonian(np.full(N, DELTA), DELTA / N, wells=wells), 2)


def symmetric(N, wells):
    return lowest_levels(symmetric_hamiltonian(N, DELTA, DELTA / N, wells), 2)


def compare(wells, numbers):
    """Print seconds of the three ways, and how far the two lowest levels are apart."""
    print(f"Two lowest levels of N particles in {wells} wells, U = Δ0/N")
    print(
        f"  {'N':>4}{'states':>10}{'full':>11}{'Lanczos':>11}{'sector':>11}{'gain':>9}{'error':>10}"
    )
    for N in numbers:
        states = wells**N
        seconds, levels = median_time(lambda N=N: symmetric(N, wells), 5)
        ways = [(full, DENSE_MOST), (iterated, SPARSE_MOST)]
        found = [median_time(lambda N=N, w=way: w(N, wells), 1) if states <= most else None
                 for way, most in ways]  # fmt: skip
        others = [result for result in found if result]
        cells = "".join(f"{result[0]:>11.2g}" if result else f"{'-':>11}" for result in found)
        tail = f"{'-':>9}{'-':>10}"
        if others:
            error = max(np.abs(other - levels).max() for _, other in others)
            tail = f"{min(t for t, _ in others) / seconds:>9.0f}{error:>10.0e}"
        count = f"{states}" if states < 1e8 else f"{states:.0e}"
        print(f"  {N:>4}{count:>10}{cells}{seconds:>11.2g}{tail}")


if __name__ == "__main__":
    compare(2, (2, 6, 10, 11, 14, 50, 200))
    compare(3, (2, 4, 6, 7, 9, 30, 60, 100))
    print("  seconds; gain: the faster of the whole space over the sector; error [Δ0]")
