// NumPy arrays at the boundary of the engine: checked here, plain pointers inside.
//
// NumPy's own C API is used, not nanobind's ndarray: it reports byte order, alignment and
// writeability, never converts implicitly, and creates an array in 0.1 us.
#pragma once
#include <nanobind/nanobind.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_1_25_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL brickwork_numpy
#ifndef BW_IMPORTS_NUMPY
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#include <string>
#include <vector>

#include "gather.hpp"
#include "kernel.hpp"

namespace brickwork {

namespace nb = nanobind;

int numpy_type(DType dtype);
const char* dtype_name(DType dtype);
DType dtype_named(const std::string& name);  // throws std::invalid_argument

// "list", for messages.
std::string type_of(nb::handle object);

// The object as an array; throws nb::type_error naming `what` where it is none.
PyArrayObject* array_of(nb::handle object, const std::string& what);

// "float32 (3, 4)", for messages.
std::string describe(PyArrayObject* array);
std::string describe(const std::vector<std::int64_t>& dims);

// The array as a source of rows. Throws std::invalid_argument for a dtype without numbers.
Source source_of(PyArrayObject* array, const std::string& what);

// An array as rows, or a tuple (numbers, columns, starts, width) as the rows of a sparse matrix.
Feed feed_of(nb::handle object, DType to, const std::string& what);

// A new C-contiguous array; its values are not set.
nb::object new_array(DType dtype, const std::int64_t* dims, int rank);

// An array that the engine will write to: of this dtype, C-contiguous, aligned and writeable.
PyArrayObject* writable_array(nb::handle object, DType dtype, const std::string& what);

}  // namespace brickwork
