// Matrix products of the engine, and the passes beside them: column sums and transposition.
//
//   gemm_nn   C[m, n] = A[m, k] B[k, n]      forward:            Z  = X W
//   gemm_tn   C[m, n] = A[k, m]^T B[k, n]    weights' gradient:  dW = X^T dZ, k = batch
//   gemm_nt   C[m, n] = A[m, k] B[n, k]^T    inputs' gradient:   dX = dZ W^T
//
// All row-major; leading dimensions count elements. Operands need no padding and no alignment:
// nothing outside them is read or written. A call computes rows [lo, hi) of C. Each element is
// one chain of fused multiply-adds in the order of k (README.md says where it is not), so the bits do
// not depend on how rows are split over calls and threads.
//
// A plan binds a product once and runs it often:
//   auto fn = gemm_select<float>(GemmKind::nn, m, n, k);
//   GemmArgs<float> args{x, k, w, n, z, n, m, n, k, {bias, 1}};
//   fn(args, lo, hi, scratch);          // scratch: gemm_scratch(...) bytes, 64-byte aligned, one
//                                       // for each thread
// `fn` is right for any batch (m of nn and nt, k of tn) and any range; the other two sizes are those
// it was selected for.
#pragma once

#include "kernel.hpp"
#include "pack.hpp"

namespace brickwork::BW_ISA {

enum class GemmKind : int { nn, tn, nt };

namespace mm {

template <class T>
constexpr int64_t kPanel = 2 * kLanes<T>;

// To the next columns of a product.
template <class T>
BW_INLINE void advance(GemmArgs<T>& g, int64_t columns) {
  g.c += columns;
  if (g.epilogue.bias) g.epilogue.bias += columns;
  if (g.epilogue.mask) g.epilogue.mask += columns;
}

// B as it is.
template <class T, bool Trans>
static void unpacked(const GemmArgs<T>& g, int64_t lo, int64_t hi, void*) {
  GemmArgs<T> s = g;
  for (int64_t left = g.n; left > 0; left -= kPanel<T>) {
    s.n = left < kPanel<T> ? left : kPanel<T>;
    strip_for<T, Trans>(s.n)(s, lo, hi, nullptr);
    s.b += s.n;
    advance(s, s.n);
  }
}

// How wide a panel of B^T must be for strip_for(cols): full vectors, or the one narrow vector.
template <class T>
BW_INLINE int64_t panel_width(int64_t cols) {
  int64_t width = kPanel<T>;
  while (width > 16 / int64_t(sizeof(T)) && cols <= width / 2) width /= 2;
  return width;
}

// B transposed, panel by panel.
template <class T>
static void turned(const GemmArgs<T>& g, int64_t lo, int64_t hi, void* scratch) {
  if (lo >= hi) return;
  GemmArgs<T> s = g;
  const T* b = g.b;
  s.b = (const T*)scratch;
  for (int64_t left = g.n; left > 0; left -= kPanel<T>) {
    s.n = left < kPanel<T> ? left : kPanel<T>;
    s.ldb = panel_width<T>(s.n);
    turn_panel((T*)scratch, s.ldb, b, g.ldb, s.n, g.k);
    strip_for<T, false>(s.n)(s, lo, hi, nullptr);
    b += s.n * g.ldb;
    advance(s, s.n);
  }
}

// The same, small enough for the stack.
template <class T>
static void turned_small(const GemmArgs<T>& g, int64_t lo, int64_t hi, void*) {
  alignas(64) T panel[kPanel<T> * kPanel<T>];
  turned(g, lo, hi, panel);
}

// n = 1 has contiguous rows of A^T to walk: C^T = B^T A, one row of as many columns as C has rows.
template <class T>
static void tn_column(const GemmArgs<T>& g, int64_t lo, int64_t hi, void* scratch) {
  if (g.ldc != 1 || g.epilogue.bias || g.epilogue.mask) {
    return strip<T, 1, 1, false, true>(g, lo, hi, scratch);
  }
  const GemmArgs<T> row{g.b,     g.ldb, g.a + lo, g.lda, g.c + lo,  hi - lo,
                        1,       hi - lo, g.k,    g.epilogue, g.part};
  unpacked<T, true>(row, 0, 1, scratch);
}

// k = 1: B^T is B.
template <class T>
static void nt_outer(const GemmArgs<T>& g, int64_t lo, int64_t hi, void* scratch) {
  if (g.ldb != 1) return turned_small(g, lo, hi, scratch);
  GemmArgs<T> flat = g;
  flat.ldb = g.n;
  unpacked<T, false>(flat, lo, hi, scratch);
}

}  // namespace mm

template <class T>
static GemmFn<T> gemm_select(GemmKind kind, int64_t m, int64_t n, int64_t k) {
  (void)m;
  if (kind == GemmKind::nt) {
    if (k == 1) return mm::nt_outer<T>;
    return k <= mm::kPanel<T> ? mm::turned_small<T> : mm::turned<T>;
  }
  if (kind == GemmKind::tn) {
    if (n == 1) return mm::tn_column<T>;
    return n <= mm::kPanel<T> ? mm::strip_for<T, true>(n) : mm::unpacked<T, true>;
  }
  return n <= mm::kPanel<T> ? mm::strip_for<T, false>(n) : mm::unpacked<T, false>;
}

// Bytes of scratch, 64-byte aligned, that each calling thread must bring.
template <class T>
static int64_t gemm_scratch(GemmKind kind, int64_t m, int64_t n, int64_t k) {
  (void)m, (void)n;
  return kind == GemmKind::nt && k > mm::kPanel<T> ? k * mm::kPanel<T> * int64_t(sizeof(T)) : 0;
}

#define BW_GEMM(name)                                                                          \
  template <class T>                                                                           \
  static void gemm_##name(const T* a, int64_t lda, const T* b, int64_t ldb, T* c, int64_t ldc, \
                          int64_t m, int64_t n, int64_t k, int64_t lo, int64_t hi,             \
                          const Epilogue<T>& epilogue = {}, void* scratch = nullptr) {         \
    const GemmArgs<T> args{a, lda, b, ldb, c, ldc, m, n, k, epilogue};                         \
    gemm_select<T>(GemmKind::name, m, n, k)(args, lo, hi, scratch);                            \
  }
BW_GEMM(nn)
BW_GEMM(tn)
BW_GEMM(nt)
#undef BW_GEMM

// out[j] = sum over i of z[i, j] for columns [lo, hi) of z[m, n], each in the order of the rows.
template <class T>
static void colsum(T* out, const T* z, int64_t m, int64_t n, int64_t lo, int64_t hi) {
  constexpr int L = mm::kLanes<T>;
  using S = mm::Simd<T, L>;
  int64_t j = lo;
  for (; j + 4 * L <= hi; j += 4 * L) {
    typename S::V sum[4] = {};
    for (int64_t i = 0; i < m; ++i) {
      BW_UNROLL for (int v = 0; v < 4; ++v) sum[v] += S::load(z + i * n + j + v * L);
    }
    BW_UNROLL for (int v = 0; v < 4; ++v) S::store(out + j + v * L, sum[v]);
  }
  for (; j < hi; j += L) {
    const auto part = S::mask(hi - j < L ? hi - j : L);
    typename S::V sum{};
    for (int64_t i = 0; i < m; ++i) sum += S::load(z + i * n + j, part);
    S::store(out + j, sum, part);
  }
}

}  // namespace brickwork::BW_ISA
