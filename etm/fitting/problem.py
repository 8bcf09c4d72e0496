"""The residuals of a fit: which parameter acts on which points, and shapes kept for reuse."""

from collections import OrderedDict

import numpy as np
from scipy.optimize import lsq_linear

from etm.checks import Array
from etm.fitting.models import QUANTITIES

KEPT = 64
"""Shapes that a block remembers; a step of a minimiser changes few parameters at a time."""

LEAST = 1e-2
"""Share of the measured signal that a first guess leaves to a term that must not vanish."""

APART = ("offset", "level", "scale")
"""Parameters of a set of measurements, never shared with another observable."""

TAGS = {
    "heat-capacity": "C",
    "permittivity": "eps",
    "loss": "loss",
    "echo": "echo",
    "magnetization": "M",
}


def full_name(name, known=QUANTITIES):
    """The name of a fitted parameter, with `ln_` put before it if needed.

    Parameters
    ----------
    name : str
        "Dmin" or "ln_Dmin".
    known : container of str, optional

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For an unknown name.
    """
    for candidate in (name, f"ln_{name}"):
        if candidate in known:
            return candidate
    raise ValueError(f"parameter {name!r}: not known here; the names are {', '.join(known)}")


class Block:
    """One term on the points that share the parameters of its shape."""

    def __init__(self, term, data, rows, uses, amplitudes):
        self.term, self.data, self.rows = term, data, rows
        self.uses, self.amplitudes = uses, amplitudes
        self.kept = OrderedDict()

    def __getstate__(self):
        return self.__dict__ | {"kept": OrderedDict()}

    def shape(self, values):
        """The shape for values by full name, from memory if they are not new."""
        plain = {name: float(values[full]) for name, full in self.uses.items()}
        key = tuple(plain.values())
        shape = self.kept.get(key)
        if shape is None:
            shape = self.kept[key] = self.term.at(plain, self.data)
            if len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        return shape


