// Kernels along one axis: argmax, argmin, softmax, cumsum.
#include <string.h>

#include "turn.hpp"

namespace brickwork::BW_ISA {
namespace {

// argmax, argmin: the first of equal values, but the first NaN if there is one.

struct Greater {
  template <class T>
  static auto f(T a, T b) {
    return a > b;
  }
};
struct Less {
  template <class T>
  static auto f(T a, T b) {
    return a < b;
  }
};

template <class Better, class T>
inline std::int64_t first_best(const T* p, std::int64_t n, std::int64_t stride) {
  std::int64_t best = 0;
  T value = p[0];
  for (std::int64_t k = 1; k < n; ++k) {
    const T x = p[k * stride];
    const bool take = (Better::f(x, value) | (x != x)) & (value == value);
    best = take ? k : best;
    value = take ? x : value;
  }
  return best;
}

// Rows of few floats, one row per lane; out is int32.
template <class Better, class T>
void run_arg_short(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  constexpr int L = kTogether<T>;
  using V = Vec<T, L>;
  const std::int64_t n = c.n[0];
  alignas(64) T turned[kShort * L] = {};
  for (std::int64_t row = lo; row < hi; row += L) {
    const int rows = hi - row < L ? static_cast<int>(hi - row) : L;
    turn<T, L>(static_cast<const T*>(c.p[1]) + row * n, n, rows, turned);
    V value = load<T, L>(turned), best{};
    for (std::int64_t j = 1; j < n; ++j) {
      const V x = load<T, L>(turned + j * L);
      const auto take = (Better::template f<V>(x, value) | (x != x)) & (value == value);
      best = take ? V{} + static_cast<T>(j) : best;
      value = take ? x : value;
    }
    std::int32_t* const out = static_cast<std::int32_t*>(c.p[0]) + row;
    for (int l = 0; l < rows; ++l) out[l] = static_cast<std::int32_t>(best[l]);
  }
}

template <class Better, class T, class Id>
void run_arg(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const std::int64_t r = c.n[0], i = c.n[1];
  for (std::int64_t o = lo; o < hi; ++o) {
    const T* const p = static_cast<const T*>(c.p[1]) + o * r * i;
    Id* const out = static_cast<Id*>(c.p[0]) + o * i;
    for (std::int64_t j = 0; j < i; ++j) {
      out[j] = static_cast<Id>(first_best<Better, T>(p + j, r, i));
    }
  }
}

// Along the first axis of [n, models], for each model. The best index is held as a float, as long as
// that is exact.
constexpr std::int64_t kExactFloats = 1 << 24;

template <class Better, class T, class Id>
void run_arg_models(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  constexpr int L = kTogether<T>;
  using V = Vec<T, L>;
  const std::int64_t r = c.n[0], i = c.n[1];
  for (std::int64_t o = lo; o < hi; ++o) {
    const T* const p = static_cast<const T*>(c.p[1]) + o * r * i;
    Id* const out = static_cast<Id*>(c.p[0]) + o * i;
    for (std::int64_t j = 0; j < i; j += L) {
      V value = load<T, L>(p + j), best{};
      for (std::int64_t k = 1; k < r; ++k) {
        const V x = load<T, L>(p + k * i + j);
        const auto take = (Better::template f<V>(x, value) | (x != x)) & (value == value);
        best = take ? V{} + static_cast<T>(k) : best;
        value = take ? x : value;
      }
      for (int l = 0; l < L; ++l) out[j + l] = static_cast<Id>(best[l]);
    }
  }
}

const char* check_extents(const Request& r, std::int64_t out_size) {
  if (r.n_outs != 1 || r.n_ins != 1 || r.n_ints != 3) {
    return "needs an out, an in and the extents [outer, reduced, inner]";
  }
  if (r.ins[0].size != r.ints[0] * r.ints[1] * r.ints[2] || r.outs[0].size != out_size) {
    return "the operands' sizes do not fit the extents";
  }
  return nullptr;
}

template <class Better, class Id>
Run arg_of(DType type) {
  switch (type) {
    case DType::f32: return run_arg<Better, float, Id>;
    case DType::f64: return run_arg<Better, double, Id>;
    case DType::i32: return run_arg<Better, std::int32_t, Id>;
    case DType::i64: return run_arg<Better, std::int64_t, Id>;
    default: return run_arg<Better, Byte, Id>;
  }
}

template <class Better, class Id>
Run arg_of_models(DType type) {
  if (type == DType::f32) return run_arg_models<Better, float, Id>;
  return type == DType::f64 ? run_arg_models<Better, double, Id> : nullptr;
}

template <class Better>
const char* bind_arg(const Request& r, Call& c) {
  if (r.n_ints != 3) return "needs the extents [outer, reduced, inner]";
  if (const char* wrong = check_extents(r, r.ints[0] * r.ints[2])) return wrong;
  if (r.ints[1] < 1 && r.outs[0].size > 0) return "needs at least one value to choose from";
  const DType id = r.outs[0].dtype;
  if (id != DType::i32 && id != DType::i64) return "the out must be int32 or int64";
  c.n[0] = r.ints[1];
  c.n[1] = r.ints[2] * r.models;
  c.rows = r.ints[0];
  const DType type = r.ins[0].dtype;
  const bool narrow = id == DType::i32, models = r.models > 1;
  c.run = narrow ? arg_of<Better, std::int32_t>(type) : arg_of<Better, std::int64_t>(type);
  if (models) {
    if (type != DType::f32 && type != DType::f64) return "of several models takes floats";
    if (r.ints[1] > kExactFloats) return "of several models takes at most 2^24 values";
    c.run = narrow ? arg_of_models<Better, std::int32_t>(type)
                   : arg_of_models<Better, std::int64_t>(type);
  }
  if (!models && r.ints[2] == 1 && r.ints[1] <= kShort && id == DType::i32) {
    if (type == DType::f32) c.run = run_arg_short<Better, float>;
    if (type == DType::f64) c.run = run_arg_short<Better, double>;
  }
  return nullptr;
}

// softmax: exp(x - max) divided by its sum, row by row.

struct Larger {
  template <class V>
  static V f(V a, V b) {
    return a != a ? a : (a > b ? a : b);
  }
};
struct Plus {
  template <class V>
  static V f(V a, V b) {
    return a + b;
  }
};

template <class T>
void softmax_row(const T* in, T* out, std::int64_t n) {
  constexpr int L = BW_VECTOR_BYTES / static_cast<int>(sizeof(T));
  using V = Vec<T, L>;
  const T low = -static_cast<T>(kInf);
  const std::int64_t whole = n / L * L;
  const int rest = static_cast<int>(n - whole);
  V m = V{} + low;
  for (std::int64_t i = 0; i < whole; i += L) m = Larger::f(m, load<T, L>(in + i));
  const V last = rest > 0 ? first_lanes<T, L>(load<T, L>(in + whole, rest), rest, low) : V{} + low;
  const V top = V{} + fold<Larger, T, L>(Larger::f(m, last));
  V sum{};
  for (std::int64_t i = 0; i < whole; i += L) {
    const V e = exp(load<T, L>(in + i) - top);
    store<T, L>(out + i, e);
    sum += e;
  }
  V e{};
  if (rest > 0) {
    e = first_lanes<T, L>(exp(last - top), rest, 0);
    sum += e;
  }
  const V total = V{} + fold<Plus, T, L>(sum);
  for (std::int64_t i = 0; i < whole; i += L) store<T, L>(out + i, load<T, L>(out + i) / total);
  if (rest > 0) store<T, L>(out + whole, e / total, rest);
}

// Rows of few values, one row per lane.
template <class T>
void run_softmax_short(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  constexpr int L = kTogether<T>;
  using V = Vec<T, L>;
  const std::int64_t n = c.n[0];
  alignas(64) T turned[kShort * L] = {};
  for (std::int64_t row = lo; row < hi; row += L) {
    const int rows = hi - row < L ? static_cast<int>(hi - row) : L;
    turn<T, L>(static_cast<const T*>(c.p[1]) + row * n, n, rows, turned);
    V top = load<T, L>(turned), sum{};
    for (std::int64_t j = 1; j < n; ++j) top = Larger::f(top, load<T, L>(turned + j * L));
    for (std::int64_t j = 0; j < n; ++j) {
      const V e = exp(load<T, L>(turned + j * L) - top);
      store<T, L>(turned + j * L, e);
      sum += e;
    }
    for (std::int64_t j = 0; j < n; ++j) {
      store<T, L>(turned + j * L, load<T, L>(turned + j * L) / sum);
    }
    turn_back<T, L>(turned, n, rows, static_cast<T*>(c.p[0]) + row * n);
  }
}

template <class T>
void run_softmax(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const std::int64_t n = c.n[0];
  for (std::int64_t r = lo; r < hi; ++r) {
    softmax_row<T>(static_cast<const T*>(c.p[1]) + r * n, static_cast<T*>(c.p[0]) + r * n, n);
  }
}

// Rows of several models, each of which has one value of every vector.
template <class T>
void run_softmax_models(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  using V = Vec<T, kTogether<T>>;
  const std::int64_t n = c.n[0];
  for (std::int64_t r = lo; r < hi; ++r) {
    for (int l = 0; l < kLanesF; l += kTogether<T>) {
      const T* const in = static_cast<const T*>(c.p[1]) + r * n * kLanesF + l;
      T* const out = static_cast<T*>(c.p[0]) + r * n * kLanesF + l;
      V top = load<T, kTogether<T>>(in), sum{};
      for (std::int64_t j = 1; j < n; ++j) {
        top = Larger::f(top, load<T, kTogether<T>>(in + j * kLanesF));
      }
      for (std::int64_t j = 0; j < n; ++j) {
        const V e = exp(load<T, kTogether<T>>(in + j * kLanesF) - top);
        store<T, kTogether<T>>(out + j * kLanesF, e);
        sum += e;
      }
      for (std::int64_t j = 0; j < n; ++j) {
        T* const at = out + j * kLanesF;
        store<T, kTogether<T>>(at, load<T, kTogether<T>>(at) / sum);
      }
    }
  }
}

const char* bind_softmax(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 1 || r.n_ints != 2) return "needs an out, an in and [rows, n]";
  const std::int64_t size = r.ints[0] * r.ints[1];
  if (r.ins[0].size != size || r.outs[0].size != size) {
    return "the operands' sizes are not rows * n";
  }
  const DType type = r.ins[0].dtype;
  if (r.outs[0].dtype != type) return "in and out must have one dtype";
  if (type != DType::f32 && type != DType::f64) return "takes float32 or float64";
  c.n[0] = r.ints[1];
  c.rows = r.ints[0];
  c.run = type == DType::f32 ? run_softmax<float> : run_softmax<double>;
  if (r.models > 1) {
    if (r.ints[1] == 0) c.rows = 0;
    c.run = type == DType::f32 ? run_softmax_models<float> : run_softmax_models<double>;
  } else if (r.ints[1] > 0 && r.ints[1] <= kShort) {
    c.run = type == DType::f32 ? run_softmax_short<float> : run_softmax_short<double>;
  }
  return nullptr;
}

// cumsum: running sums; float32 in float64.

template <class T, class Acc>
void run_cumsum(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const std::int64_t r = c.n[0], i = c.n[1];
  for (std::int64_t o = lo; o < hi; ++o) {
    const T* const in = static_cast<const T*>(c.p[1]) + o * r * i;
    T* const out = static_cast<T*>(c.p[0]) + o * r * i;
    for (std::int64_t j = 0; j < i; ++j) {
      Acc sum = 0;
      for (std::int64_t k = 0; k < r; ++k) {
        sum += static_cast<Acc>(in[k * i + j]);
        out[k * i + j] = static_cast<T>(sum);
      }
    }
  }
}

const char* bind_cumsum(const Request& r, Call& c) {
  if (const char* wrong = check_extents(r, r.n_ins == 1 ? r.ins[0].size : 0)) return wrong;
  if (r.outs[0].dtype != r.ins[0].dtype) return "in and out must have one dtype";
  c.n[0] = r.ints[1];
  c.n[1] = r.ints[2] * r.models;
  c.rows = r.ints[0];
  switch (r.ins[0].dtype) {
    case DType::f32: c.run = run_cumsum<float, double>; break;
    case DType::f64: c.run = run_cumsum<double, double>; break;
    case DType::i32: c.run = run_cumsum<std::int32_t, std::uint32_t>; break;
    case DType::i64: c.run = run_cumsum<std::int64_t, std::uint64_t>; break;
    default: return "takes numbers, not booleans";
  }
  return nullptr;
}

}  // namespace

BW_KERNELS(rows) = {
    {"argmax", bind_arg<Greater>, true},
    {"argmin", bind_arg<Less>, true},
    {"softmax", bind_softmax, true},
    {"cumsum", bind_cumsum, true},
    {},
};

}  // namespace brickwork::BW_ISA
