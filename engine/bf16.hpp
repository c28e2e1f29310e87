// Products of operands that are rounded to bfloat16, with sums in float32 that are rounded once.
//
// Each element is one chain of fused multiply-adds over pairs of k, the second of a pair first: 1, 0,
// 3, 2, ... That is what vdpbf16ps computes. Machines without it do the same in floats
// (gemm/swapped.hpp), so the bits are those of every machine, unless there is no fused multiply-add
// either and a product of two elements overflows or underflows.
#pragma once
#include <cstdint>

namespace brickwork {

// Operands as in gemm/gemm.hpp; what each step of the epilogue makes is rounded to bfloat16: the
// sum, then with the bias, of which relu and mask (null where there is none) choose.
struct Bf16Product {
  const float* a;
  std::int64_t lda;
  const float* b;
  std::int64_t ldb;
  float* c;
  std::int64_t ldc;
  std::int64_t m, n, k;
  const float* bias = nullptr;
  int relu = 0;
  const float* mask = nullptr;
  std::int64_t ld_mask = 0;
};

// Rows [lo, hi) of C; `scratch` is 64-byte aligned memory of the calling thread.
using Bf16Run = void (*)(const Bf16Product&, std::int64_t lo, std::int64_t hi, void* scratch);

struct Bf16Kernels {
  Bf16Run nn, tn, nt;
  std::int64_t scratch;  // bytes
};

// Those of vdpbf16ps; null where the processor or the build has none, or where BRICKWORK_ISA names
// another instruction set.
const Bf16Kernels* bf16_kernels();

}  // namespace brickwork
