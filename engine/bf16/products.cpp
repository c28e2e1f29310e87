// The products of bf16.hpp by vdpbf16ps. Compiled for this instruction alone, in a namespace of its
// own, so that the linker merges nothing of it.
#include "bf16.hpp"

#include "gemm/blocked.hpp"

namespace brickwork::BW_ISA {
namespace mm {

// Two neighbours along k in bfloat16, the first in the lower half.
struct Pair {
  float bits;
};

template <int W>
struct Simd<Pair, W> {
  static_assert(W == 16);
  using S = Simd<float, W>;
  using V = typename S::V;
  using Mask = typename S::Mask;
  BW_INLINE V load(const Pair* p) { return S::load(&p->bits); }
  BW_INLINE V load(const Pair* p, Mask m) { return S::load(&p->bits, m); }
  BW_INLINE void store(Pair* p, V v) { S::store(&p->bits, v); }
  BW_INLINE void store(Pair* p, V v, Mask m) { S::store(&p->bits, v, m); }
  BW_INLINE V fill(Pair x) { return S::fill(x.bits); }
  BW_INLINE V fma(V a, V b, V c) { return _mm512_dpbf16_ps(c, (__m512bh)a, (__m512bh)b); }
  BW_INLINE V relu(V x) { return S::relu(x); }
  BW_INLINE V gated(V x, V gate) { return S::gated(x, gate); }
  BW_INLINE Mask mask(int64_t count) { return S::mask(count); }
  BW_INLINE V rounded(V x) {
    const __m512i upper = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(x));
    return (V)_mm512_slli_epi32(upper, 16);
  }
};
template <>
constexpr bool kRounds<Pair> = true;

constexpr int64_t kWidth = 32;  // columns of a panel
constexpr int64_t kMost = kDeep<float>;  // pairs of k at a time
constexpr int64_t kApart = 16;  // between packed rows, which may be written that far behind the end
constexpr int64_t kRoom = kMost * kWidth * kGroup, kLeft = kTall * (kMost + kApart);
constexpr int64_t kSpare = kTall * kMost > kWidth*(kMost + kApart) ? kTall * kMost
                                                                   : kWidth * (kMost + kApart);

// The pairs of a row: two neighbours each.
BW_INLINE void pack_row(float* to, const float* from, int64_t k) {
  for (int64_t i = 0; i < k; i += 32) {
    const int64_t left = k - i;
    const __mmask16 low = left >= 16 ? 0xffff : __mmask16((1u << left) - 1);
    const __mmask16 high = left >= 32   ? 0xffff
                           : left <= 16 ? 0
                                        : __mmask16((1u << (left - 16)) - 1);
    const __m512 a = _mm512_maskz_loadu_ps(low, from + i);
    const __m512 b = _mm512_maskz_loadu_ps(high, from + i + 16);
    _mm512_storeu_ps(to + i / 2, (__m512)_mm512_cvtne2ps_pbh(b, a));
  }
}

// The pairs of two rows, the second of which may be missing: elements one above the other.
BW_INLINE __m512 pack_two(const float* first, const float* second, __mmask16 columns) {
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24,
                                         8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  const __m512 a = _mm512_maskz_loadu_ps(columns, first);
  const __m512 b = second ? _mm512_maskz_loadu_ps(columns, second) : _mm512_setzero_ps();
  return (__m512)_mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(b, a));
}

BW_INLINE __mmask16 first_lanes(int64_t count) {
  return count >= 16 ? 0xffff : __mmask16((1u << count) - 1);
}

// Columns [0, rows) of A, k rows long, as packed rows.
static void pack_columns(float* to, int64_t ld, const float* a, int64_t lda, int64_t rows,
                         int64_t k, float* spare) {
  const int64_t pairs = (k + 1) / 2;
  for (int64_t p = 0; p < pairs; ++p) {
    const float* const first = a + 2 * p * lda;
    const float* const second = 2 * p + 1 < k ? first + lda : nullptr;
    for (int64_t i = 0; i < rows; i += 16) {
      const __m512 both = pack_two(first + i, second ? second + i : nullptr, first_lanes(rows - i));
      _mm512_storeu_ps(spare + p * kTall + i, both);
    }
  }
  transpose(to, ld, spare, kTall, rows, 0, pairs);
}

