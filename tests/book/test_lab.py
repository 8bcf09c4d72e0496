"""A chapter on a live kernel in JupyterLab: all cells run, and a slider moves its picture.

This is what a reader on Binder does, with the same server and the same locked environment.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import TimeoutError

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "02_three_wells"
TOKEN = "etm"
PATIENCE = 300  # seconds for anything that waits, on a busy machine
ATTEMPTS = 4  # a click that comes before the page is ready is lost, and the page is loaded again

# Every cell stands in the page, not only those in view.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": '{"windowingMode": "none"}',
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": '{"fetchNews": "false"}',
}
STARTED = r"""() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
    .some(p => /^\[\d+\]:?$/.test(p.textContent.trim()))"""
FINISHED = r"""() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.textContent);
    return prompts.length > 0 && prompts.every(p => /^\[\d+\]:?$/.test(p.trim()));
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab whose folder holds one chapter, without outputs."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.read(ROOT / "book" / f"{CHAPTER}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    (folder / "book").mkdir()
    nbformat.write(notebook, folder / "book" / f"{CHAPTER}.ipynb")
    for name, setting in SETTINGS.items():
        path = folder / "settings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(setting)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "RUNTIME", "DATA")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
               "--ip=127.0.0.1", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder / 'book'}",
               f"--IdentityProvider.token={TOKEN}", f"--LabApp.user_settings_dir={folder / 'settings'}",
               f"--LabApp.workspaces_dir={folder / 'workspaces'}",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # fmt: skip
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log,
                                  env=os.environ | own | {"ETM_FIGURES": "live"})  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/api/status?token={TOKEN}", server, folder / "log.txt")
            yield address
        finally:
            server.terminate()  # shuts its kernels down first
            server.wait(60)


def wait_for(url, server, log):
    """Return when the server answers; fail with its log if it ends or takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"JupyterLab does not answer:\n{log.read_text()[-3000:]}", pytrace=False)


@pytest.fixture(scope="module")
def chapter(browser, lab):
    """The chapter in the browser, all its cells run, and the requests that left this machine."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(1000 * PATIENCE)
    foreign = []
    context.on(
        "request",
        lambda r: (
            foreign.append(r.url)
            if not r.url.startswith((lab, lab.replace("http", "ws"), "data:", "blob:"))
            else None
        ),
    )
    page = context.new_page()
    for _ in range(ATTEMPTS):
        if run_all(page, lab):
            break
    page.wait_for_function(FINISHED, polling=500)
    yield page, foreign
    context.close()


def run_all(page, lab):
    """Open the chapter, run all its cells as a reader would; True as soon as one of them is done."""
    page.goto(f"{lab}/lab/tree/{CHAPTER}.ipynb?token={TOKEN}")
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(state="attached")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    try:
        page.wait_for_function(STARTED, polling=500, timeout=1000 * PATIENCE / ATTEMPTS)
    except TimeoutError:
        return False
    return True


def test_every_cell_of_the_chapter_runs(chapter):
    page, foreign = chapter
    errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_text_contents()
    assert not errors, "\n".join(errors)
    assert page.locator(".jp-OutputArea-output img").count() > 0
    assert not foreign


def test_a_live_slider_moves_its_picture(chapter):
    page, _ = chapter
    figure = page.locator(".widget-vbox:has(.widget-html svg)").first
    picture = figure.locator(".widget-html svg").first
    picture.wait_for()
    for slider in figure.locator(".noUi-handle").all():
        before = picture.inner_html()
        readout = figure.locator(".widget-readout").all_text_contents()
        slider.focus()
        page.keyboard.press("ArrowRight")
        deadline = time.monotonic() + PATIENCE
        while picture.inner_html() == before and time.monotonic() < deadline:
            page.wait_for_timeout(200)
        assert picture.inner_html() != before
        assert figure.locator(".widget-readout").all_text_contents() != readout
