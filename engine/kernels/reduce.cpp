// reduce_sum, reduce_prod, reduce_max, reduce_min over the middle of [outer, reduced, inner].
//
// The order of the additions depends only on the extents, never on the split over threads. float32
// is summed in float64. Maximum and minimum of values with a NaN among them are NaN.
#include "map_ops.hpp"

namespace brickwork::BW_ISA {
namespace {

// The dtype of accumulators of sums and products: float64 for float32; integers wrap.
template <class T>
struct Wide {
  using type = T;
};
template <>
struct Wide<float> {
  using type = double;
};

template <>
struct Wide<std::int32_t> {
  using type = std::uint32_t;
};
template <>
struct Wide<std::int64_t> {
  using type = std::uint64_t;
};

template <class T>
struct SumOf {
  using Acc = typename Wide<T>::type;
  static constexpr Acc kStart = 0;
  template <class V>
  static V f(V a, V b) {
    return a + b;
  }
};
template <class T>
struct ProdOf {
  using Acc = typename Wide<T>::type;
  static constexpr Acc kStart = 1;
  template <class V>
  static V f(V a, V b) {
    return a * b;
  }
};

template <class T>
constexpr T kLowest = sizeof(T) == 4 ? INT32_MIN : INT64_MIN;
template <>
constexpr float kLowest<float> = -__builtin_huge_valf();
template <>
constexpr double kLowest<double> = -__builtin_huge_val();
template <class T>
constexpr T kHighest = sizeof(T) == 4 ? INT32_MAX : INT64_MAX;
template <>
constexpr float kHighest<float> = __builtin_huge_valf();
template <>
constexpr double kHighest<double> = __builtin_huge_val();

template <class T>
struct MaxOf {
  using Acc = T;
  static constexpr Acc kStart = kLowest<T>;
  template <class V>
  static V f(V a, V b) {
    return a != a ? a : (a > b ? a : b);
  }
};
template <class T>
struct MinOf {
  using Acc = T;
  static constexpr Acc kStart = kHighest<T>;
  template <class V>
  static V f(V a, V b) {
    return a != a ? a : (a < b ? a : b);
  }
};

template <class Op, class T>
struct Lanes {
  using Acc = typename Op::Acc;
  static constexpr int L = BW_VECTOR_BYTES / static_cast<int>(sizeof(Acc));
  using V = Vec<Acc, L>;

