#include "arrays.hpp"

#include <stdexcept>

namespace brickwork {
namespace {

struct Name {
  DType dtype;
  const char* name;
  int number;
};

constexpr Name kNames[] = {
    {DType::f32, "float32", NPY_FLOAT32}, {DType::f64, "float64", NPY_FLOAT64},
    {DType::i32, "int32", NPY_INT32},     {DType::i64, "int64", NPY_INT64},
    {DType::boolean, "bool", NPY_BOOL},
};

// NumPy has several type numbers for one width of integer; kind and size decide.
bool item_of(PyArrayObject* array, Item* item) {
  const PyArray_Descr* descr = PyArray_DESCR(array);
  const auto size = PyArray_ITEMSIZE(array);
  const auto pick = [&](Item one, Item two, Item four, Item eight) {
    *item = size == 1 ? one : size == 2 ? two : size == 4 ? four : eight;
    return size <= 8;
  };
  switch (descr->kind) {
    case 'b': *item = Item::boolean; return true;
    case 'i': return pick(Item::i8, Item::i16, Item::i32, Item::i64);
    case 'u': return pick(Item::u8, Item::u16, Item::u32, Item::u64);
    case 'f':
      if (PyTypeNum_ISUSERDEF(PyArray_TYPE(array))) return false;
      return pick(Item::f16, Item::f16, Item::f32, Item::f64);
    default: return false;
  }
}

}  // namespace

int numpy_type(DType dtype) { return kNames[static_cast<int>(dtype)].number; }

const char* dtype_name(DType dtype) { return kNames[static_cast<int>(dtype)].name; }

DType dtype_named(const std::string& name) {
  for (const Name& n : kNames) {
    if (name == n.name) return n.dtype;
  }
  throw std::invalid_argument("dtype '" + name +
                              "' is not one of float32, float64, int32, int64, bool");
}

std::string type_of(nb::handle object) {
  const nb::object name = nb::steal(PyType_GetName(Py_TYPE(object.ptr())));
  if (!name.is_valid()) throw nb::python_error();
  return nb::str(name).c_str();
}

PyArrayObject* array_of(nb::handle object, const std::string& what) {
  if (!PyArray_Check(object.ptr())) {
    throw nb::type_error((what + ": got " + type_of(object) + ", expected a NumPy array").c_str());
  }
  return reinterpret_cast<PyArrayObject*>(object.ptr());
}

std::string describe(const std::vector<std::int64_t>& dims) {
  std::string text = "(";
  for (std::size_t i = 0; i < dims.size(); ++i) text += (i ? ", " : "") + std::to_string(dims[i]);
  return text + (dims.size() == 1 ? ",)" : ")");
}

std::string describe(PyArrayObject* array) {
  const nb::object name =
      nb::handle(reinterpret_cast<PyObject*>(PyArray_DESCR(array))).attr("name");
  const auto* shape = PyArray_DIMS(array);
  const char* text = PyUnicode_AsUTF8AndSize(name.ptr(), nullptr);
  if (text == nullptr) throw nb::python_error();
  return std::string(text) + " " +
         describe(std::vector<std::int64_t>(shape, shape + PyArray_NDIM(array)));
}

Source source_of(PyArrayObject* array, const std::string& what) {
  Source s;
  if (!item_of(array, &s.item)) {
    throw std::invalid_argument(what + ": got " + describe(array) +
                                ", expected numbers or booleans of at most 64 bits");
  }
  if (PyArray_NDIM(array) > kMaxSourceRank) {
    throw std::invalid_argument(what + ": got rank " + std::to_string(PyArray_NDIM(array)) +
                                ", at most " + std::to_string(kMaxSourceRank));
  }
  s.data = PyArray_BYTES(array);
  s.swapped = PyArray_ISBYTESWAPPED(array);
  s.rank = PyArray_NDIM(array);
  for (int a = 0; a < s.rank; ++a) {
    s.dims[a] = PyArray_DIM(array, a);
    s.strides[a] = PyArray_STRIDE(array, a);
  }
  return s;
}

Feed feed_of(nb::handle object, DType to, const std::string& what) {
  if (!nb::isinstance<nb::tuple>(object)) return {source_of(array_of(object, what), what), to};
  const auto parts = nb::cast<nb::tuple>(object);
  if (parts.size() != 4) {
    throw std::invalid_argument(what + ": expected (numbers, columns, starts, width)");
  }
  PyArrayObject* arrays[3];
  for (std::size_t i = 0; i < 3; ++i) {
    arrays[i] = array_of(parts[i], what);
    if (PyArray_NDIM(arrays[i]) == 1) continue;
    throw std::invalid_argument(what + ": got " + describe(arrays[i]) + ", expected one dimension");
  }
  const bool wide = PyArray_ITEMSIZE(arrays[2]) == 8;
  for (PyArrayObject* indices : {arrays[1], arrays[2]}) {
    if (PyArray_EquivTypenums(PyArray_TYPE(indices), wide ? NPY_INT64 : NPY_INT32) &&
        PyArray_ISCARRAY_RO(indices))
      continue;
    throw std::invalid_argument(what + ": got indices " + describe(indices) +
                                ", expected "
                                "contiguous columns and starts, both int32 or both int64");
  }
  Compressed m;
  m.numbers = source_of(arrays[0], what);
  m.columns = PyArray_BYTES(arrays[1]);
  m.starts = PyArray_BYTES(arrays[2]);
  m.wide = wide;
  m.rows = PyArray_DIM(arrays[2], 0) - 1;
  m.width = nb::cast<std::int64_t>(parts[3]);
  if (m.rows < 0 || m.width < 0 || PyArray_DIM(arrays[1], 0) != m.numbers.dims[0]) {
    throw std::invalid_argument(what + ": got " + describe(arrays[1]) + " columns for " +
                                describe(arrays[0]) + ", expected one for each number");
  }
  return {m, to};
}

nb::object new_array(DType dtype, const std::int64_t* dims, int rank) {
  npy_intp shape[kMaxRank];
  for (int a = 0; a < rank; ++a) shape[a] = static_cast<npy_intp>(dims[a]);
  PyObject* array = PyArray_SimpleNew(rank, shape, numpy_type(dtype));
  if (array == nullptr) throw nb::python_error();
  return nb::steal(array);
}

PyArrayObject* writable_array(nb::handle object, DType dtype, const std::string& what) {
  PyArrayObject* array = array_of(object, what);
  std::string missing;
  if (!PyArray_EquivTypenums(PyArray_TYPE(array), numpy_type(dtype)) ||
      PyArray_ISBYTESWAPPED(array)) {
    missing = dtype_name(dtype);
  } else if (!PyArray_IS_C_CONTIGUOUS(array)) {
    missing = "a C-contiguous array";
  } else if (!PyArray_ISALIGNED(array)) {
    missing = "an aligned array";
  } else if (!PyArray_ISWRITEABLE(array)) {
    missing = "a writeable array";
  }
  if (missing.empty()) return array;
  throw std::invalid_argument(what + ": got " + describe(array) + ", expected " + missing);
}

}  // namespace brickwork
