"""What h5py finds in a file: the path, shape, dtype and numbers of each array.

`hdf5_file.py FILE`
"""

import json
import sys

import h5py

if __name__ == "__main__":
    found = {}

    def visit(name, node):
        """Note an array; for a group, nothing but its name."""
        is_array = isinstance(node, h5py.Dataset)
        found[name] = [list(node.shape), str(node.dtype), node[()].tolist()] if is_array else None

    with h5py.File(sys.argv[1]) as file:
        file.visititems(visit)
    json.dump(found, sys.stdout)
