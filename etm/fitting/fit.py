"""Weighted least squares of one or several observables."""

from collections.abc import Mapping, Sequence
from typing import Any

import lmfit
import numpy as np

from etm.checks import choice, integer
from etm.fitting.measurements import Measurements
from etm.fitting.models import QUANTITIES, Model, model
from etm.fitting.problem import Problem, full_name
from etm.fitting.result import Fit
from etm.fitting.verdict import APPARATUS, message, tied

__all__ = ["fit"]

STEP = 1e-12
"""Square of the relative step of a derivative: wide enough that rounding does not count."""

ROUGH, APPROACH = 1e-4, 200
"""Tolerance and evaluations of the approach to the minimum."""

AT_BOUND = 1e-3
"""A parameter this share of its range, or of 1, from a bound is at it."""

LOWER = 0.01
"""Fall of χ² that makes the fit with a parameter released from its bound the better one."""

RELEASE = 500
"""Evaluations after which a release that is no better is given up."""

SLOPE = 1e-4
"""Relative step of the slopes that errors beside a bound are made of."""

ALIKE = 1e-7
"""Smallest over largest effect of a combination of parameters, below which it is not known."""

GUESSED_ON = 8
"""Points of a curve on which first guesses are ranked."""


def fit(
    measurements: Measurements | Sequence[Measurements],
    models: Model | str | Sequence[Model | str],
    shared: Sequence[str] | None = None,
    per_curve: Sequence[str] = (),
    start: Mapping[str, float] | None = None,
    hold: Sequence[str] = (),
    free: Sequence[str] = (),
    starts: int = 3,
    max_evaluations: int | None = None,
) -> Fit:
    """Fit models to measurements by weighted least squares.

    Parameters
    ----------
    measurements : Measurements or sequence of Measurements
    models : Model or str or sequence of them
        One for each set of measurements.
    shared : sequence of str, optional
        Parameters of several sets of measurements that are one; all of the same name but
        offsets, levels and scales unless given.
    per_curve : sequence of str, optional
        Parameters that each curve has of its own; offsets always are.
    start : mapping of str to float, optional
        Start values, by name: {"Dmin": 0.3} [K] or {"ln_Dmin": -1.2}.
    hold, free : sequence of str, optional
        Parameters not to be fitted, or to be fitted though they are not by default.
    starts : int, optional
        First guesses tried at most, until χ² is what noise makes.
    max_evaluations : int, optional
        Of the model, for each start.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        For unknown names, start values out of bounds, or fewer points than parameters.
    """
    measurements = (measurements,) if isinstance(measurements, Measurements) else measurements
    models = (models,) if isinstance(models, (Model, str)) else models
    if len(measurements) != len(models):
        raise ValueError(
            f"{len(measurements)} sets of measurements and {len(models)} models: give one for each"
        )
    models = [_model(m, data) for m, data in zip(models, measurements, strict=True)]
    shared = None if shared is None else [full_name(n) for n in shared]
    problem = Problem(measurements, models, shared, [full_name(n) for n in per_curve])
    parameters, given = _parameters(problem, start or {}, hold, free)
    fitted = [p for p in parameters.values() if p.vary]
    if problem.value.size <= len(fitted):
        raise ValueError(
            f"{problem.value.size} points and {len(fitted)} parameters: hold some"
            " parameters, share them between curves, or add measurements"
        )
    best = None
    for guess in _guesses(problem, parameters, given, integer("starts", starts, 1)):
        result = _minimum(problem, guess, max_evaluations)
        if best is None or result.chisqr < best.chisqr:
            best = result
        if best.success and best.chisqr < best.nfree + 4 * np.sqrt(2 * best.nfree):
            break
    best, settled = _settled(problem, best, max_evaluations)
    best, settled, freed = _released(problem, best, settled, max_evaluations)
    converged = bool(best.success and best.errorbars and not tied(best.params))
    widened = bool(settled and best.errorbars) and _widened(problem, best.params, settled)
    asked = {full for name in hold for full, _ in problem.matching(name)}
    held = [
        name
        for name, (plain, _) in problem.labels.items()
        if not parameters[name].vary and name not in given and (plain in APPARATUS or name in asked)
    ]
    text = message(problem, best, settled, held, freed, widened)
    return Fit(problem, best.params, converged, text, tuple(settled))


def problem_residual(parameters, problem):
    """The residual as lmfit calls it."""
    return problem.residual(parameters.valuesdict())


def _model(given, data):
    if not isinstance(given, Model):
        return model(data.observable, given)
    choice("observable", given.observable, (data.observable,))
    return given


def _parameters(problem, start, hold, free):
    """All parameters at their defaults or given values, and the names of the given ones."""
    result = lmfit.Parameters()
    for name, (plain, _) in problem.labels.items():
        q = QUANTITIES[plain]
        result.add(name, q.start, vary=q.vary, min=q.low, max=q.high)
    given = set()
    for name, value in start.items():
        for full, log in problem.matching(name):
            value_here = np.log(value) if log and value > 0 else value
            p = result[full]
            if (log and value <= 0) or not p.min <= value_here <= p.max:
                low, high = (np.exp(x) if log else x for x in (p.min, p.max))
                raise ValueError(
                    f"start value {name} = {value}: must be from {low:.3g} to {high:.3g}"
                )
            p.value = value_here
            given.add(full)
    for names, vary in ((hold, False), (free, True)):
        for name in names:
            for full, _ in problem.matching(name):
                result[full].vary = vary
    return result, given


