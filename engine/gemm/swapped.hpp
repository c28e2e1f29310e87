// The products of bf16.hpp in floats, for processors without instructions for them: the same chain
// of fused multiply-adds. x86-64-v2 has no such adds, but a product of two bfloat16 is exact in
// float32 unless it leaves float32's range. The operands are copied, rounded, with the neighbours
// along k swapped; then it is a product like any other.
#pragma once

#include "../bf16.hpp"
#include "gemm.hpp"

namespace brickwork::BW_ISA::mm {

BW_INLINE float to_bf16(float x) {
  uint32_t u;
  __builtin_memcpy(&u, &x, 4);
  u = x == x ? (u + 0x7FFFU + ((u >> 16) & 1U)) & 0xFFFF0000U : (u & 0xFFFF0000U) | 0x00400000U;
  __builtin_memcpy(&x, &u, 4);
  return x;
}

// Rows of `count` values each: neighbours in a row swapped if `within`, else neighbouring rows.
static void swap_pairs(float* to, const float* from, int64_t ld, int64_t rows, int64_t count,
                       bool within) {
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t row = within || (i ^ 1) >= rows ? i : i ^ 1;
    const float* const source = from + row * ld;
    float* const target = to + i * count;
    for (int64_t j = 0; j < count; ++j) target[j] = to_bf16(source[j]);
    if (!within) continue;
    for (int64_t j = 0; j + 1 < count; j += 2) {
      const float first = target[j];
      target[j] = target[j + 1];
      target[j + 1] = first;
    }
  }
}

static void finish_rounded(const Bf16Product& g, int64_t lo, int64_t hi) {
  for (int64_t i = lo; i < hi; ++i) {
    float* const c = g.c + i * g.ldc;
    for (int64_t j = 0; j < g.n; ++j) c[j] = to_bf16(c[j]);
    if (g.bias) {
      for (int64_t j = 0; j < g.n; ++j) c[j] = to_bf16(c[j] + g.bias[j]);
    }
    if (g.relu) {
      for (int64_t j = 0; j < g.n; ++j) c[j] = c[j] < 0 ? 0 : c[j];  // -0 passes
    }
    if (g.mask) {
      const float* const mask = g.mask + i * g.ld_mask;
      for (int64_t j = 0; j < g.n; ++j) c[j] = mask[j] <= 0 ? 0 : c[j];
    }
  }
}

// Scratch: the copies, behind what the product itself takes.
template <GemmKind Kind>
static void swapped(const Bf16Product& g, int64_t lo, int64_t hi, void* scratch) {
  constexpr bool kTrans = Kind == GemmKind::tn, kTurned = Kind == GemmKind::nt;
  const int64_t rows = hi - lo;
  if (rows <= 0) return;
  float* const a = (float*)((char*)scratch + kPackedBytes<float>);
  float* const b = a + rows * g.k;
  if (kTrans)
    swap_pairs(a, g.a + lo, g.lda, g.k, rows, false);
  else
    swap_pairs(a, g.a + lo * g.lda, g.lda, rows, g.k, true);
  if (kTurned)
    swap_pairs(b, g.b, g.ldb, g.n, g.k, true);
  else
    swap_pairs(b, g.b, g.ldb, g.k, g.n, false);
  const GemmArgs<float> args{
      a, kTrans ? rows : g.k, b, kTurned ? g.k : g.n, g.c + lo * g.ldc, g.ldc, rows, g.n, g.k};
  // One column of nn would be a tree over lanes (gemm.hpp), which is another order of the sum.
  const bool tree = Kind == GemmKind::nn && g.n == 1;
  const auto run = tree ? strip_for<float, false>(1) : gemm_select<float>(Kind, rows, g.n, g.k);
  run(args, 0, rows, scratch);
  finish_rounded(g, lo, hi);
}

static int64_t swapped_scratch(int64_t m, int64_t n, int64_t k) {
  return kPackedBytes<float> + (m + n) * k * int64_t(sizeof(float));
}

}  // namespace brickwork::BW_ISA::mm
