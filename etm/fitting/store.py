"""Fits on disk: JSON that holds everything, and a folder written whole or not at all."""

import json
import os
import tempfile
from pathlib import Path

import lmfit
import numpy as np

import etm
from etm.fitting.measurements import Measurements
from etm.fitting.models import QUANTITIES, model
from etm.fitting.problem import Problem
from etm.fitting.report import comparison_text, model_names

FORMAT = "etm fit 1"
FILES = ("fit.json", "report.txt", "figure.png")


def refuse(folder, overwrite):
    """Raise if results must not be written to a folder.

    Parameters
    ----------
    folder : path_like
    overwrite : bool

    Raises
    ------
    FileExistsError
        If the folder exists, unless it may be overwritten, or if it is a file.
    PermissionError
        If nothing can be written there.
    """
    folder = Path(folder)
    if folder.exists() and not overwrite:
        raise FileExistsError(
            f"{folder} exists and was left as it is; choose another folder (--output), or replace"
            " its results with overwrite=True (--overwrite)"
        )
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file, not a folder; choose another folder")
    ground = folder.absolute()
    while not ground.exists():
        ground = ground.parent
    if not ground.is_dir() or not os.access(ground, os.W_OK):
        raise PermissionError(f"{folder}: {ground} cannot be written to; choose another folder")


def save(fit, folder, overwrite=False, others=(), profiles=()):
    """Write fit.json, report.txt and figure.png, all or nothing."""
    folder = Path(folder)
    refuse(folder, overwrite)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as draft:
        draft = Path(draft)
        content = json.loads(fit.to_json())
        content["profiles"] = [_interval(interval) for interval in profiles]
        content["rivals"] = [_criteria(other) for other in others]
        (draft / "fit.json").write_text(_dumped(content), encoding="utf-8")
        text = fit.report() + "\n"
        if others:
            text += f"\nAgainst\n{comparison_text(fit, *others)}\n"
        text += "".join(f"\nProfile    {interval}\n" for interval in profiles)
        (draft / "report.txt").write_text(text, encoding="utf-8")
        _picture(fit, draft / "figure.png")
        folder.mkdir(exist_ok=True)
        written = [folder / name for name in FILES if (draft / name).exists()]
        for path in written:
            os.replace(draft / path.name, path)
        for name in FILES:
            if folder / name not in written:
                (folder / name).unlink(missing_ok=True)  # of an earlier fit
    return written


def _picture(fit, path):
    try:
        import matplotlib
    except ImportError:
        return
    with matplotlib.rc_context({"figure.dpi": 120}):
        figure = fit.figure()
        figure.savefig(path)
        from matplotlib import pyplot

        pyplot.close(figure)


def to_json(fit):
    """Everything, the measurements included, as JSON."""
    content = {
        "format": FORMAT,
        "etm": etm.__version__,
        "converged": fit.converged,
        "message": fit.message,
        "settled": fit.settled,
        "chi2": fit.chi2,
        "points": fit.points,
        "aic": fit.aic,
        "bic": float(fit.bic),
        "shared": fit.problem.shared,
        "per_curve": fit.problem.per_curve,
        "parameters": [_parameter(name, fit) for name in fit.parameters],
        "sets": [
            {"model": m.name, **_measurements(d)}
            for m, d in zip(fit.models, fit.measurements, strict=True)
        ],
    }
    return _dumped(content)


def _dumped(content):
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)


def _interval(interval):
    return {
        "name": interval.name,
        "best": float(interval.best),
        "low": _finite(interval.low),
        "high": _finite(interval.high),
        "rise": interval.rise,
        "fall": interval.fall,
        "better": dict(interval.better),
    }


def _criteria(fit):
    criteria = {"parameters": fit.count, "chi2": fit.chi2, "aic": fit.aic, "bic": float(fit.bic)}
    return {"model": model_names(fit)} | criteria


def from_json(text):
    """What a Fit is made of: problem, parameters, converged, message, settled."""
    try:
        content = json.loads(text)
        known = content["format"] == FORMAT
    except (json.JSONDecodeError, TypeError, KeyError):
        known = False
    if not known:
        raise ValueError("this is no fit.json of this package; give the text of one")
    data = [_from_columns(s) for s in content["sets"]]
    models = [model(s["observable"], s["model"]) for s in content["sets"]]
    problem = Problem(data, models, content["shared"], content["per_curve"])
    parameters = lmfit.Parameters()
    for entry in content["parameters"]:
        low, high = entry["min"], entry["max"]
        parameters.add(
            entry["name"],
            entry["value"],
            vary=entry["vary"],
            min=-np.inf if low is None else low,
            max=np.inf if high is None else high,
        )
        parameters[entry["name"]].stderr = entry["stderr"]
        parameters[entry["name"]].correl = entry["correlations"]
    return problem, parameters, content["converged"], content["message"], tuple(content["settled"])


def _finite(x):
    return None if x is None or not np.isfinite(x) else float(x)


def _parameter(name, fit):
    p = fit.parameters[name]
    return {
        "name": name,
        "where": fit.problem.labels[name][1],
        "unit": QUANTITIES[fit.problem.labels[name][0]].unit,
        "value": float(p.value),
        "stderr": _finite(p.stderr),
        "vary": p.vary,
        "min": _finite(p.min),
        "max": _finite(p.max),
        "correlations": {k: float(v) for k, v in (p.correl or {}).items()} or None,
    }


def _measurements(data):
    return {
        "observable": data.observable,
        "path": data.path,
        "notes": list(data.notes),
        "T": data.T.tolist(),
        "B": data.B.tolist(),
        "value": data.value.tolist(),
        "error": data.error.tolist(),
        "curve": data.curve.tolist(),
        "reference": None if data.reference is None else data.reference.tolist(),
        "extra": {name: column.tolist() for name, column in data.extra.items()},
        "lines": None if data.lines is None else data.lines.tolist(),
    }


def _from_columns(entry):
    numbers = {n: np.array(entry[n], dtype=float) for n in ("T", "B", "value", "error")}
    reference, lines = entry["reference"], entry["lines"]
    return Measurements(
        entry["observable"],
        curve=np.array(entry["curve"], dtype=str),
        reference=None if reference is None else np.array(reference, dtype=float),
        extra={n: np.array(c, dtype=float) for n, c in entry["extra"].items()},
        lines=None if lines is None else np.array(lines),
        path=entry["path"],
        notes=tuple(entry.get("notes", ())),
        **numbers,
    )
