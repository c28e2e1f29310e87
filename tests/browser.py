"""A real browser for tests, run with virtual time."""

import html
import re
import shutil
import subprocess

import pytest

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or (shutil.which("google-chrome"))
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def dom(folder, page: str, seconds: float = 1.0, *flags: str) -> str:
    """Return the page's DOM as text after some seconds of virtual time, which pass at once."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={folder / 'profile'}",
            f"--virtual-time-budget={seconds * 1000:.0f}",
            *flags,
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def script_output(folder, page: str, script: str, seconds: float = 1.0, *flags: str) -> str:
    """Run a script at the end of a page, and return what it writes with ``tell(text)``."""
    page = page.replace(
        "</body>",
        '<pre id="output"></pre><script>function tell(text)'
        "{document.getElementById('output').textContent+=text+'\\n'}\n"
        f"{script}</script></body>",
    )
    found = re.search(r'<pre id="output">(.*?)</pre>', dom(folder, page, seconds, *flags), re.S)
    assert found, "the page has removed the element at its end"
    return html.unescape(found[1])