class Problem:
    """Measurements, models and the names that tie them.

    Parameters
    ----------
    measurements : sequence of Measurements
    models : sequence of Model
    shared : sequence of str or None
        Plain names that are one parameter in all sets of measurements; None shares all
        but offsets and scales.
    per_curve : sequence of str
        Plain names that each curve has of its own.
    """

    def __init__(self, measurements, models, shared=None, per_curve=()):
        self.measurements, self.models = tuple(measurements), tuple(models)
        self.shared, self.per_curve = shared, tuple(per_curve)
        self.value = np.concatenate([m.value for m in self.measurements])
        self.error = np.concatenate([m.error for m in self.measurements])
        self.labels, self.blocks, self.starts = {}, [], {}
        start = 0
        for k, (data, model) in enumerate(zip(self.measurements, self.models, strict=True)):
            self._add(k, data, model, start)
            start += len(data)

    def matching(self, name):
        """What a full or a plain name, with or without `ln_`, stands for.

        Parameters
        ----------
        name : str

        Returns
        -------
        list of (str, bool)
            Full names, and whether a value given under this name is to be logged.

        Raises
        ------
        ValueError
            For a name that is not in this problem.
        """
        found = []
        for full, (plain, _) in self.labels.items():
            if name in (full, plain):
                found.append((full, False))
            elif name in (full.removeprefix("ln_"), plain.removeprefix("ln_")):
                found.append((full, True))
        if not found:
            raise ValueError(
                f"parameter {name!r}: not in this fit; its parameters are {', '.join(self.labels)}"
            )
        return found

    def on(self, measurements):
        """The same models and names on other points."""
        return Problem(measurements, self.models, self.shared, self.per_curve)

    def thinned(self, most):
        """The same with at most about `most` points of each curve."""
        chosen = []
        for data in self.measurements:
            steps = [np.flatnonzero(data.curve == c) for c in data.curves]
            rows = np.concatenate([r[:: max(1, -(-r.size // most))] for r in steps])
            chosen.append(data.where(np.sort(rows)))
        return self.on(chosen)

    def predict(self, values):
        """The models at all points, one after the other, for values by full name."""
        total = np.zeros(self.value.size)
        for block in self.blocks:
            shape = block.shape(values)
            for name, here in block.amplitudes:
                total[block.rows[here]] += block.term.size(values[name]) * shape[here]
        return total

    def residual(self, values):
        """(model - measurement) / error at all points."""
        return (self.predict(values) - self.value) / self.error

    def solved(self, values, parameters, held=()):
        """The values with the amplitudes at their least-squares values, within bounds.

        Parameters
        ----------
        values : mapping of str to float
            By full name.
        parameters : lmfit.Parameters
            Their bounds, and which are fitted.
        held : container of str
            Full names to be left as they are.

        Returns
        -------
        dict of str to float
        """
        values = dict(values)
        columns: dict[str, Array] = {}
        terms = {}
        rest = self.value / self.error
        for block in self.blocks:
            shape = block.shape(values)
            for name, here in block.amplitudes:
                column = columns.setdefault(name, np.zeros(self.value.size))
                column[block.rows[here]] += shape[here] / self.error[block.rows[here]]
                terms[name] = block.term
        free = [name for name in columns if parameters[name].vary and name not in held]
        for name in columns.keys() - set(free):
            rest = rest - terms[name].size(values[name]) * columns[name]
        if free:
            matrix = np.array([columns[name] for name in free]).T
            norm = np.sqrt(np.sum(matrix**2, axis=0))
            norm[norm == 0] = 1.0
            low, high = (
                [terms[n].size(getattr(parameters[n], end)) for n in free] for end in ("min", "max")
            )
            bounds = np.array(low) * norm, np.array(high) * norm
            found = lsq_linear(matrix / norm, rest, bounds=bounds).x / norm
            least = LEAST * np.abs(rest).max() / norm
            for name, size, little in zip(free, found, least, strict=True):
                values[name] = _inside(size, little, terms[name], parameters[name])
        return values

    @property
    def amplitudes(self):
        """Full names of the parameters in which the model is linear, or is when logs are off."""
        return {name for block in self.blocks for name, _ in block.amplitudes}

    def _add(self, k, data, model, start):
        tag = TAGS[data.observable]
        same = [j for j, m in enumerate(self.measurements) if m.observable == data.observable]
        if len(same) > 1:
            tag += str(same.index(k) + 1)
        joint = len(self.measurements) > 1
        curves = data.curves
        where = {curve: np.flatnonzero(data.curve == curve) for curve in curves}

        def full(name, curve):
            local = self._local(name)
            parts, label = [name], []
            if joint and self._apart(name):
                parts.append(tag)
                label.append(tag)
            if local and len(curves) > 1:
                parts.append(str(curves.index(curve) + 1))
                label.append(curve)
            result = "_".join(parts)
            self.labels[result] = (name, " ".join(label))
            return result

        for term in model.terms(data):
            if any(self._local(name) for name in term.uses) and len(curves) > 1:
                groups = [[curve] for curve in curves]
            else:
                groups = [list(curves)]
            for group in groups:
                rows = np.sort(np.concatenate([where[c] for c in group]))
                part = data if len(group) == len(curves) else data.where(rows)
                uses = {name: full(name, group[0]) for name in term.uses}
                if self._local(term.amplitude):
                    amplitudes = [
                        (full(term.amplitude, c), np.flatnonzero(part.curve == c)) for c in group
                    ]
                else:
                    everything = np.arange(rows.size)
                    amplitudes = [(full(term.amplitude, group[0]), everything)]
                self.blocks.append(Block(term, part, start + rows, uses, amplitudes))

    def _local(self, name):
        return name == "offset" or name in self.per_curve

    def _apart(self, name):
        return name in APART or (self.shared is not None and name not in self.shared)


def _inside(size, little, term, parameter):
    """The parameter for an amplitude, a little off a bound where it could not leave it."""
    if term.amplitude.startswith("ln_"):
        return np.log(max(size, little))
    return max(size, parameter.min + little) if np.isfinite(parameter.min) else size
