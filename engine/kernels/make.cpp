// Kernels whose results depend on shapes only: fill, iota, extent; and guard.
#include <string.h>

#include "isa.hpp"

namespace brickwork::BW_ISA {
namespace {

using Byte = unsigned char;

// A row has all dimensions but the first, so that each thread fills the rows that it uses.
std::int64_t first_dim(const View& v) { return v.rank > 0 ? v.dims[0] : 1; }

template <class T>
void run_fill(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  T* const out = static_cast<T*>(c.p[0]);
  T x;
  memcpy(&x, &c.n[1], sizeof x);
  for (std::int64_t i = lo * c.n[0]; i < hi * c.n[0]; ++i) out[i] = x;
}

template <class T>
void set_fill(Call& c, double value) {
  const T x = sizeof(T) == 1 ? static_cast<T>(value != 0) : static_cast<T>(value);
  memcpy(&c.n[1], &x, sizeof x);
  c.run = run_fill<T>;
}

const char* bind_fill(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 0 || r.n_reals != 1) return "needs an out and a value";
  c.rows = first_dim(r.outs[0]);
  c.n[0] = c.rows > 0 ? r.outs[0].size / c.rows * r.models : 0;
  switch (r.outs[0].dtype) {
    case DType::f32: set_fill<float>(c, r.reals[0]); break;
    case DType::f64: set_fill<double>(c, r.reals[0]); break;
    case DType::i32: set_fill<std::int32_t>(c, r.reals[0]); break;
    case DType::i64: set_fill<std::int64_t>(c, r.reals[0]); break;
    case DType::boolean: set_fill<Byte>(c, r.reals[0]); break;
  }
  return nullptr;
}

// The index along the middle of [outer, n, inner]. Rows are the outer ones, or the n if there is
// one outer row.
template <class T>
void run_iota(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  T* out = static_cast<T*>(c.p[0]);
  const std::int64_t n = c.n[0], inner = c.n[1];
  const bool one = c.n[2];
  out += lo * (one ? inner : n * inner);
  for (std::int64_t o = one ? 0 : lo; o < (one ? 1 : hi); ++o) {
    for (std::int64_t k = one ? lo : 0; k < (one ? hi : n); ++k) {
      for (std::int64_t i = 0; i < inner; ++i) *out++ = static_cast<T>(k);
    }
  }
}

const char* bind_iota(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 0 || r.n_ints != 3) return "needs an out and [outer, n, inner]";
  if (r.outs[0].size != r.ints[0] * r.ints[1] * r.ints[2]) {
    return "the out's size does not fit the extents";
  }
  c.n[0] = r.ints[1];
  c.n[1] = r.ints[2] * r.models;
  c.n[2] = r.ints[0] == 1;
  c.rows = r.ints[0] == 1 ? r.ints[1] : r.ints[0];
  switch (r.outs[0].dtype) {
    case DType::f32: c.run = run_iota<float>; break;
    case DType::f64: c.run = run_iota<double>; break;
    case DType::i32: c.run = run_iota<std::int32_t>; break;
    case DType::i64: c.run = run_iota<std::int64_t>; break;
    default: return "makes numbers, not booleans";
  }
  return nullptr;
}

// The product of its factors, which are known when the plan is bound to a batch size.
const char* bind_extent(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 0 || r.outs[0].size != 1) return "needs one scalar out";
  std::int64_t product = 1;
  for (int i = 0; i < r.n_ints; ++i) {
    if (__builtin_mul_overflow(product, r.ints[i], &product)) return "an extent above 2^63";
  }
  c.rows = 1;
  c.n[0] = r.models;
  switch (r.outs[0].dtype) {
    case DType::f32: set_fill<float>(c, static_cast<double>(product)); break;
    case DType::f64: set_fill<double>(c, static_cast<double>(product)); break;
    case DType::i32:
      if (product > INT32_MAX) return "an extent above 2^31 does not fit int32";
      c.n[1] = product;
      c.run = run_fill<std::int32_t>;
      break;
    case DType::i64:
      c.n[1] = product;
      c.run = run_fill<std::int64_t>;
      break;
    default: return "makes numbers, not booleans";
  }
  return nullptr;
}

// guard: stops the step if a scalar is not finite. Of several models it marks those whose scalar is
// not; it stops the step only if one of them was not marked yet.

constexpr Byte kFailed = 2;  // 1 is a model that the caller has retired

template <class T>
void run_guard(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  if (lo < hi && !__builtin_isfinite(*static_cast<const T*>(c.p[0]))) *w.stop = kNotFinite;
}

template <class T>
void run_guard_models(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  if (lo >= hi) return;
  const T* const values = static_cast<const T*>(c.p[0]);
  Byte* const retired = static_cast<Byte*>(c.own);
  for (std::int64_t m = 0; m < c.n[0]; ++m) {
    if (retired[m] != 0 || __builtin_isfinite(values[m])) continue;
    retired[m] = kFailed;
    *w.stop = kNotFinite;
  }
}

const char* bind_guard(const Request& r, Call& c) {
  if (r.n_outs != 0 || r.n_ins != 1 || r.ins[0].size != 1) return "needs one scalar in";
  c.rows = 1;
  c.n[0] = r.models;
  c.own = r.retired;
  if (r.ins[0].dtype == DType::f32) {
    c.run = r.models > 1 ? run_guard_models<float> : run_guard<float>;
  } else if (r.ins[0].dtype == DType::f64) {
    c.run = r.models > 1 ? run_guard_models<double> : run_guard<double>;
  } else {
    return "watches float32 or float64";
  }
  return nullptr;
}

}  // namespace

BW_KERNELS(make) = {
    {"fill", bind_fill, true},
    {"iota", bind_iota, true},
    {"extent", bind_extent, true},
    {"guard", bind_guard, true},
    {},
};

}  // namespace brickwork::BW_ISA
