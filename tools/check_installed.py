"""Use an installed etm as a newcomer would: outside of its source, in an environment that holds nothing else."""

import importlib.util
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

SLOWEST_IMPORT = 0.5  # s, the median of some


def main():
    import etm

    folder = Path(etm.__file__).parent
    assert folder.is_relative_to(sys.prefix), f"etm comes from {folder}"
    assert importlib.util.find_spec("matplotlib") is None, "the environment is not empty"
    assert (folder / "py.typed").exists()
    for name in etm.tables.available():
        assert len(etm.tables.read(name)), name
    duran = etm.glasses.load("Duran")
    assert etm.heat_capacity.ats(1.23, 0.1, duran.at(1.23)) > 0

    times = []
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-I", "-c", "import etm"], check=True)
        times.append(time.perf_counter() - start)
    middle = statistics.median(times)
    assert middle < SLOWEST_IMPORT, f"import etm takes {middle:.2f} s"

    command = shutil.which("etm", path=str(Path(sys.executable).parent))
    text = subprocess.run([command, "--help"], check=True, capture_output=True, text=True).stdout
    assert "etm" in text
    print(f"etm {etm.__version__} works from {folder}; imported in {middle:.2f} s, Python included")


if __name__ == "__main__":
    main()