// Panels of up to kGroup * kWidth columns of B, k rows long.
static void pack_panels(float* room, const float* b, int64_t ldb, int64_t columns, int64_t k) {
  const int64_t pairs = (k + 1) / 2;
  for (int64_t p = 0; p < pairs; ++p) {
    const float* const first = b + 2 * p * ldb;
    const float* const second = 2 * p + 1 < k ? first + ldb : nullptr;
    for (int64_t j = 0; j < columns; j += 16) {
      float* const to = room + j / kWidth * pairs * kWidth + p * kWidth + j % kWidth;
      const __mmask16 lanes = first_lanes(columns - j);
      _mm512_storeu_ps(to, pack_two(first + j, second ? second + j : nullptr, lanes));
    }
  }
}

// The same of B^T: its rows are the columns.
static void pack_turned(float* room, const float* b, int64_t ldb, int64_t columns, int64_t k,
                        float* spare) {
  const int64_t pairs = (k + 1) / 2;
  for (int64_t j = 0; j < columns; j += kWidth) {
    const int64_t count = columns - j < kWidth ? columns - j : kWidth;
    for (int64_t i = 0; i < count; ++i)
      pack_row(spare + i * (kMost + kApart), b + (j + i) * ldb, k);
    turn_panel<float, kWidth>(room + j * pairs, spare, kMost + kApart, count, pairs);
  }
}

static void multiply(const GemmArgs<Pair>& g, int64_t rows) {
  if (g.n == kWidth)
    Strip<Pair, 16, 2, false>::run<false>(g, 0, rows);
  else if (g.n > 16)
    Strip<Pair, 16, 2, true>::run<false>(g, 0, rows);
  else
    Strip<Pair, 16, 1, true>::run<false>(g, 0, rows);
}

template <GemmKind Kind>
static void run(const Bf16Product& g, int64_t lo, int64_t hi, void* scratch) {
  float* const room = (float*)scratch;
  float *const left = room + kRoom, *const spare = left + kLeft;
  const int64_t all = (g.k + 1) / 2, blocks = all > 0 ? (all + kMost - 1) / kMost : 1;
  for (int64_t row = lo; row < hi; row += kTall) {
    const int64_t rows = hi - row < kTall ? hi - row : kTall;
    for (int64_t block = 0; block < blocks; ++block) {
      const int64_t from = 2 * (all * block / blocks), to = 2 * (all * (block + 1) / blocks);
      const int64_t k = (to < g.k ? to : g.k) - from, ld = (k + 1) / 2 + kApart;
      if constexpr (Kind == GemmKind::tn) {
        pack_columns(left, ld, g.a + from * g.lda + row, g.lda, rows, k, spare);
      } else {
        for (int64_t i = 0; i < rows; ++i) {
          pack_row(left + i * ld, g.a + (row + i) * g.lda + from, k);
        }
      }
      GemmArgs<Pair> s{
          (const Pair*)left, ld, nullptr, kWidth, (Pair*)(g.c + row * g.ldc), g.ldc, rows, g.n,
          (k + 1) / 2};
      s.epilogue = {(const Pair*)g.bias, g.relu, (const Pair*)g.mask, g.ld_mask};
      if (s.epilogue.mask) s.epilogue.mask += row * g.ld_mask;
      s.part = (block > 0 ? kContinue : 0) | (block + 1 < blocks ? kUnfinished : 0);
      constexpr int64_t kColumns = kGroup * kWidth;
      for (int64_t j = 0; j < g.n; j += kColumns) {
        const int64_t columns = g.n - j < kColumns ? g.n - j : kColumns;
        if constexpr (Kind == GemmKind::nt) {
          pack_turned(room, g.b + j * g.ldb + from, g.ldb, columns, k, spare);
        } else {
          pack_panels(room, g.b + from * g.ldb + j, g.ldb, columns, k);
        }
        for (int64_t at = 0; at < columns; at += kWidth) {
          s.n = columns - at < kWidth ? columns - at : kWidth;
          s.b = (const Pair*)(room + at * s.k);
          multiply(s, rows);
          advance(s, s.n);
        }
      }
    }
  }
}

}  // namespace mm

extern const Bf16Kernels kernels;
const Bf16Kernels kernels = {mm::run<GemmKind::nn>, mm::run<GemmKind::tn>, mm::run<GemmKind::nt>,
                             (mm::kRoom + mm::kLeft + mm::kSpare) * std::int64_t(sizeof(float))};

}  // namespace brickwork::BW_ISA
