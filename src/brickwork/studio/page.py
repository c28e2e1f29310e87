"""The page's file: where it is, its security policy, and what it is given to open."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

#: Built from ``studio/`` by ``make studio``; opens in a browser from this folder as well.
PAGE = Path(__file__).with_name("page") / "studio.html"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"<>\r\n]*)">')
_GIVEN = '<script type="application/json" id="given">null</script>'


def read(path: Path = PAGE) -> str:
    """Return the page.

    Raises:
        FileNotFoundError: if it has not been built.
    """
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise FileNotFoundError(
            2, "The studio's page is not there; `make studio` builds it", str(path)
        ) from None


def policy_of(page: str) -> str:
    """Return the content security policy that a page has in its head, and which a server sends
    with it; without one, a policy that forbids everything.

    >>> policy_of("<html>")
    "default-src 'none'"
    """
    found = _POLICY.search(page)
    return found[1] if found else "default-src 'none'"


def with_given(page: str, given: Any) -> str:
    """Return a page that opens what is given.

    The JSON stands in a block of data, which no policy needs to allow, and in which no letter ends
    the block or begins a comment.

    >>> page = '<script type="application/json" id="given">null</script>'
    >>> with_given(page, {"name": "</script>"}).count("</script>")
    1
    """
    before, block, after = page.partition(_GIVEN)
    if not block:
        raise ValueError("The studio's page has no place for a project: build it anew.")
    text = json.dumps(given, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f"{before}{block.replace('null', text)}{after}"
