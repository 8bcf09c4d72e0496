"""The figure of a fit: measurements, model and what is left."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

FINE = 80

MUCH = 30
"""Largest over smallest value beyond which an axis is logarithmic."""

MARKS = "osD^v<>ph*"
LABELS = {
    "heat-capacity": ("$C$ (µJ g$^{-1}$ K$^{-1}$)", 1e6),
    "permittivity": ("$\\Delta\\varepsilon'/\\varepsilon'$ ($10^{-6}$)", 1e6),
    "loss": ("$\\tan\\delta$ ($10^{-6}$)", 1e6),
    "echo": ("echo amplitude", 1.0),
    "magnetization": ("$M$ (µA m$^2$ g$^{-1}$)", 1e6),
}


def draw(fit):
    """Measurements with error bars, the model, and the residuals over the errors.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    matplotlib.figure.Figure
    """
    count = len(fit.measurements)
    figure, axes = plt.subplots(
        2, count, figsize=(5.6 * count, 5.0), sharex="col", squeeze=False,
        height_ratios=(3, 1), layout="constrained",
    )  # fmt: skip
    lines = [fine(data) for data in fit.measurements]
    curves = _split(fit.problem.on(lines).predict(fit.parameters.valuesdict()), lines)
    residuals = _split(-fit.residual(fit.parameters), fit.measurements)
    for column, data in enumerate(fit.measurements):
        top, bottom = axes[:, column]
        field = _over_field(data)
        label, size = LABELS[data.observable]
        for k, curve in enumerate(data.curves):
            look = {"color": f"C{k % 10}", "ms": 3.5, "marker": MARKS[k % len(MARKS)], "ls": "none"}
            points, line = data.only(curve), lines[column].only(curve)
            x = points.B if field else points.T
            top.errorbar(x, size * points.value, size * points.error, label=curve, **look)
            here = lines[column].curve == curve
            top.plot(
                line.B if field else line.T, size * curves[column][here], color=f"C{k % 10}", lw=1.2
            )
            bottom.plot(x, residuals[column][data.curve == curve], **look)
        bottom.axhline(0, color="0.5", lw=0.8)
        if _decades(data.B if field else data.T):
            top.set_xscale("log")
        top.set_ylabel(label)
        bottom.set_ylabel("(data − fit)/σ")
        bottom.set_xlabel("$B$ (T)" if field else "$T$ (K)")
        title = fit.models[column].name
        if data.reference is not None:
            fields = ", ".join(f"{B:g}" for B in np.unique(data.reference))
            title += f"; change from {fields} T"
        top.set_title(title, loc="left")
        if len(data.curves) <= 12:
            top.legend(fontsize="small")
    return figure


def _over_field(data):
    """Whether curves run over the field rather than over temperature."""

    def runs(x):
        return sum(np.unique(x[data.curve == c]).size for c in data.curves)

    return runs(data.B) >= runs(data.T)


def _decades(x):
    """Whether values are positive and span so much that only a logarithmic axis shows them."""
    return x.min() > 0 and x.max() > MUCH * x.min()


def fine(data):
    """Points along each curve through which a model is drawn.

    Parameters
    ----------
    data : Measurements

    Returns
    -------
    Measurements
        80 points a curve; temperature, field and reference interpolated, else the median.
    """
    parts, spaced = (
        [],
        np.geomspace if _decades(data.B if _over_field(data) else data.T) else np.linspace,
    )
    for curve in data.curves:
        points = data.only(curve)
        axis = points.B if _over_field(data) else points.T
        order = np.argsort(axis, kind="stable")
        x = spaced(axis.min(), axis.max(), FINE)

        def along(column, axis=axis[order], order=order, x=x):
            return np.interp(x, axis, column[order])

        parts.append(
            replace(
                points,
                T=along(points.T),
                B=along(points.B),
                value=np.zeros(FINE),
                error=np.ones(FINE),
                curve=np.full(FINE, curve),
                reference=None if points.reference is None else along(points.reference),
                extra={n: np.full(FINE, np.median(c)) for n, c in points.extra.items()},
                lines=None,
            )
        )
    joined = {
        n: np.concatenate([getattr(p, n) for p in parts])
        for n in ("T", "B", "value", "error", "curve")
    }
    first = parts[0]
    reference = None if first.reference is None else np.concatenate([p.reference for p in parts])
    extra = {n: np.concatenate([p.extra[n] for p in parts]) for n in first.extra}
    return replace(first, reference=reference, extra=extra, **joined)


def _split(values, sets):
    return np.split(values, np.cumsum([len(data) for data in sets])[:-1])
