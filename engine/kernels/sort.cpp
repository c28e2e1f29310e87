// argsort: the indices that sort each row. The sort is stable; NaN is the largest.
#include <string.h>

#include "isa.hpp"

namespace brickwork::BW_ISA {
namespace {

using Byte = unsigned char;
using Place = std::int32_t;

constexpr std::int64_t kRun = 16;  // length of runs, which are sorted by insertion, then merged

// Whether a is strictly before b.
template <bool kDown, class T>
inline bool before(T a, T b) {
  if constexpr (kDown) return a > b || (a != a && b == b);
  return a < b || (b != b && a == a);
}

template <bool kDown, class T>
void insert(const T* x, Place* ids, std::int64_t lo, std::int64_t hi) {
  for (std::int64_t i = lo; i < hi; ++i) {
    std::int64_t j = i;
    for (; j > lo && before<kDown>(x[i], x[ids[j - 1]]); --j) ids[j] = ids[j - 1];
    ids[j] = static_cast<Place>(i);
  }
}

// Merges two adjacent sorted runs, [lo, mid) and [mid, hi).
template <bool kDown, class T>
void merge(const T* x, const Place* from, Place* to, std::int64_t lo, std::int64_t mid,
           std::int64_t hi) {
  std::int64_t a = lo, b = mid;
  for (std::int64_t k = lo; k < hi; ++k) {
    const bool second = a == mid || (b < hi && before<kDown>(x[from[b]], x[from[a]]));
    to[k] = second ? from[b++] : from[a++];
  }
}

template <bool kDown, class T>
void sort_row(const T* x, Place* out, Place* spare, std::int64_t n) {
  for (std::int64_t lo = 0; lo < n; lo += kRun) {
    insert<kDown>(x, out, lo, lo + kRun < n ? lo + kRun : n);
  }
  Place* from = out;
  Place* to = spare;
  for (std::int64_t width = kRun; width < n; width *= 2) {
    for (std::int64_t lo = 0; lo < n; lo += 2 * width) {
      const std::int64_t mid = lo + width < n ? lo + width : n;
      merge<kDown>(x, from, to, lo, mid, lo + 2 * width < n ? lo + 2 * width : n);
    }
    Place* const done = to;
    to = from;
    from = done;
  }
  if (from != out) memcpy(out, from, n * sizeof(Place));
}

// n: values per row. own: a row of indices for each thread.
template <bool kDown, class T>
void run_argsort(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  const std::int64_t n = c.n[0];
  Place* const spare = static_cast<Place*>(c.own) + w.thread * n;
  for (std::int64_t row = lo; row < hi; ++row) {
    sort_row<kDown>(static_cast<const T*>(c.p[1]) + row * n, static_cast<Place*>(c.p[0]) + row * n,
                    spare, n);
  }
}

template <bool kDown>
Run argsort_of(DType type) {
  switch (type) {
    case DType::f32: return run_argsort<kDown, float>;
    case DType::f64: return run_argsort<kDown, double>;
    case DType::i32: return run_argsort<kDown, std::int32_t>;
    case DType::i64: return run_argsort<kDown, std::int64_t>;
    default: return run_argsort<kDown, Byte>;
  }
}

const char* bind_argsort(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 1 || r.n_ints != 3) {
    return "needs an out, an in and [rows, n, descending]";
  }
  const std::int64_t size = r.ints[0] * r.ints[1];
  if (r.ins[0].size != size || r.outs[0].size != size) {
    return "the operands' sizes are not rows * n";
  }
  if (r.outs[0].dtype != DType::i32) return "the out must be int32";
  if (r.ints[1] > 0x7fffffff) return "a row has more than 2^31 values";
  c.n[0] = r.ints[1];
  c.rows = r.ints[0];
  c.run = r.ints[2] ? argsort_of<true>(r.ins[0].dtype) : argsort_of<false>(r.ins[0].dtype);
  c.own = r.own(r.context, r.threads * r.ints[1] * item_bytes(DType::i32));
  return nullptr;
}

}  // namespace

BW_KERNELS(sort) = {
    {"argsort", bind_argsort},
    {},
};

}  // namespace brickwork::BW_ISA
