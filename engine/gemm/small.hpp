// Products of special shapes, not computed as strips of C: one column, one inner step, or a B^T
// that fits on the stack.
#pragma once

#include "blocked.hpp"

namespace brickwork::BW_ISA::mm {

template <class T>
static void nothing(const GemmArgs<T>&, int64_t, int64_t, void*) {}

// C[m, 1] = A B with large k: lanes over k. The sum of an element is then a tree over lanes, the
// same for any range of rows.
template <class T, int MR>
BW_INLINE void dots(const GemmArgs<T>& g, int64_t row) {
  constexpr int L = kLanes<T>;
  using S = Simd<T, L>;
  typename S::V acc[MR];
  BW_UNROLL for (int r = 0; r < MR; ++r) acc[r] = typename S::V{};
  const T* a = g.a + row * g.lda;
  int64_t kk = 0;
  for (; kk + L <= g.k; kk += L) {
    const auto b = S::load(g.b + kk);
    BW_UNROLL for (int r = 0; r < MR; ++r) acc[r] = S::fma(S::load(a + r * g.lda + kk), b, acc[r]);
  }
  if (kk < g.k) {
    const auto part = S::mask(g.k - kk);
    const auto b = S::load(g.b + kk, part);
    BW_UNROLL for (int r = 0; r < MR; ++r) {
      acc[r] = S::fma(S::load(a + r * g.lda + kk, part), b, acc[r]);
    }
  }
  const Epilogue<T>& e = g.epilogue;
  BW_UNROLL for (int r = 0; r < MR; ++r) {
    T* c = g.c + (row + r) * g.ldc;
    T x = S::sum(acc[r]);
    if (g.part & kContinue) x += *c;
    if (!(g.part & kUnfinished)) {
      if (e.bias) x += *e.bias;
      if (e.act == 1) x = relu(x);
      if (e.mask) x = Simd<T, 1>::gated(x, e.mask[(row + r) * e.ld_mask]);
    }
    *c = x;
  }
}

template <class T>
static void dot_rows(const GemmArgs<T>& g, int64_t lo, int64_t hi, void* scratch) {
  if (g.ldb != 1) return strip<T, 1, 1, false, false>(g, lo, hi, scratch);
  for (; lo + 8 <= hi; lo += 8) dots<T, 8>(g, lo);
  for (; lo + 2 <= hi; lo += 2) dots<T, 2>(g, lo);
  if (lo < hi) dots<T, 1>(g, lo);
}

// C[m, 1] = A^T B: the rows of A^T are its columns, so C^T[1, m] = B^T A has lanes over m.
template <class T>
static void tn_column(const GemmArgs<T>& g, int64_t lo, int64_t hi, void* scratch) {
  if (g.ldc != 1 || g.epilogue.bias || g.epilogue.mask) {
    return strip<T, 1, 1, false, true>(g, lo, hi, scratch);
  }
  const GemmArgs<T> row{g.b, g.ldb,   g.a + lo, g.lda,      g.c + lo, 1,
                        1,   hi - lo, g.k,      g.epilogue, g.part};
  if (row.n <= kPanel<T>) return strip_for<T, true>(row.n)(row, 0, 1, scratch);
  unpacked<T, true>(row, 0, 1, scratch);
}

// Few columns that leave most of their vector unused: C^T = B^T A has full vectors along m.
template <class T>
static bool tn_padded(int64_t m, int64_t n, int64_t k) {
  return n > 4 && n < kLanes<T> && n != kLanes<T> / 2 && m >= kPanel<T> && k >= 2 * kPanel<T>;
}

template <class T>
static void tn_narrow(const GemmArgs<T>& g, int64_t lo, int64_t hi, void* scratch) {
  constexpr int64_t L = kLanes<T>;
  using S = Simd<T, L>;
  if (g.part != kWhole || g.epilogue.any()) return strip_for<T, true>(g.n)(g, lo, hi, scratch);
  alignas(64) T turned[L * 2 * L], rows[2 * L * L];
  const auto part = S::mask(g.n);
  for (int64_t i = lo; i < hi; i += 2 * L) {
    const int64_t count = hi - i < 2 * L ? hi - i : 2 * L;
    const GemmArgs<T> s{g.b, g.ldb, g.a + i, g.lda, turned, 2 * L, g.n, count, g.k};
    strip_for<T, true>(count)(s, 0, g.n, nullptr);
    turn_rows<T, L, 1>(rows, L, turned, 2 * L, g.n, 2 * L);
    for (int64_t r = 0; r < count; ++r) {
      S::store(g.c + (i + r) * g.ldc, S::load(rows + r * L), part);
    }
  }
}

// k = 1: B^T is B.
template <class T>
static void nt_outer(const GemmArgs<T>& g, int64_t lo, int64_t hi, void* scratch) {
  if (g.ldb != 1) return nt_shallow(g, lo, hi, scratch);
  if (g.n <= kPanel<T>) return strip_for<T, false>(g.n)(g, lo, hi, scratch);  // one row: any ldb
  unpacked<T, false>(g, lo, hi, scratch);
}

// k and n small: B^T in one panel of W columns.
template <class T, int W, bool Part>
static void nt_strip(const GemmArgs<T>& g, int64_t lo, int64_t hi, void*) {
  alignas(64) T panel[W * kPanel<T>];
  constexpr int kLeast = !Part ? W : W * sizeof(T) > 16 ? W / 2 + 1 : 1;  // else a narrower W fits
  turn_rows<T, W, kLeast>(panel, W, g.b, g.ldb, g.n, g.k);
  GemmArgs<T> turned = g;
  turned.b = panel;
  turned.ldb = W;
  Strip<T, W, 1, Part>::template run<false>(turned, lo, hi);
}

template <class T, int W = kLanes<T>>
static GemmFn<T> nt_strip_for(int64_t n) {
  if (n == W && !kMaskedIsFree) return nt_strip<T, W, false>;
  if constexpr (W * sizeof(T) > 16) {
    if (n <= W / 2) return nt_strip_for<T, W / 2>(n);
  }
  return nt_strip<T, W, true>;
}

}  // namespace brickwork::BW_ISA::mm
