"""The reader's own measurements: from a CSV file to parameters with errors.

`read` takes a file, `fit` a model's name, and what comes back reports, compares,
draws and saves itself.  Import it by name, `from etm import fitting`: it needs lmfit
and pandas, which `import etm` alone does not load.

>>> from etm import fitting
>>> data = fitting.read(fitting.example("heat-capacity"), "heat-capacity")
>>> fit, rival = fitting.fit(data, "ats+iron"), fitting.fit(data, "two-level+iron")
>>> fit.converged, fit.aic < rival.aic
(True, True)
"""

from etm.fitting.fit import fit
from etm.fitting.measurements import MeasurementError, Measurements, example, read
from etm.fitting.models import Model, Quantity, Term, from_glass, model
from etm.fitting.posterior import Posterior, sample
from etm.fitting.result import Fit
from etm.fitting.uncertainty import Interval, profile, rise_at

__all__ = [
    "Fit",
    "Interval",
    "MeasurementError",
    "Measurements",
    "Model",
    "Posterior",
    "Quantity",
    "Term",
    "example",
    "fit",
    "from_glass",
    "model",
    "profile",
    "read",
    "rise_at",
    "sample",
]
