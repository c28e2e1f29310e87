"""A real browser for tests: the state of a page after some seconds of virtual time."""

import html
import re
import shutil
import subprocess

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or (
    shutil.which("google-chrome"))
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def dom(folder, page: str, seconds: float = 1.0, *flags: str) -> str:
    """The text of a page after some seconds of virtual time, which pass at once."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={folder / 'profile'}", f"--virtual-time-budget={seconds * 1000:.0f}",
         *flags, "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def written_by(folder, page: str, script: str, seconds: float = 1.0, *flags: str) -> str:
    """What a script at the end of the page writes by ``write(text)``."""
    page = page.replace("</body>", '<pre id="written"></pre><script>function write(text)'
                        "{document.getElementById('written').textContent+=text+'\\n'}\n"
                        f"{script}</script></body>")
    found = re.search(r'<pre id="written">(.*?)</pre>', dom(folder, page, seconds, *flags), re.S)
    assert found, "the page has lost what was put at its end"
    return html.unescape(found[1])
