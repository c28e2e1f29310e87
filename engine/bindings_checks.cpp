// within(): whether all values of an array are inside given limits, in one pass.
//
// It knows plain arrays only, and returns false for all others. The checks in Python then decide,
// and say what is wrong.
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "bindings.hpp"

namespace brickwork {
namespace {

struct Wanted {
  double low, high;  // the least and the greatest value that may be
  bool whole;  // only integers
  double least;  // the least absolute value
  bool shares;  // rows sum to 1
};

constexpr double kSlack = 1e-3;

// The limits in the array's own dtype, so that no value is converted: the nearest within.
bool as_limits(const Wanted& w, double& low, double& high) {
  low = w.low, high = w.high;
  return true;
}

bool as_limits(const Wanted& w, float& low, float& high) {
  constexpr float kEnd = std::numeric_limits<float>::infinity();
  low = static_cast<float>(w.low), high = static_cast<float>(w.high);
  if (static_cast<double>(low) < w.low) low = std::nextafter(low, kEnd);
  if (static_cast<double>(high) > w.high) high = std::nextafter(high, -kEnd);
  return true;
}

// Limits of integers are integers: int64 has values that no double equals.
template <class T>
bool as_limits(const Wanted& w, T& low, T& high) {
  constexpr T kLeast = std::numeric_limits<T>::min(), kMost = std::numeric_limits<T>::max();
  const auto least = static_cast<double>(kLeast), most = static_cast<double>(kMost);
  if (w.low > most || w.high < least) return false;
  low = w.low <= least ? kLeast : static_cast<T>(std::ceil(w.low));
  high = w.high >= most ? kMost : static_cast<T>(std::floor(w.high));
  return true;
}

// An integer as wide as T: loops become vectors if what they compare and what they gather are equally
// wide, and nothing in them branches.
template <class T>
using Bits = std::conditional_t<sizeof(T) == 8, std::int64_t,
                                std::conditional_t<sizeof(T) == 4, std::int32_t, std::int8_t>>;

// NaN fails every comparison.
template <class T>
bool holds(const T* values, std::int64_t size, std::int64_t width, const Wanted& w) {
  T low{}, high{};
  if (!as_limits(w, low, high)) return false;
  Bits<T> outside = 0;
  for (std::int64_t i = 0; i < size; ++i) {
    outside |= static_cast<Bits<T>>(!((values[i] >= low) & (values[i] <= high)));
  }
  if constexpr (std::is_floating_point_v<T>) {
    if (w.whole) {
      for (std::int64_t i = 0; i < size; ++i) {
        outside |= static_cast<Bits<T>>(values[i] != std::floor(values[i]));
      }
    }
  }
  if (outside != 0) return false;
  bool bad = false;
  if (w.least > 0) {
    for (std::int64_t i = 0; i < size; ++i) {
      bad |= std::fabs(static_cast<double>(values[i])) < w.least;
    }
  }
  if (w.shares) {
    for (std::int64_t row = 0; row < size; row += width) {
      double sum = 0;
      for (std::int64_t i = 0; i < width; ++i) sum += static_cast<double>(values[row + i]);
      bad |= std::fabs(sum - 1) > kSlack;
    }
  }
  return !bad;
}

bool within(nb::handle object, double low, double high, bool whole, double least, bool shares) {
  if (!PyArray_Check(object.ptr())) return false;
  auto* array = reinterpret_cast<PyArrayObject*>(object.ptr());
  if (!PyArray_ISCARRAY_RO(array)) return false;
  const std::int64_t size = PyArray_SIZE(array);
  const int rank = PyArray_NDIM(array);
  const std::int64_t width = rank > 1 ? PyArray_DIM(array, rank - 1) : 1;
  if (size == 0) return false;
  const Wanted wanted{low, high, whole, least, shares};
  const void* data = PyArray_DATA(array);
  const auto as = [&](auto zero) {
    return holds(static_cast<const decltype(zero)*>(data), size, width, wanted);
  };
  const char kind = PyArray_DESCR(array)->kind;
  const auto bytes = PyArray_ITEMSIZE(array);
  if (PyTypeNum_ISUSERDEF(PyArray_TYPE(array))) return false;
  if (kind == 'f' && bytes == 4) return as(float{});
  if (kind == 'f' && bytes == 8) return as(double{});
  if (kind == 'i' && bytes == 8) return as(std::int64_t{});
  if (kind == 'i' && bytes == 4) return as(std::int32_t{});
  if ((kind == 'u' || kind == 'b') && bytes == 1) return as(std::uint8_t{});
  return false;
}

}  // namespace

void bind_checks(nb::module_& module) {
  module.def(
      "within", &within, nb::arg("array"), nb::arg("low"), nb::arg("high"),
      nb::arg("whole") = false, nb::arg("least") = 0.0, nb::arg("shares") = false,
      "Whether all values are from low to high; and, if asked, integers, at least this far\n"
      "from 0, and such that rows sum to 1. False for arrays that are empty, not contiguous\n"
      "or of a rare dtype.");
}

}  // namespace brickwork
