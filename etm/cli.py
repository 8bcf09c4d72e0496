"""The command `etm`: fit a file of measurements, list the glasses, print an example.

Exit codes: 0 done, 1 the fit did not converge (its results are written all the same),
2 bad input, with a message that says the remedy, 130 interrupted.
"""

import argparse
import os
import sys
import textwrap
import warnings
from collections.abc import Sequence
from pathlib import Path

import etm

__all__ = ["main"]

OBSERVABLES = ("heat-capacity", "permittivity", "loss", "echo", "magnetization")
RIVALS = {
    "heat-capacity": "two-level+iron",
    "permittivity": "two-level",
    "loss": "two-level",
    "echo": "two-level",
    "magnetization": "iron",
}
"""What a fit is compared with unless told."""

EXAMPLE = """exit codes: 0 done, 1 not converged (results are written all the same), 2 bad input

examples:
  etm example heat-capacity > data.csv
  etm fit data.csv --observable heat-capacity --model ats+iron
  etm fit C.csv M.csv --observable heat-capacity magnetization --model ats+iron ats+iron
      --shared n_ATS --output joint"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line unless given.

    Returns
    -------
    int
        The exit code.
    """
    options = _parser().parse_args(arguments)
    options.written = []
    try:
        return options.run(options)
    except (ValueError, OSError) as error:
        print(f"etm: {_sentence(error)}{_kept(options)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        kept = _kept(options) or "; nothing was written"
        print(f"etm: interrupted{kept}", file=sys.stderr)
        return 130
    finally:
        _say("", end="")


def _parser():
    parser = argparse.ArgumentParser(
        prog="etm",
        description="The extended tunneling model of glasses at low temperature.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"etm {etm.__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    fit = commands.add_parser("fit", help="fit a model to a CSV file of measurements")
    fit.set_defaults(run=_fit)
    fit.add_argument("data", nargs="+", help="CSV file(s); columns are headed 'T [K]' and so on")
    fit.add_argument("--observable", nargs="+", required=True, choices=OBSERVABLES,
                     help="what was measured, one for each file")  # fmt: skip
    fit.add_argument(
        "--model", nargs="+", required=True, help="such as ats+iron, one for each file"
    )
    fit.add_argument("--compare", nargs="+", metavar="MODEL",
                     help="rival model, one for each file; 'none' for no rival (default: no ATS)")  # fmt: skip
    fit.add_argument("--output", metavar="FOLDER", help="where results go (default: DATA-fit)")
    fit.add_argument(
        "--overwrite", action="store_true", help="replace the results of an earlier fit"
    )
    fit.add_argument("--glass-start", metavar="GLASS",
                     help="start from the published cutoffs of a glass, see 'etm glasses'")  # fmt: skip
    fit.add_argument("--start", nargs="+", default=[], metavar="NAME=VALUE", help="start values")
    for name, text in (
        ("hold", "parameters not to be fitted"),
        ("free", "parameters to be fitted that are held by default"),
        ("per-curve", "parameters that each curve has of its own"),
        ("profile", "parameters whose intervals are taken from the profile of chi2"),
    ):
        fit.add_argument(f"--{name}", nargs="+", default=[], metavar="NAME", help=text)
    fit.add_argument("--shared", nargs="*", metavar="NAME",
                     help="what several files share, or 'none' (default: all of one name)")  # fmt: skip
    glasses = commands.add_parser("glasses", help="list the glasses with published parameters")
    glasses.set_defaults(run=_glasses)
    example = commands.add_parser("example", help="print a synthetic file of measurements")
    example.add_argument("observable", choices=OBSERVABLES)
    example.set_defaults(run=_example)
    return parser


def _fit(options):
    count = len(options.data)
    for name in ("observable", "model", "compare"):
        given = getattr(options, name)
        if given and given != ["none"] and len(given) != count:
            raise ValueError(f"--{name}: {len(given)} given for {count} file(s); give one for each")
    folder = Path(options.output or Path(options.data[0]).with_suffix("").name + "-fit")

    from etm import fitting
    from etm.fitting.problem import Problem, full_name
    from etm.fitting.report import comparison_text
    from etm.fitting.store import refuse

    refuse(folder, options.overwrite)
    models = [fitting.model(o, m) for o, m in zip(options.observable, options.model, strict=True)]
    rivals = _rivals(options, models)
    rivals = rivals and [
        fitting.model(m.observable, r) for m, r in zip(models, rivals, strict=True)
    ]
    start = dict(_start(text) for text in options.start)
    pairs = zip(options.data, options.observable, strict=True)
    data = [fitting.read(path, observable) for path, observable in pairs]
    shared = None if options.shared is None else [n for n in options.shared if n != "none"]
    if options.glass_start:
        names = {name.lower(): name for name in etm.glasses.available()}
        glass = etm.glasses.load(names.get(options.glass_start.lower(), options.glass_start))
        start = fitting.from_glass(glass, float(data[0].T.mean())) | start
    known = Problem(data, models, shared, [full_name(n) for n in options.per_curve])
    for name in options.profile:
        known.matching(name)

    settings = {
        "start": start,
        "hold": options.hold,
        "free": options.free,
        "per_curve": options.per_curve,
    }
    found = fitting.fit(data, models, shared=shared, **settings)
    options.written = found.save(folder, overwrite=options.overwrite)  # before anything can fail
    _say(found.report())
    others = []
    if rivals:
        known = _known_to(Problem(data, rivals, shared), settings)
        others = [fitting.fit(data, rivals, shared=shared, **known)]
        found.save(folder, overwrite=True, others=others)
        _say(f"\nAgainst\n{comparison_text(found, *others)}")

    def save(fit, profiles):
        fit.save(folder, overwrite=True, others=others, profiles=profiles)

    better = _profiles(options, found, save)
    if better:
        found = fitting.fit(data, models, shared=shared, **settings | {"start": better})
        save(found, [])
        _say(f"\nFitted again from there\n{found.report()}")
        if others:
            _say(f"\nAgainst\n{comparison_text(found, *others)}")
        _profiles(options, found, save)
    _say("\nWritten    " + ", ".join(map(str, options.written)))
    return 0 if found.converged else 1


def _profiles(options, found, save):
    """Print and save the intervals asked for, until one meets a better minimum: its values."""
    from etm import fitting

    profiles = []
    for name in options.profile:
        chosen = found.names(name)
        if not chosen:
            raise ValueError(f"--profile {name}: it was held, so that it has no profile")
        for full in chosen:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # it is printed
                profiles.append(fitting.profile(found, full))
            save(found, profiles)
            _say(
                "\n" + textwrap.fill(f"Profile    {profiles[-1]}", 100, subsequent_indent=" " * 11)
            )
            if profiles[-1].better:
                return profiles[-1].better
    return None


def _known_to(problem, settings):
    """The settings of a fit as far as a rival has their parameters."""

    def known(name):
        try:
            return bool(problem.matching(name))
        except ValueError:
            return False

    return {
        key: {n: x for n, x in names.items() if known(n)}
        if isinstance(names, dict)
        else [n for n in names if known(n)]
        for key, names in settings.items()
    }


def _kept(options):
    if not options.written:
        return ""
    return f"; what was done until then is in {options.written[0].parent}"


def _say(text, end="\n"):
    """Print; a reader that has seen enough and gone away, as `head` does, is no fault."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _rivals(options, models):
    if options.compare == ["none"]:
        return None
    rivals = options.compare or [RIVALS[m.observable] for m in models]
    return None if [m.name for m in models] == rivals else rivals


def _start(text):
    name, equals, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"--start {text}: write NAME=VALUE, such as Dmin=0.3") from None


def _glasses(options):
    for name in etm.glasses.available():
        glass = etm.glasses.load(name)
        fitted = ", ".join(f"{T:g}" for T in glass.temperatures)
        _say(f"{name:<8}cutoffs fitted at {fitted} K")
        for source in glass.sources:
            _say(f"{'':<8}{source}")
    return 0


def _example(options):
    path = etm.tables.DATA / "examples" / f"{options.observable}.csv"
    _say(path.read_text(encoding="utf-8"), end="")
    return 0


def _sentence(error):
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)
