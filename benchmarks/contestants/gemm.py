"""The second floor: a step's bare matrix products by the best BLAS and thread count found."""

import ctypes
from pathlib import Path

import numpy as np
import scipy_openblas32

import native


class Model:
    """OpenBLAS from its own wheel and the one inside NumPy's, each on one thread and on two."""

    def __init__(self, variant):
        inside = Path(np.__file__).parents[1] / "numpy.libs"
        paths = {"openblas": Path(scipy_openblas32.get_lib_dir()) / "libscipy_openblas.so"}
        paths["numpy's"] = next(inside.glob("libscipy_openblas64*"))
        self.blas = {name: ctypes.CDLL(str(path)) for name, path in paths.items()}
        self.versions = {"scipy-openblas32": scipy_openblas32.__version__}
        self.loop = native.load(native.build_gemm())
        self.use("openblas, 1 thread")

    def settings(self):
        """Every BLAS on one thread and on two."""
        return [f"{name}, {count} thread{'s' * (count > 1)}" for name in self.blas
                for count in (1, 2)]  # fmt: skip

    def use(self, setting):
        """Pick the sgemm and set its threads."""
        name, threads = setting.split(", ")
        library = self.blas[name]
        self.wide = hasattr(library, "scipy_cblas_sgemm64_")
        suffix = "64_" if self.wide else ""
        getattr(library, "scipy_openblas_set_num_threads" + suffix)(int(threads[0]))
        self.sgemm = getattr(library, "scipy_cblas_sgemm" + suffix)

    def load(self, job, weights):
        """Keep the job."""
        self.job = job

    def reset(self, weights):
        """There are no weights."""

    def data(self, x, y):
        """Only the number of rows counts."""
        return len(x)

    def fit(self, data, epochs):
        """The products of that many steps; nothing is learnt."""
        sizes = (ctypes.c_int * len(self.job.sizes))(*self.job.sizes)
        self.loop.gemm_steps(
            ctypes.cast(self.sgemm, ctypes.c_void_p), int(self.wide), sizes, len(sizes) - 1,
            self.job.batch, self.job.steps(data) * epochs,
        )  # fmt: skip
        return []