  static V start() { return V{} + Op::kStart; }
  static V read(const T* p) { return convert<V>(load<T, L>(p)); }
  // The first n values; the op's neutral value in the other lanes.
  static V read(const T* p, int n) {
    const V v = convert<V>(load<T, L>(p, n));
    if constexpr (Op::kStart == 0) return v;
    return first_lanes<Acc, L>(v, n, Op::kStart);
  }
  // Eight rows of a sum of float32: added in pairs before widening, which costs most.
  static V read_eight(const T* p, std::int64_t stride, int n) {
    Vec<T, L> row[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      row[i] = load_some<T, L>(reinterpret_cast<const char*>(p + i * stride), n);
    }
    const auto low = (row[0] + row[1]) + (row[2] + row[3]);
    const auto high = (row[4] + row[5]) + (row[6] + row[7]);
    return convert<V>(low + high);
  }
  static V read_some(const T* p, int n) { return n == L ? read(p) : read(p, n); }
  static void write(T* p, V v, int n) {
    store_some<T, L>(reinterpret_cast<char*>(p), convert<Vec<T, L>>(v), n, false);
  }
};

// `n` contiguous values.
template <class Op, class T>
T reduce_run(const T* p, std::int64_t n) {
  using X = Lanes<Op, T>;
  constexpr std::int64_t L = X::L;
  typename X::V a = X::start(), b = a, c = a, d = a;
  for (; n >= 4 * L; n -= 4 * L, p += 4 * L) {
    a = Op::f(a, X::read(p));
    b = Op::f(b, X::read(p + L));
    c = Op::f(c, X::read(p + 2 * L));
    d = Op::f(d, X::read(p + 3 * L));
  }
  for (; n >= L; n -= L, p += L) a = Op::f(a, X::read(p));
  if (n > 0) b = Op::f(b, X::read(p, static_cast<int>(n)));
  return static_cast<T>(fold<Op, typename Op::Acc, L>(Op::f(Op::f(a, b), Op::f(c, d))));
}

// Up to N vectors of columns, `rows` rows of `stride` values: even rows and odd rows, then both.
template <class Op, class T, int N>
void reduce_tile(const T* p, T* out, std::int64_t rows, std::int64_t stride, int last) {
  using X = Lanes<Op, T>;
  constexpr int L = X::L;
  typename X::V even[N], odd[N];
  for (int k = 0; k < N; ++k) even[k] = odd[k] = X::start();
  std::int64_t r = 0;
  if constexpr (__is_same(Op, SumOf<float>)) {
    for (; r + 8 <= rows; r += 8, p += 8 * stride) {
#pragma GCC unroll 8
      for (int k = 0; k < N; ++k) {
        even[k] = even[k] + X::read_eight(p + k * L, stride, k == N - 1 ? last : L);
      }
    }
  }
  for (; r + 2 <= rows; r += 2, p += 2 * stride) {
#pragma GCC unroll 8
    for (int k = 0; k < N; ++k) {
      const int n = k == N - 1 ? last : L;
      even[k] = Op::f(even[k], X::read_some(p + k * L, n));
      odd[k] = Op::f(odd[k], X::read_some(p + stride + k * L, n));
    }
  }
#pragma GCC unroll 8
  for (int k = 0; k < N; ++k) {
    const int n = k == N - 1 ? last : L;
    if (r < rows) even[k] = Op::f(even[k], X::read_some(p + k * L, n));
    X::write(out + k * L, Op::f(even[k], odd[k]), n);
  }
}

// Many columns: row by row into sums that stay in the cache, since memory is read best in order.
template <class Op, class T>
void reduce_stream(const T* p, T* out, std::int64_t rows, std::int64_t stride,
                   std::int64_t columns) {
  using X = Lanes<Op, T>;
  using Acc = typename Op::Acc;
  constexpr std::int64_t L = X::L, kChunk = 512;
  constexpr bool kEights = __is_same(Op, SumOf<float>);
  alignas(64) Acc sums[kChunk];
  for (; columns > 0; columns -= kChunk, p += kChunk, out += kChunk) {
    const std::int64_t n = columns < kChunk ? columns : kChunk;
    for (std::int64_t j = 0; j < n; j += L) store<Acc, L>(sums + j, X::start());
    const T* row = p;
    for (std::int64_t r = 0; r < rows;) {
      const bool eight = kEights && r + 8 <= rows;
      for (std::int64_t j = 0; j < n; j += L) {
        const int m = n - j < L ? static_cast<int>(n - j) : static_cast<int>(L);
        typename X::V more;
        if constexpr (kEights) {
          more = eight ? X::read_eight(row + j, stride, m) : X::read_some(row + j, m);
        } else {
          more = X::read_some(row + j, m);
        }
        store<Acc, L>(sums + j, Op::f(load<Acc, L>(sums + j), more));
      }
      r += eight ? 8 : 1;
      row += eight ? 8 * stride : stride;
    }
    for (std::int64_t j = 0; j < n; j += L) {
      const int m = n - j < L ? static_cast<int>(n - j) : static_cast<int>(L);
      X::write(out + j, load<Acc, L>(sums + j), m);
    }
  }
}

// The choice depends on the stride, never on the number of columns of a thread.
template <class Op, class T>
void reduce_columns(const T* p, T* out, std::int64_t rows, std::int64_t stride,
                    std::int64_t columns) {
  constexpr std::int64_t L = Lanes<Op, T>::L;
  if (stride > 16 * L) return reduce_stream<Op, T>(p, out, rows, stride, columns);
  for (; columns > 4 * L; columns -= 4 * L, p += 4 * L, out += 4 * L) {
    reduce_tile<Op, T, 4>(p, out, rows, stride, L);
  }
  const int full = static_cast<int>((columns - 1) / L);
  const int last = static_cast<int>(columns - full * L);
  if (columns <= 0) return;
  if (full == 3) return reduce_tile<Op, T, 4>(p, out, rows, stride, last);
  if (full == 2) return reduce_tile<Op, T, 3>(p, out, rows, stride, last);
  if (full == 1) return reduce_tile<Op, T, 2>(p, out, rows, stride, last);
  reduce_tile<Op, T, 1>(p, out, rows, stride, last);
}

// n: reduced extent, inner extent. With one inner column, rows are reduced; with one outer row, rows
// are columns.
template <class Op, class T>
void run_rows(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const std::int64_t r = c.n[0];
  for (; lo < hi; ++lo) {
    static_cast<T*>(c.p[0])[lo] = reduce_run<Op, T>(static_cast<const T*>(c.p[1]) + lo * r, r);
  }
}

template <class Op, class T>
void run_columns(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const T* const in = static_cast<const T*>(c.p[1]) + lo;
  if (lo < hi) reduce_columns<Op, T>(in, static_cast<T*>(c.p[0]) + lo, c.n[0], c.n[1], hi - lo);
}

template <class Op, class T>
void run_matrices(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const std::int64_t r = c.n[0], i = c.n[1];
  for (; lo < hi; ++lo) {
    reduce_columns<Op, T>(static_cast<const T*>(c.p[1]) + lo * r * i,
                          static_cast<T*>(c.p[0]) + lo * i, r, i, i);
  }
}

template <class Op, class T>
Run reduce_of(std::int64_t outer, std::int64_t inner) {
  if (inner == 1) return run_rows<Op, T>;
  return outer == 1 ? run_columns<Op, T> : run_matrices<Op, T>;
}

template <template <class> class Op>
const char* bind_reduce(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 1 || r.n_ints != 3) {
    return "needs an out, an in and the extents [outer, reduced, inner]";
  }
  const std::int64_t o = r.ints[0], n = r.ints[1], i = r.ints[2] * r.models;
  if (r.ins[0].size * r.models != o * n * i || r.outs[0].size * r.models != o * i) {
    return "the operands' sizes do not fit the extents";
  }
  if (r.ins[0].dtype != r.outs[0].dtype) return "in and out must have one dtype";
  c.n[0] = n;
  c.n[1] = i;
  c.rows = o == 1 ? i : o;
  switch (r.ins[0].dtype) {
    case DType::f32: c.run = reduce_of<Op<float>, float>(o, i); break;
    case DType::f64: c.run = reduce_of<Op<double>, double>(o, i); break;
    case DType::i32: c.run = reduce_of<Op<std::int32_t>, std::int32_t>(o, i); break;
    case DType::i64: c.run = reduce_of<Op<std::int64_t>, std::int64_t>(o, i); break;
    default: return "takes numbers, not booleans";
  }
  return nullptr;
}

}  // namespace

BW_KERNELS(reduce) = {
    {"reduce_sum", bind_reduce<SumOf>, true},
    {"reduce_prod", bind_reduce<ProdOf>, true},
    {"reduce_max", bind_reduce<MaxOf>, true},
    {"reduce_min", bind_reduce<MinOf>, true},
    {},
};

}  // namespace brickwork::BW_ISA
