"""Whether notebooks are valid, and what one prints: `notebook.py RUN.ipynb OTHER.ipynb ...`

The first is run, cell by cell.
"""

import json
import sys
from pathlib import Path

import nbclient
import nbformat

if __name__ == "__main__":
    read = [nbformat.reads(Path(path).read_text("utf-8"), as_version=4) for path in sys.argv[1:]]
    for notebook in read:
        nbformat.validate(notebook)
    ran = nbclient.NotebookClient(read[0], timeout=120, kernel_name="python3").execute()
    printed = [
        output.get("text", "")
        for cell in ran.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    sources = [[cell.cell_type, cell.source] for cell in read[0].cells]
    json.dump({"printed": printed, "cells": sources}, sys.stdout)
