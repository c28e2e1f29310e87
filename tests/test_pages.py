"""README and docs, typed as they stand by a reader in a new shell, from the first line on."""

import os
import re
import shutil
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from pages import Reader, steps
from samples import LONG
from test_korean_pages import ALIKE

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "README.ko.md", *sorted(f"docs/{p.name}" for p in ROOT.glob("docs/*.md"))]

#: Lines that take minutes. tools/fresh types them, on a machine that has nothing; here their work
#: is done.
SLOW = {"make run", "make test", "pip install ."}
#: Commands that run until they are stopped: a reader continues in another shell.
SERVERS = {"python serve.py"}
#: The port that they listen on: a free one is typed, so that tests may run side by side.
PORT = "8000"
#: What Keras itself computes with here, where a page compares.
KERAS = ("KERAS_BACKEND", "JAX_PLATFORMS")
#: Packages whose blocks are typed only where they are installed.
LARGE = ("tensorflow",)
#: Programs that pages speak of and a machine may lack, with Debian's packages.
PROGRAMS = {"leocad": "leocad ldraw-parts-free xvfb xauth", "curl": "curl"}
#: How the test types some of them: on a machine without a screen xvfb shows windows, as the page
#: says, and a server that was just started may take a moment.
TYPED = (
    'leocad() { xvfb-run -a leocad "$@" >/dev/null 2>&1; }',
    'curl() { command curl -s --retry 30 --retry-delay 1 --retry-connrefused "$@"; }',
)


def lines(page: str) -> list[str]:
    return [text for kind, text in steps((ROOT / page).read_text("utf-8")) if kind == "shell"]


def lacking(line: str) -> str | None:
    """The program that a line needs and this machine lacks."""
    program = line.split()[0]
    needed = [program, *["xvfb-run"] * (program == "leocad")] if program in PROGRAMS else []
    return program if not all(map(shutil.which, needed)) else None


def free_port() -> str:
    """An unused port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def large(block: str) -> bool:
    """Whether a block needs a package that is too large to be installed for a test, and is not."""
    return any(name in block and find_spec(name) is None for name in LARGE)


#: Pages that are typed: one in Korean has the code of the English one, which
#: tests/test_korean_pages.py holds.
TYPED_PAGES = [
    page for page in PAGES if LONG or ".ko." not in page or page.replace(".ko.", ".") not in ALIKE
]


@pytest.mark.skipif(
    sys.flags.no_site or not Path(sys.prefix, "bin/activate").exists(),
    reason="Python runs in no environment that a shell could activate",
)
@pytest.mark.parametrize("page", TYPED_PAGES)
def test_every_line_works_in_its_order(page, tmp_path):
    found = steps((ROOT / page).read_text("utf-8").replace(PORT, free_port()))
    with Reader(tmp_path, **{name: os.environ[name] for name in KERAS}) as reader:
        for line in TYPED:
            assert reader.do("shell", line)[0] == 0
        if not page.startswith("README"):  # who reads docs has read README
            assert reader.do("shell", "source .venv/bin/activate")[0] == 0
            for kind, text in steps((ROOT / "README.md").read_text("utf-8")):
                if kind not in ("shell", "python"):
                    reader.save(kind, text)
        for kind, text in found:
            if text in SLOW or (lacking(text) if kind == "shell" else large(text)):
                continue
            run = kind in ("shell", "python") or (
                ("shell", f"python {kind}") in found and f"python {kind}" not in SERVERS
            )
            do = reader.do if run else reader.save
            status, said = do(kind, text + " &" * (text in SERVERS))
            assert status == 0, f"{page}: {text}\n{said}"
            assert "Traceback" not in said and "Warning" not in said, f"{page}: {text}\n{said}"
    if page.startswith("README"):
        assert (tmp_path / "lesson.svg").read_text("utf-8").count('class="weight') == 86


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_that_pages_speak_of_are_here(program):
    if lacking(program):
        pytest.skip(
            f"{program} is not installed (Debian: {PROGRAMS[program]}): its lines were not typed"
        )


def test_what_is_slow_is_on_a_page_and_typed_on_a_fresh_machine():
    said = [line for page in PAGES for line in lines(page)]
    fresh = (ROOT / "tools/fresh").read_text()
    for line in SLOW:
        assert line in said and f'"{line}' in fresh


@pytest.mark.parametrize("page", PAGES)
def test_extras_are_quoted(page):
    """zsh takes brackets for a pattern."""
    text = (ROOT / page).read_text("utf-8")
    assert re.findall(r"pip install [\w.]+\[", text) == []


@pytest.mark.parametrize("readme", PAGES[:2])
def test_readme_begins_with_the_two_commands(readme):
    assert re.match(
        r"# brickwork\n\n    make run .*\n    make test .*\n", (ROOT / readme).read_text("utf-8")
    )


def test_a_line_that_does_not_work_is_found(tmp_path):
    with Reader(tmp_path) as reader:
        assert reader.do("shell", "brickwork --version")[0] == 127, "it is in .venv only"
        assert reader.do("shell", "source .venv/bin/activate")[0] == 0
        assert reader.do("shell", "brickwork --version")[0] == 0
        assert reader.do("shell", "brickwork draw gone.brick")[0] == 1
        assert reader.do("python", "x = 3")[0] == 0 and reader.do("python", "assert x == 4")[0] == 1
        assert reader.do("python", "import os; os._exit(3)")[0] == -1
    assert os.listdir(tmp_path) == [".venv"]
