"""What a fit says, as text and tables."""

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd

STRONG = 0.5
"""Correlations beyond this are listed."""


FEW = 3
"""Points of a curve below which the report mentions it."""

LISTED = 20
"""Correlations listed at most."""


def report(fit):
    """Values, errors, correlations, χ², AIC, BIC as text."""
    lines = [f"Model      {model_names(fit)}"]
    for data in fit.measurements:
        lines.append(f"Data       {Path(data.path).name or data.observable}: {len(data)} points,"
                     f" {len(data.curves)} curve(s)"
                     f"{_reference(data)}")  # fmt: skip
        lines += [
            textwrap.fill(f"Note       {note}", 100, subsequent_indent=" " * 11)
            for note in data.notes
        ]
        lines += _oddities(data)
    lines += [f"Result     {line}" for line in textwrap.wrap(fit.message, 90)]
    lines += [*_left_out(fit), ""]
    lines += [f"{'parameter':<16}{'value':>12}{'error':>12}  unit"]
    for row in fit.table().itertuples():
        error = "none" if np.isnan(row.error) else f"{row.error:.2g}"
        error = "held" if row.held else error
        meaning = f"{row.meaning}, {row.where}" if row.where else row.meaning
        lines.append(f"{row.name:<16}{_rounded(row):>12}{error:>12}  {row.unit:<11} {meaning}")
    lines += ["", *_correlations(fit)]
    bound = f" ({len(fit.settled)} of them at a bound)" if fit.settled else ""
    lines += [
        f"chi2           {fit.chi2:.2f} for {fit.points} points and {fit.count} parameters{bound}",
        f"reduced chi2   {fit.reduced_chi2:.3f}",
        f"AIC, BIC       {fit.aic:.2f}, {fit.bic:.2f}  (chi2 + 2 k, chi2 + k ln N)",
    ]
    return "\n".join(lines)


def _rounded(row):
    """The value, with one digit more than its error has."""
    if not row.error > 0 or row.value == 0:
        return f"{row.value:.5g}"
    digits = int(np.floor(np.log10(abs(row.value))) - np.floor(np.log10(row.error))) + 2
    return f"{row.value:#.{max(digits, 2)}g}".rstrip(".")


def _reference(data):
    if data.reference is None:
        return ""
    fields = ", ".join(f"{B:g}" for B in np.unique(data.reference))
    return f", less their values at {fields} T"


def _oddities(data):
    """Notes on points that may not be what they seem."""
    columns = [data.T, data.B, data.value, data.error, *data.extra.values()]
    _, first, count = np.unique(np.stack(columns), axis=1, return_index=True, return_counts=True)
    if np.any(count > 1):
        where = sorted(first[count > 1])[:5]
        lines = data.lines if data.lines is not None else np.arange(1, len(data) + 1)
        yield (
            f"Note       {np.sum(count - 1)} points repeat another one in every digit (line"
            f" {', '.join(str(lines[k]) for k in where)}{' ...' if np.sum(count > 1) > 5 else ''});"
            " a point\n           counted twice makes errors too small"
        )
    small = [c for c in data.curves if np.sum(data.curve == c) < FEW]
    if small and len(data.curves) > 1:
        yield (
            f"Note       {len(small)} curve(s) of fewer than {FEW} points; if they belong together,"
            " label them alike\n           in a column 'curve'"
        )


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
    rows = [(model_names(f), f.count, f.chi2, f.reduced_chi2, f.aic, f.bic) for f in fits]
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
