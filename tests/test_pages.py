"""README and docs, typed as they stand by a reader in a new shell, from the first line on."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from pages import Reader, steps

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "README.ko.md", *sorted(f"docs/{p.name}" for p in ROOT.glob("docs/*.md"))]

#: Lines that take minutes. tools/fresh types them, on a machine that has nothing; here their work
#: is done.
SLOW = {"make run", "make test", "pip install ."}
#: Programs that pages speak of and a machine may lack, with Debian's packages.
PROGRAMS = {"leocad": "leocad ldraw-parts-free xvfb xauth"}


def lines(page: str) -> list[str]:
    return [text for kind, text in steps((ROOT / page).read_text("utf-8")) if kind == "shell"]


def lacking(line: str) -> str | None:
    """The program that a line needs and this machine lacks."""
    program = line.split()[0]
    needed = [program, "xvfb-run"] if program in PROGRAMS else []
    return program if not all(map(shutil.which, needed)) else None


@pytest.mark.skipif(sys.flags.no_site or not Path(sys.prefix, "bin/activate").exists(),
                    reason="Python runs in no environment that a shell could activate")
# The pages on deployment start a server that ends with Ctrl-C: test_deploy_page.py types those.
@pytest.mark.parametrize("page", [page for page in PAGES if "/deploy" not in page])
def test_every_line_works_in_its_order(page, tmp_path):
    with Reader(tmp_path) as reader:
        # A machine without a screen shows windows to xvfb, as the page says.
        reader.do("shell", 'leocad() { xvfb-run -a leocad "$@" >/dev/null 2>&1; }')
        if not page.startswith("README"):  # who reads docs has read README
            assert reader.do("shell", "source .venv/bin/activate")[0] == 0
        for kind, text in steps((ROOT / page).read_text("utf-8")):
            if kind == "shell" and (text in SLOW or lacking(text)):
                continue
            status, said = reader.do(kind, text)
            assert status == 0, f"{page}: {text}\n{said}"
            assert "Traceback" not in said and "Warning" not in said, f"{page}: {text}\n{said}"
    if page.startswith("README"):
        assert (tmp_path / "lesson.svg").read_text("utf-8").count('class="weight') == 86


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_that_pages_speak_of_are_here(program):
    assert any(program in line.split() for page in PAGES for line in lines(page))
    if lacking(program):
        pytest.skip(f"not installed (Debian: {PROGRAMS[program]}): its lines were not typed")


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
    assert re.match(r"# brickwork\n\n    make run .*\n    make test .*\n",
                    (ROOT / readme).read_text("utf-8"))


def test_a_line_that_does_not_work_is_found(tmp_path):
    with Reader(tmp_path) as reader:
        assert reader.do("shell", "brickwork --version")[0] == 127, "it is in .venv only"
        assert reader.do("shell", "source .venv/bin/activate")[0] == 0
        assert reader.do("shell", "brickwork --version")[0] == 0
        assert reader.do("shell", "brickwork draw gone.brick")[0] == 1
        assert reader.do("python", "x = 3")[0] == 0 and reader.do("python", "assert x == 4")[0] == 1
        assert reader.do("python", "import os; os._exit(3)")[0] == -1
    assert os.listdir(tmp_path) == [".venv"]
