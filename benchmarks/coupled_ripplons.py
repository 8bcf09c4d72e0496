"""The plateau and the bump of ripplons coupled to sound, and states by recursion and by factors.

On one core, T_g = 3.5 T_D, 96 ripplons of eight frequencies, broadened:

* κ(T) at 60 temperatures (`etm.ripplon_plateau.conductivity`), for three steps of the energy;
* the bump at 60 temperatures (`etm.ripplon_coupling.bump`);
* states up to an energy by the recursion of `etm.ripplon_plateau.states`, and by multiplying
  the series (1 - z^k)^(-g) of one step after the other, as long as that takes seconds.

Run with `make bench`.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import time

import numpy as np

from etm.ripplon_coupling import Coupling, bump, lines
from etm.ripplon_plateau import conductivity, on_steps, states
from etm.ripplons import frequencies

COUPLING = Coupling(3.5)
OMEGA, COPIES = frequencies()
T = np.geomspace(0.005, 0.1, 60)


def median_time(function, runs):
    """Median wall time of several runs, and the result."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def by_factors(modes):
    """The same states, one factor after the other."""
    n = modes.size
    counts = np.zeros(n + 1)
    counts[0] = 1.0
    for k, g in enumerate(modes, start=1):
        j = np.arange(1, n // k + 1)
        series = np.zeros(n + 1)
        series[0], series[k * j] = 1.0, np.cumprod((j - 1 + g) / j)
        counts = np.convolve(counts, series)[: n + 1]
    return counts


def main():
    finest = conductivity(T, COUPLING, OMEGA, COPIES, step=1 / 3200)
    for n in (200, 800, 1600):
        seconds, kappa = median_time(
            lambda n=n: conductivity(T, COUPLING, OMEGA, COPIES, step=1 / n), 3
        )
        error = np.max(np.abs(kappa / finest - 1))
        print(f"κ(T) at {T.size} temperatures, step 1/{n}: {seconds:.2f} s, error {error:.0e}")
    seconds, _ = median_time(lambda: bump(T, COUPLING, OMEGA, COPIES), 3)
    print(f"Bump at {T.size} temperatures: {seconds:.2f} s")
    nodes, weights = lines(COUPLING, OMEGA, COPIES)
    for highest in (0.5, 1.0, 2.0):
        modes = on_steps(nodes, weights, 1 / 800, int(800 * highest))
        fast, counts = median_time(lambda m=modes: states(m), 5)
        slow, exact = median_time(lambda m=modes: by_factors(m), 1)
        differ = np.max(np.abs(counts / exact - 1))
        print(f"States up to {highest}: {fast:.2g} s, by factors {slow:.2g} s, differ {differ:.0e}")


if __name__ == "__main__":
    main()
