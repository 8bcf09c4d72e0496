"""Write the chain of chapter 10: posterior samples of the synthetic heat capacity at 1.23 K.

`python tools/make_chain.py [steps] [file]`; about a tenth of a second a step.
"""

import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

from etm import fitting

TARGET = Path(__file__).resolve().parents[1] / "data" / "examples" / "posterior.csv"
CURVE, WALKERS, STEPS, SEED, EVERY = "1.23 K", 24, 20000, 2018, 100


def text(chain):
    """Every hundredth step of a chain as CSV: step, walker, parameters, χ²."""
    kept = np.arange(EVERY - 1, chain.steps, EVERY)
    lines = [
        "# Samples of the posterior of data/examples/heat-capacity.csv (SYNTHETIC), curve"
        f" {CURVE}, model ats+iron.",
        f"# {chain.steps} steps of {WALKERS} walkers, every {EVERY}th kept; seed {SEED};"
        " made by tools/make_chain.py.",
        ",".join(["step", "walker", *chain.names, "chi2"]),
    ]
    for k in kept:
        for walker in range(WALKERS):
            values = (*chain.chain[k, walker], -2 * chain.log_probability[k, walker])
            lines.append(",".join([str(k + 1), str(walker), *(f"{x:.8g}" for x in values)]))
    return "\n".join(lines) + "\n"


def main(steps=STEPS, file=None):
    data = fitting.read(fitting.example("heat-capacity"), "heat-capacity")
    fit = fitting.fit(data.only(CURVE), "ats+iron")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*autocorrelation times")
        file = file or Path(folder, "chain.h5")
        chain = fitting.sample(fit, WALKERS, steps, file, seed=SEED, resume=True)
        TARGET.write_text(text(chain), encoding="utf-8")
    print(chain.summary())
    print(chain.caution)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
