"""Errors that do not assume a parabola: intervals from the profile of χ²."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

import lmfit
import numpy as np

from etm.checks import choice, number, positive
from etm.fitting.fit import STEP, problem_residual
from etm.fitting.result import Fit

__all__ = ["Interval", "profile", "rise_at"]

STEPS = 40
"""Steps outwards before a side is called open."""

WIDEST = 2.0
"""First step of a logarithm, however large its error."""

GROWTH = 1.6
OFF_BOUND = 0.01
CLOSE = 1e-2
"""Rise of χ² found to this share of what is wanted."""

BETTER = 0.02
"""Fall of χ² below the fit's beyond which the fit was not the best; less is rounding."""


@dataclass(frozen=True)
class Interval:
    """Where χ² of the best fit with one parameter held rises by `rise`.

    Parameters
    ----------
    name : str
    best : float
        Best value.
    low, high : float
        Ends of the interval; -inf or inf where χ² never rises that far before the bound.
    rise : float
        1 for 68 %, 4 for 95 %.
    fall : float
        How far χ² falls below the fit's at a better minimum met on the way; 0 if there is none.
        With a better one `low` and `high` are NaN.
    better : dict of str to float
        All parameters there, to fit again with: `fit(..., start=interval.better)`.
    """

    name: str
    best: float
    low: float
    high: float
    rise: float
    fall: float = 0.0
    better: Mapping[str, float] = field(default_factory=dict)

    def __str__(self):
        if self.better:
            return self._no_interval()
        log = self.name.startswith("ln_")
        best, low, high = (np.exp(x) if log else x for x in (self.best, self.low, self.high))
        ends = [
            f"{x:.5g}" if np.isfinite(y) else "open"
            for x, y in ((low, self.low), (high, self.high))
        ]
        name = self.name.removeprefix("ln_")
        return f"{name} = {best:.5g}, from {ends[0]} to {ends[1]} (chi2 + {self.rise:g})"

    def _no_interval(self):
        plain = (
            (name.removeprefix("ln_"), np.exp(x) if name.startswith("ln_") else x)
            for name, x in self.better.items()
        )
        return (
            f"{self.name.removeprefix('ln_')}: NO INTERVAL, for the fit is not the best one: chi2 is"
            f" lower by {self.fall:.4g} at {' '.join(f'{n}={x:.6g}' for n, x in plain)}. Fit again"
            " with these as start values."
        )


def profile(fit: Fit, name: str, rise: float = 1.0) -> Interval:
    """The interval of a parameter in which the others can make up for it.

    Parameters
    ----------
    fit : Fit
        A converged fit.
    name : str
        One of `fit.free` or `fit.settled`.
    rise : float, optional
        Of χ² at the ends: 1 for one standard error (default), 4 for two.

    Returns
    -------
    Interval
        In the units of `fit.parameters`, logarithms for names that begin with `ln_`.

    Raises
    ------
    ValueError
        For a parameter that was not fitted, or a rise that is not > 0.

    Warns
    -----
    UserWarning
        If χ² falls below that of the fit, so that this was not the best one.  The interval then
        has no ends, but the parameters of the better minimum, where all are fitted once more.

    Notes
    -----
    Source: χ²(best of the others) - χ²(best) = rise, the likelihood-ratio interval; the others
    are fitted anew at each trial value, from where the last one ended.
    """
    choice("name", name, (*fit.free, *fit.settled))
    rise = number("rise", rise, positive)
    parameter = fit.parameters[name]
    step = parameter.stderr or 0.1 * max(abs(parameter.value), 0.1)
    step = min(step, WIDEST) if name.startswith("ln_") else step
    try:
        low, high = (_end(fit, name, rise, side * step * np.sqrt(rise)) for side in (-1, 1))
    except _BetterFound as found:
        chi2, values = _refitted(fit, name, found.parameters)
        better = Interval(
            name, parameter.value, np.nan, np.nan, rise, float(fit.chi2 - chi2), values
        )
        warnings.warn(str(better), UserWarning, stacklevel=2)
        return better
    return Interval(name, parameter.value, low, high, rise)


def rise_at(fit: Fit, name: str, value: float) -> float:
    """How far χ² rises above that of a fit if one parameter is held and the others are fitted.

    Parameters
    ----------
    fit : Fit
    name : str
        One of `fit.free` or `fit.settled`.
    value : float
        In the units of `fit.parameters`.

    Returns
    -------
    float
        Less than 1 if the value is inside the interval of `profile` with the same rise; below 0
        if the fit was not the best one.

    Raises
    ------
    ValueError
        For a parameter that was not fitted.
    """
    choice("name", name, (*fit.free, *fit.settled))
    return float(_held(fit, name, value, fit.parameters)[0])


class _BetterFound(Exception):
    """χ² fell below that of the fit."""

    def __init__(self, parameters):
        super().__init__()
        self.parameters = parameters


def _refitted(fit, name, parameters):
    """χ² and all values of the better minimum, the held parameter free again."""
    parameters[name].vary = True
    result = lmfit.minimize(
        problem_residual, parameters, args=(fit.problem,), scale_covar=False, epsfcn=STEP
    )
    return result.chisqr, dict(result.params.valuesdict())


def _end(fit, name, rise, step):
    """Where the rise is reached on one side: outwards in growing steps, then by halving."""
    bound = fit.parameters[name].min if step < 0 else fit.parameters[name].max
    inside, below, start = fit.parameters[name].value, 0.0, fit.parameters
    for _ in range(STEPS):
        outside = inside + step
        reached = outside <= bound if step < 0 else outside >= bound
        outside = bound if reached else outside
        above, found = _rise(fit, name, outside, start)
        if above >= rise:
            return _between(fit, name, rise, (inside, below), (outside, above), start)
        if reached:
            break
        inside, below, start, step = outside, above, found, GROWTH * step
    return np.copysign(np.inf, step)


def _between(fit, name, rise, inside, outside, start):
    for _ in range(STEPS):
        (x, y), (X, Y) = inside, outside
        # √χ² is nearly straight
        share = (np.sqrt(rise) - np.sqrt(max(y, 0.0))) / (np.sqrt(Y) - np.sqrt(max(y, 0.0)))
        middle = x + np.clip(share, 0.05, 0.95) * (X - x)
        height, found = _rise(fit, name, middle, start)
        if abs(height - rise) < CLOSE * rise:
            return middle
        if height < rise:
            inside, start = (middle, height), found
        else:
            outside = (middle, height)
    return middle


def _rise(fit, name, value, start):
    """The same as `_held`, which must not be below the fit."""
    rise, found = _held(fit, name, value, start)
    if rise < -BETTER:
        raise _BetterFound(found)
    return rise, found


def _held(fit, name, value, start):
    """χ² above its minimum with one parameter held, and where the others are then."""
    trial = start.copy()
    for other in fit.settled:
        p = trial[other]
        inwards = OFF_BOUND if p.value < p.max and p.value == p.min else -OFF_BOUND
        at_bound = p.value in (p.min, p.max)
        p.set(value=p.value + inwards if at_bound else p.value, vary=True)
    trial[name].set(value=value, vary=False)
    if not any(p.vary for p in trial.values()):
        return float(np.sum(fit.residual(trial) ** 2)) - fit.chi2, trial
    result = lmfit.minimize(
        problem_residual,
        trial,
        args=(fit.problem,),
        scale_covar=False,
        epsfcn=STEP,
        calc_covar=False,
    )
    return result.chisqr - fit.chi2, result.params
