"""Files made to harm by changing a good one of Keras's: how each is made, by name and ending.

Makers are given a path, and a good file of that ending. They stand in `hostile_hdf5`,
`hostile_configs` and `hostile_zips`.
"""

import io
import zipfile

import h5py

FILES = {}


def attack(ending):
    def add(make):
        FILES[make.__name__, ending] = make
        return make

    return add


def both(make):
    """An attack on HDF5: in an .h5 file, and inside of a .keras file."""
    FILES[make.__name__, ".h5"] = lambda path, good: changed_h5(path, good, make)
    FILES[make.__name__, ".keras"] = lambda path, good: changed_inside(path, good, make)
    return make


def changed_h5(path, good, change):
    path.write_bytes(good.read_bytes())
    with h5py.File(path, "r+") as file:
        (model,) = file["model_weights/one"]  # its name is the first part of the weights' paths
        change(file, f"model_weights/one/{model}/one/kernel", path)


def changed_inside(path, good, change):
    members = members_of(good)
    inside = io.BytesIO(members["model.weights.h5"])
    with h5py.File(inside, "r+") as file:
        change(file, "layers/dense/vars/0", path)
    zipped(path, {**members, "model.weights.h5": inside.getvalue()})


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path, members, kind=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
