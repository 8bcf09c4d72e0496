"""What is said of a fit: whether it converged, whether it fits, and what to do."""

import numpy as np
from scipy.stats import chi2 as chi2_distribution

from etm.fitting.models import QUANTITIES

TIED = 1e-6
"""Parameters with a correlation this close to ±1 are one."""

UNSEEN = 1e-6
"""Change of all residuals, for a parameter 0.01 larger, below which it does nothing."""

UNLIKELY = 1e-6
"""Chance of noise alone making such a χ², below which the fit is called no fit."""

APPARATUS = ("ln_p1F0", "c", "phase")
"""Parameters of the experiment, held by default at values that are nobody's measurement."""


def tied(parameters):
    """Names of the fitted parameters of which only a combination is known."""
    return [
        name
        for name, p in parameters.items()
        if any(abs(r) > 1 - TIED for r in (p.correl or {}).values())
    ]


def doubt(chi2, freedom, measurements):
    """What a χ² that noise does not make says of model and errors, or an empty text.

    Parameters
    ----------
    chi2 : float
    freedom : int
        Points less parameters.
    measurements : sequence of Measurements

    Returns
    -------
    str
    """
    if freedom < 1:
        return ""
    expected = f"{freedom} ± {np.sqrt(2 * freedom):.0f}"
    if chi2_distribution.sf(chi2, freedom) < UNLIKELY:
        text = (
            f"the model does not fit: chi2 is {chi2:.0f}, noise makes {expected}. Values and errors"
            " are not to be trusted, whatever AIC and BIC prefer."
        )
        bare = [d for d in measurements if d.observable == "heat-capacity" and d.reference is None]
        if bare:
            text += (
                " Were the heat capacities less those in some field? Then the file needs a column"
                " B_ref."
            )
        return text
    if chi2_distribution.cdf(chi2, freedom) < UNLIKELY:
        return (
            f"chi2 is {chi2:.2g}, noise makes {expected}: the errors of measurement are too large,"
            " or the points are not independent."
        )
    return ""


def message(problem, result, settled, held, freed, widened):
    """The sentences of the line `Result`.

    Parameters
    ----------
    problem : Problem
    result : lmfit.minimizer.MinimizerResult
    settled : mapping of str to str
        Parameters held at a bound, and where.
    held : sequence of str
        Parameters held at values that the user has not given.
    freed : mapping of str to (str, float)
        Parameters that left a bound when they were released: which, and by how much χ² fell.
    widened : bool
        Whether errors allow for the settled parameters to be off their bounds.

    Returns
    -------
    str
    """
    notes = "".join(
        f" {name} ended at its {where} and was held there (released once more, it found nothing"
        " better)."
        for name, where in settled.items()
    )
    if settled:
        whose = "Its profile says" if len(settled) == 1 else "Their profiles say"
        allowed = "allow for that" if widened else "hold only there"
        notes += f" {whose} how far off the bound the data permit; errors of the others {allowed}."
    notes += "".join(
        f" {name} ran into its {where} on the way; released, it came away from it, and chi2 fell by"
        f" {fall:.3g}."
        for name, (where, fall) in freed.items()
    )
    if held:
        values = ", ".join(_plain(problem, result.params[name]) for name in held)
        notes += f" Held at values of the program, not yours: {values}. Give yours with start."
    freedom = problem.value.size - sum(p.vary for p in result.params.values()) - len(settled)
    doubts = doubt(result.chisqr, freedom, problem.measurements)
    later = f" Besides, {doubts}" if doubts else ""
    if not result.success:
        return (
            "NOT CONVERGED: the minimiser stopped early. The values are the best so far; go on"
            " from them (start=...), allow more evaluations, or hold parameters." + notes + later
        )
    if names := tied(result.params):
        return (
            f"DEGENERATE: {', '.join(names)} are known in combination only. Hold one of them, share"
            " it between curves, or add measurements." + notes + later
        )
    if not result.errorbars:
        if idle := _idle(problem, result):
            verb = "does" if len(idle) == 1 else "do"
            return (
                f"NO ERRORS: {', '.join(idle)} {verb} nothing to these data. Hold"
                f" {'it' if len(idle) == 1 else 'them'}." + notes + later
            )
        return (
            "NO ERRORS: some parameters are known in combination only. Hold one of them, share it"
            " between curves, or add measurements." + notes + later
        )
    return (f"Converged, but {doubts}" if doubts else "Converged.") + notes


def _idle(problem, result):
    """Fitted parameters that change nothing at the measured points."""
    values, names = result.params.valuesdict(), []
    for name, p in result.params.items():
        other = values | {name: p.value + (0.01 if p.value + 0.01 < p.max else -0.01)}
        if p.vary and np.abs(problem.residual(other) - problem.residual(values)).max() < UNSEEN:
            names.append(name)
    return names


def _plain(problem, parameter):
    plain = problem.labels[parameter.name][0]
    log = plain.startswith("ln_")
    value = np.exp(parameter.value) if log else parameter.value
    unit = QUANTITIES[plain].unit
    return f"{parameter.name.removeprefix('ln_')} = {value:.4g}{'' if unit == '1' else ' ' + unit}"
