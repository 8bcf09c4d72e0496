"""The echo A(B) of the printed rows: etm beside what a reader would write.

Sixty fields (0 to 0.6 T) at 12 mK, all directions of the loops averaged, one core:

* plain Gauss in D and D0 φ, with panels of the same width in both, timed on a few fields
  and scaled to the curve;
* `scipy.integrate.quad` in D inside 40 Gauss nodes in D0 φ, timed on one field and scaled;
  it overlooks most of the oscillations.

Run with `make bench`.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy import integrate

import etm
from etm.echo import amplitude, two_level_amplitude

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "unit"))

import plain_echo

T = 0.012
B = np.linspace(0, 0.6, 60)
FEW = [5, 20]


def timed(function, runs=1):
    """Median wall time, and the result."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def nested_quad(b, row):
    """∫ ds W(s) ∫ dD/D, adaptive in D, 40 Gauss nodes in s."""
    ats, pulses, *constants = plain_echo.arguments(row)
    low, high = ats.field_energies(b)
    reach = plain_echo.reach_of(ats, pulses, constants[1])
    s, ds = plain_echo.panels(np.linspace(0, min(high, reach), 3), 20)

    def over_D(at):
        top = np.sqrt(max(reach**2 - at**2, ats.D_min**2))
        return integrate.quad(
            lambda D: plain_echo.system(D, at, T, pulses, *constants) / D, ats.D_min, top, limit=500
        )[0]

    weight = 1 / np.maximum(low, s) - 1 / high
    return 2 * np.pi * ats.density * sum(ds * weight * [over_D(at) for at in s])


def line(name, seconds, error, base):
    print(f"  {name:<38}{seconds:>11.4g}{error:>11.1e}{seconds / base:>11.3g}")


if __name__ == "__main__":
    warnings.simplefilter("ignore", integrate.IntegrationWarning)
    for row in plain_echo.TABLE:
        given = plain_echo.arguments(row)
        seconds, curve = timed(lambda given=given: amplitude(T, B, *given), 3)
        plain_time, plain = timed(
            lambda given=given: [plain_echo.amplitudes(T, B[k], *given)["average"] for k in FEW]
        )
        quad_time, quad = timed(lambda row=row: nested_quad(B[FEW[0]], row))
        print(f"{row.glass} {row.case}, {B.size} fields, one core")
        print(f"  {'':<38}{'seconds':>11}{'error':>11}{'x etm':>11}")
        error = np.abs(curve[FEW] / plain - 1).max()
        line("etm, against Gauss", seconds, error, seconds)
        line("Gauss in D and D0 φ", plain_time * B.size / len(FEW), error, seconds)
        error = abs(quad / curve[FEW[0]] - 1)
        line("quad in D, 40 nodes in D0 φ", quad_time * B.size, error, seconds)
    tls = etm.TwoLevelSystems(4e-3, 1e16)
    seconds, _ = timed(lambda: two_level_amplitude(T, tls, given[1], 0.5, 5.3e-8, 1e6), 3)
    print(f"two-level systems of a-SiO₂, one temperature: {seconds:.3g} s")
