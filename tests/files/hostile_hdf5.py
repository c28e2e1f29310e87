"""What an HDF5 file may say that no file of Keras says."""

import h5py
import numpy as np
from hostile_files import both


@both
def external_storage(file, place, path):
    del file[place]
    file.create_dataset(place, (4, 3), "f4", external=[("/etc/passwd", 0, 48)])


@both
def external_link(file, place, path):
    del file[place]
    file[place] = h5py.ExternalLink("/etc/passwd", "/x")


@both
def external_link_of_a_group(file, place, path):
    file["more"] = h5py.ExternalLink("/tmp/other.h5", "/")


@both
def soft_link(file, place, path):
    del file[place]
    file[place] = h5py.SoftLink("/somewhere")


@both
def virtual(file, place, path):
    del file[place]
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4, 3))
    file.create_virtual_dataset(place, layout)


@both
def cycle(file, place, path):
    file[place.rpartition("/")[0]]["round"] = file["/"]


@both
def two_names(file, place, path):
    file["again"] = file[place]


@both
def shape_bomb(file, place, path):
    del file[place]
    file.create_dataset(place, (2**20, 2**20), "f8")


@both
def many_dimensions(file, place, path):
    file.create_dataset("extra", (2**15,) * 30, "i1", chunks=(1,) * 30)


@both
def packed_bomb(file, place, path):
    del file[place]
    file.create_dataset(
        place,
        (64, 2**18),
        "f4",
        chunks=(1, 2**18),
        compression="gzip",
        data=np.zeros((64, 2**18), "f4"),
    )


@both
def foreign_filter(file, place, path):
    del file[place]
    file.create_dataset(place, data=np.zeros((4, 3), "f4"), chunks=(4, 3), compression="lzf")


@both
def records(file, place, path):
    del file[place]
    file.create_dataset(place, (4, 3), [("a", "f4"), ("b", "f4")])


@both
def texts(file, place, path):
    del file[place]
    file.create_dataset(place, data=np.full((4, 3), "x", object), dtype=h5py.string_dtype())


@both
def references(file, place, path):
    del file[place]
    file.create_dataset(place, (4, 3), h5py.ref_dtype)


@both
def named_type(file, place, path):
    file["kind"] = np.dtype("f8")


@both
def other_shape(file, place, path):
    del file[place]
    file[place] = np.zeros((3, 4), "f4")


@both
def gone(file, place, path):
    del file[place]


@both
def many_objects(file, place, path):
    group = file
    for _ in range(80):
        group = group.create_group("deeper")