def _guesses(problem, parameters, given, count):
    """Start values, the most promising first."""
    few = problem.thinned(GUESSED_ON)
    trials: dict[tuple[float, ...], Any] = {}
    lists = [list(model.candidates(data)) for model, data in _pairs(problem)]
    for k in range(max(map(len, lists))):
        candidates = [each[k % len(each)] for each in lists]
        trial = parameters.copy()
        for candidate in candidates[::-1]:
            for full, (plain, _) in problem.labels.items():
                if plain in candidate and full not in given and trial[full].vary:
                    trial[full].value = candidate[plain]
        trials.setdefault(tuple(trial.valuesdict().values()), trial)
    ranked: list[Any] = []
    for trial in trials.values() if len(trials) > 1 else ():
        values = few.solved(trial.valuesdict(), parameters, given)
        ranked.append((np.sum(few.residual(values) ** 2), len(ranked), trial))
    ranked = sorted(ranked, key=lambda entry: entry[:2]) or [(0.0, 0, *trials.values())]
    for _, _, trial in ranked[:count]:
        yield _approach(problem, trial, given)


def _approach(problem, guess, given):
    """Where the rest leads if the amplitudes are always the best ones: no valley is narrow then."""
    outer = guess.copy()
    for name in problem.amplitudes - given:
        outer[name].vary = False

    def residual(parameters):
        return problem.residual(problem.solved(parameters.valuesdict(), guess, given))

    if any(p.vary for p in outer.values()):
        outer = lmfit.minimize(
            residual,
            outer,
            epsfcn=STEP,
            ftol=ROUGH,
            xtol=ROUGH,
            max_nfev=APPROACH,
            calc_covar=False,
        ).params
    for name, value in problem.solved(outer.valuesdict(), guess, given).items():
        guess[name].value = value
    return guess


def _pairs(problem):
    return zip(problem.models, problem.measurements, strict=True)


def _minimum(problem, guess, max_evaluations):
    return lmfit.minimize(
        problem_residual,
        guess,
        args=(problem,),
        scale_covar=False,
        max_nfev=max_evaluations,
        epsfcn=STEP,
    )


def _settled(problem, result, max_evaluations):
    """The fit with parameters that ended at a bound held there, so that the others have errors."""
    settled: dict[str, str] = {}
    while True:
        parameters, more = result.params.copy(), {}
        for name, p in parameters.items():
            for bound, side in ((p.min, "lower"), (p.max, "upper")):
                scale = p.max - p.min if np.isfinite(p.max - p.min) else max(1.0, abs(bound))
                if p.vary and abs(p.value - bound) < AT_BOUND * scale:
                    p.set(value=bound, vary=False)
                    plain = np.exp(bound) if problem.labels[name][0].startswith("ln_") else bound
                    more[name] = f"{side} bound {plain:.4g}"
        if not more or not any(p.vary for p in parameters.values()):
            return result, settled
        settled |= more
        result = _minimum(problem, parameters, max_evaluations)


def _released(problem, result, settled, max_evaluations):
    """One more fit with what is held at a bound free again, from inside; the better is kept."""
    if not settled:
        return result, settled, {}
    parameters = result.params.copy()
    for name in settled:
        parameters[name].set(value=QUANTITIES[problem.labels[name][0]].start, vary=True)
    again = _minimum(problem, parameters, min(max_evaluations or RELEASE, RELEASE))
    if not again.success and again.chisqr < result.chisqr - LOWER:
        again = _minimum(problem, again.params, max_evaluations)
    again, still = _settled(problem, again, max_evaluations)
    fall = result.chisqr - again.chisqr
    if not fall > LOWER:
        return result, settled, {}
    return again, still, {name: (settled[name], fall) for name in settled if name not in still}


def _widened(problem, parameters, settled):
    """Whether errors could be given that allow for the parameters at a bound to be off it.

    The covariance of the others alone holds only if the bound is the truth.
    """
    values = parameters.valuesdict()
    best = problem.residual(values)
    free = [name for name, p in parameters.items() if p.vary]
    slopes = []
    for name in (*free, *settled):
        p = parameters[name]
        step = SLOPE * max(1.0, abs(p.value))
        step = -step if p.value + step > p.max else step
        column = (problem.residual(values | {name: p.value + step}) - best) / step
        if name in free or np.any(column):
            slopes.append(column)
    matrix = np.array(slopes).T
    norm = np.linalg.norm(matrix, axis=0)
    if not np.all(norm):
        return False
    _, sizes, rotation = np.linalg.svd(matrix / norm, full_matrices=False)
    if sizes[-1] < ALIKE * sizes[0]:
        return False
    turned = rotation / sizes[:, None]
    covariance = turned.T @ turned / np.outer(norm, norm)
    error = np.sqrt(np.diag(covariance))
    for k, name in enumerate(free):
        parameters[name].stderr = error[k]
        parameters[name].correl = {
            other: covariance[k, j] / (error[k] * error[j])
            for j, other in enumerate(free)
            if j != k
        }
    return True
