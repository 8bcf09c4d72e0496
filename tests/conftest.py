"""What every test shares: reproducible kernels and hypothesis, and one built copy of the book."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fresh_figures import FreshFigures
from hypothesis import settings
from refresh_notebooks import kernel_environment

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")


def pytest_configure(config):
    """Every kernel of this run, nbval's included, is one that `make notebooks` would start; figures are compared."""
    config.pluginmanager.register(FreshFigures(), "fresh-figures")
    kernels = kernel_environment()
    kernels.__enter__()
    config.add_cleanup(lambda: kernels.__exit__(None, None, None))


@pytest.fixture(scope="session")
def build_log(tmp_path_factory, worker_id):
    """(exit code, output, html folder) of the book, built once for all workers in a fresh folder.

    ETM_BOOK_LOG names what a `make book` has printed that has just ended well; its pages are then taken.
    """
    if os.environ.get("ETM_BOOK_LOG"):
        log = Path(os.environ["ETM_BOOK_LOG"]).read_text(encoding="utf-8")
        return 0, log, ROOT / "_build" / "html"
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    target = shared / "book"
    with (shared / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        log, code = target / "log.txt", target / "exit_code.txt"
        if not code.exists():
            target.mkdir()
            tool = Path(sys.executable).with_name("jupyter-book")
            command = [tool, "build", str(ROOT), "-W", "--keep-going", "-n",
                       "--path-output", str(target)]  # fmt: skip
            result = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            log.write_text(result.stdout)
            code.write_text(str(result.returncode))
    return int(code.read_text()), log.read_text(), target / "_build" / "html"


@pytest.fixture(scope="session")
def site(build_log):
    """The folder of the built pages; they exist even if the build had warnings, which are a test of their own."""
    _, log, html = build_log
    if not (html / "book" / "index.html").exists():
        pytest.fail(f"the book does not build:\n{log[-4000:]}", pytrace=False)
    return html


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium that is already on the machine."""
    path = next(
        filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
    )
    if path is None:
        message = (
            "no Chromium on this machine, so the pages were not looked at; "
            "install one (Debian: apt-get install chromium) and run again"
        )
        if os.environ.get("ETM_REQUIRE_BROWSER"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
             "--disable-component-update", "--disable-default-apps", "--no-first-run",
             "--disable-dev-shm-usage"]  # fmt: skip
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=quiet)
        yield chromium
        chromium.close()
