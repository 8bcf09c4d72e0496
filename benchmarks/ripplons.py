"""A curve of the thermal conductivity, and its states counted by convolution and one by one.

On one core, for silica (T_g = 4.4 T_D, 96 ripplons of eight frequencies):

* κ(T) at 100 temperatures (`etm.ripplons.conductivity`);
* all states up to an energy by `etm.ripplons.multisets`, which convolves one frequency after
  the other;
* the same by naive enumeration, mode after mode and quantum after quantum, as long as that
  takes seconds and not years.

Run with `make bench`.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import time

import numpy as np

from etm.ripplons import conductivity, frequencies, multisets

T_G = 4.4
OMEGA, COPIES = frequencies()
MODES = np.repeat(OMEGA, COPIES)
MOST = 3e6
"""States that are enumerated one by one."""


def median_time(function, runs):
    """Median wall time of several runs, and the result."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def enumerated(highest):
    """Number of states up to an energy, one by one."""
    count, open_ends = 0, [(0.0, 0)]
    while open_ends:
        energy, first = open_ends.pop()
        count += 1
        for mode in range(first, MODES.size):
            higher = energy + MODES[mode]
            if higher > highest:
                break
            open_ends.append((higher, mode))
    return count


if __name__ == "__main__":
    T = np.geomspace(1e-3, 0.5, 100)
    seconds, kappa = median_time(lambda: conductivity(T, T_G, OMEGA, COPIES), 5)
    print(f"Conductivity at {T.size} temperatures: {seconds:.2f} s")
    print(f"  {'κ/K from':<10}{kappa.min():.2e} to {kappa.max():.2e}")
    print("States of the ripplons up to an energy")
    print(
        f"  {'energy':>7}{'states':>10}{'one by one':>12}{'convolved':>11}{'gain':>9}{'differ':>8}"
    )
    for highest in (0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 3.0):
        fast, (_, counts) = median_time(lambda e=highest: multisets(OMEGA, COPIES, e), 5)
        slow, gain, differ = "-", "-", "-"
        if counts.sum() < MOST:
            took, count = median_time(lambda e=highest: enumerated(e), 1)
            slow, gain = f"{took:.2g}", f"{took / fast:.2g}"
            differ = f"{abs(count - counts.sum()):.0f}"
        print(f"  {highest:>7}{counts.sum():>10.3g}{slow:>12}{fast:>11.2g}{gain:>9}{differ:>8}")
    print("  seconds; gain: one by one over convolved; differ: states more or less")
