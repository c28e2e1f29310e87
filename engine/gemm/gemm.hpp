// Matrix products of the engine, and passes that go with them: column sums and transposition.
//
//   gemm_nn   C[m, n] = A[m, k] B[k, n]      forward:            Z  = X W
//   gemm_tn   C[m, n] = A[k, m]^T B[k, n]    weight gradient:    dW = X^T dZ, k = batch
//   gemm_nt   C[m, n] = A[m, k] B[n, k]^T    input gradient:     dX = dZ W^T
//
// All row-major; leading dimensions count elements. Operands need no padding and no alignment:
// nothing outside them is read or written. A call computes rows [lo, hi) of C. Each element is one
// chain of fused multiply-adds in the order of k (README.md names one exception), so the bits do
// not depend on how rows are split over calls and threads.
//
// A plan binds a product once and runs it often:
//   auto fn = gemm_select<float>(GemmKind::nn, m, n, k);
//   GemmArgs<float> args{x, k, w, n, z, n, m, n, k, {bias, 1}};
//   fn(args, lo, hi, scratch);          // scratch: gemm_scratch(...) bytes, 64-byte aligned, one
//                                       // for each thread
// `fn` and `scratch` work for any batch size (m of nn and nt, k of tn) and any range; the other two
// sizes must be those given here.
#pragma once

#include "blocked.hpp"
#include "small.hpp"

namespace brickwork::BW_ISA {

template <class T>
static GemmFn<T> gemm_select(GemmKind kind, int64_t m, int64_t n, int64_t k) {
  using namespace mm;
  if (n == 0) return nothing<T>;
  const bool narrow = n <= kPanel<T>;
  const auto big = [](int64_t ld) { return ld * int64_t(sizeof(T)) >= kBigStride; };
  if (kind == GemmKind::nn) {
    if (n == 1 && k >= kLanes<T>) return dot_rows<T>;
    if (narrow) return strip_for<T, false>(n);
    const bool packs = big(k) || n * int64_t(sizeof(T)) >= kLongRow<T>;
    return packs ? blocked<T, GemmKind::nn> : unpacked<T, false>;
  }
  if (kind == GemmKind::tn) {
    if (n == 1) return tn_column<T>;
    if (tn_padded<T>(m, n, k)) return tn_narrow<T>;
    if (narrow) return strip_for<T, true>(n);
    const bool a_spills = big(m) && m * k * int64_t(sizeof(T)) >= kBigLeft;
    return big(n) || a_spills ? blocked<T, GemmKind::tn> : unpacked<T, true>;
  }
  if (k == 1) return nt_outer<T>;
  if (k > kPanel<T>) return blocked<T, GemmKind::nt>;
  return n <= kLanes<T> ? nt_strip_for<T>(n) : nt_shallow<T>;
}

// Bytes of scratch, 64-byte aligned, that each calling thread must provide.
template <class T>
static int64_t gemm_scratch(GemmKind kind, int64_t m, int64_t n, int64_t k) {
  const GemmFn<T> fn = gemm_select<T>(kind, m, n, k);
  const bool packs = fn == mm::blocked<T, GemmKind::nn> || fn == mm::blocked<T, GemmKind::tn> ||
                     fn == mm::blocked<T, GemmKind::nt>;
  return packs ? mm::kPackedBytes<T> : 0;
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
  constexpr int64_t L = mm::kLanes<T>;
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
