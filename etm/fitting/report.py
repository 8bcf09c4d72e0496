"""What a fit says, as text and tables."""

import textwrap

import numpy as np
import pandas as pd

STRONG = 0.5
"""Correlations beyond this are listed."""


LISTED = 20
"""Correlations listed at most."""


def report(fit):
    """Values, errors, correlations, χ², AIC, BIC as text."""
    lines = [f"Model      {model_names(fit)}"]
    for data in fit.measurements:
        lines.append(f"Data       {data.path or data.observable}: {len(data)} points,"
                     f" {len(data.curves)} curve(s)")  # fmt: skip
    lines += [f"Result     {line}" for line in textwrap.wrap(fit.message, 90)]
    lines += [*_left_out(fit), ""]
    lines += [f"{'parameter':<16}{'value':>12}{'error':>12}  unit"]
    for row in fit.table().itertuples():
        error = "none" if np.isnan(row.error) else f"{row.error:.2g}"
        error = "held" if row.held else error
        meaning = f"{row.meaning}, {row.where}" if row.where else row.meaning
        lines.append(f"{row.name:<16}{row.value:>12.5g}{error:>12}  {row.unit:<11} {meaning}")
    lines += ["", *_correlations(fit)]
    lines += [
        f"chi2           {fit.chi2:.2f} for {fit.points} points and {len(fit.free)} parameters",
        f"reduced chi2   {fit.reduced_chi2:.3f}",
        f"AIC, BIC       {fit.aic:.2f}, {fit.bic:.2f}  (chi2 + 2 k, chi2 + k ln N)",
    ]
    return "\n".join(lines)


def model_names(fit):
    """The models of a fit in one line."""
    return "; ".join(f"{m.observable}: {m.name}" for m in fit.models)


def comparison(*fits):
    """A table of fits of the same measurements."""
    first = fits[0].problem
    for other in fits[1:]:
        same = first.value.shape == other.problem.value.shape
        if not same or np.any(first.value != other.problem.value) or np.any(
            first.error != other.problem.error
        ):  # fmt: skip
            raise ValueError("fits of different measurements: their criteria do not compare")
    rows = [(model_names(f), len(f.free), f.chi2, f.reduced_chi2, f.aic, f.bic) for f in fits]
    table = pd.DataFrame(
        rows, columns=["model", "parameters", "chi2", "reduced chi2", "AIC", "BIC"]
    )
    for name in ("AIC", "BIC"):
        table[f"Δ{name}"] = table[name] - table[name].min()
    return table


def comparison_text(*fits):
    """The table of `comparison` as text.

    Parameters
    ----------
    *fits : Fit

    Returns
    -------
    str
    """
    table = comparison(*fits)
    numbers = {name: "{:.1f}".format for name in table.columns if name != "model"}
    numbers["parameters"] = "{:d}".format
    return table.to_string(index=False, formatters=numbers)


def _left_out(fit):
    for model, data in zip(fit.models, fit.measurements, strict=True):
        names = {term.amplitude for term in model.terms(data)}
        if "two-level" in model.components and not names & {"ln_n_TLS", "ln_A_TLS", "level"}:
            yield (
                f"Note       two-level systems drop out of this {model.observable}: what does not"
                " depend on the field is\n           subtracted with the reference, or is in the offset"
            )


def _correlations(fit):
    pairs = []
    names = list(fit.free)
    for k, name in enumerate(names):
        for other in names[k + 1 :]:
            r = (fit.parameters[name].correl or {}).get(other, 0.0)
            if abs(r) > STRONG:
                pairs.append((r, name, other))
    pairs.sort(key=lambda pair: -abs(pair[0]))
    if pairs:
        yield f"Correlations beyond {STRONG}"
        yield from (f"  {r:+.3f}  {name}, {other}" for r, name, other in pairs[:LISTED])
        if len(pairs) > LISTED:
            yield f"  and {len(pairs) - LISTED} weaker ones, all in fit.json"
        yield ""
