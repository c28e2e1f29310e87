// Vectors of the instruction set in use, with loads and stores of partial vectors.
//
// Arithmetic, comparisons and `mask ? a : b` come from GNU vector types; this file adds what they
// lack. A step over several dtypes takes as many lanes as its widest dtype has in a register, so
// that narrow ones are simply shorter vectors. A part of a vector is loaded and stored without
// touching memory behind it, and its lanes compute the same bits as those of a whole vector.
#pragma once
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "isa.hpp"

namespace brickwork::BW_ISA {
namespace {

template <class T, int L>
struct VecOf {
  typedef T type __attribute__((vector_size(L * sizeof(T))));
};
template <class T, int L>
using Vec = typename VecOf<T, L>::type;

using Byte = unsigned char;  // a boolean in memory: 0 or 1

constexpr int kLanesF = BW_VECTOR_BYTES / 4;
constexpr int kLanesD = BW_VECTOR_BYTES / 8;
using F = Vec<float, kLanesF>;
using D = Vec<double, kLanesD>;
using I = Vec<std::int32_t, kLanesF>;
using J = Vec<std::int64_t, kLanesD>;

// The integer type of masks for T.
template <int Bytes>
struct MaskItem;
template <>
struct MaskItem<1> {
  using type = signed char;
};
template <>
struct MaskItem<4> {
  using type = std::int32_t;
};
template <>
struct MaskItem<8> {
  using type = std::int64_t;
};
template <class T, int L>
using Mask = Vec<typename MaskItem<sizeof(T)>::type, L>;

// Whether fma rounds once.
#if defined(__FMA__) || defined(__aarch64__) || (defined(__FP_FAST_FMA) && !defined(__x86_64__))
constexpr bool kFused = true;
#else
constexpr bool kFused = false;
#endif

// The directions of round_to, as x86 numbers them (and raising no flag): halves to even, down, up.
constexpr int kNearest = 8, kDown = 9, kUp = 10;

template <class V>
inline V splat(double x) {
  using T = __typeof__(V{}[0] + V{}[0]);
  return V{} + static_cast<T>(x);
}

template <class T, int L>
inline Vec<T, L> load(const void* p) {
  Vec<T, L> v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

template <class T, int L>
inline void store(void* p, Vec<T, L> v) {
  __builtin_memcpy(p, &v, sizeof v);
}

#if defined(__AVX512F__)

// The first n (< L) values at p; zeros in the other lanes.
template <class T, int L>
inline Vec<T, L> load(const void* p, int n) {
  constexpr int kBytes = L * sizeof(T);
  const auto bits = (std::uint64_t{1} << n) - 1;
  if constexpr (sizeof(T) == 8) {
    return (Vec<T, L>)_mm512_maskz_loadu_epi64(static_cast<__mmask8>(bits), p);
  } else if constexpr (sizeof(T) == 4 && kBytes == 64) {
    return (Vec<T, L>)_mm512_maskz_loadu_epi32(static_cast<__mmask16>(bits), p);
  } else if constexpr (sizeof(T) == 4) {
    return (Vec<T, L>)_mm256_maskz_loadu_epi32(static_cast<__mmask8>(bits), p);
  } else if constexpr (kBytes == 64) {
    return (Vec<T, L>)_mm512_maskz_loadu_epi8(bits, p);
  } else {
    const __m128i v = _mm_maskz_loadu_epi8(static_cast<__mmask16>(bits), p);
    Vec<T, L> r;
    __builtin_memcpy(&r, &v, sizeof r);
    return r;
  }
}

template <class T, int L>
inline void store(void* p, Vec<T, L> v, int n) {
  constexpr int kBytes = L * sizeof(T);
  const auto bits = (std::uint64_t{1} << n) - 1;
  if constexpr (sizeof(T) == 8) {
    _mm512_mask_storeu_epi64(p, static_cast<__mmask8>(bits), (__m512i)v);
  } else if constexpr (sizeof(T) == 4 && kBytes == 64) {
    _mm512_mask_storeu_epi32(p, static_cast<__mmask16>(bits), (__m512i)v);
  } else if constexpr (sizeof(T) == 4) {
    _mm256_mask_storeu_epi32(p, static_cast<__mmask8>(bits), (__m256i)v);
  } else if constexpr (kBytes == 64) {
    _mm512_mask_storeu_epi8(p, bits, (__m512i)v);
  } else {
    __m128i wide{};
    __builtin_memcpy(&wide, &v, sizeof v);
    _mm_mask_storeu_epi8(p, static_cast<__mmask16>(bits), wide);
  }
}

inline F fma(F a, F b, F c) { return (F)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
inline D fma(D a, D b, D c) { return (D)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c); }
inline F sqrt(F a) { return (F)_mm512_sqrt_ps((__m512)a); }
inline D sqrt(D a) { return (D)_mm512_sqrt_pd((__m512d)a); }
template <int Mode>
inline F round_to(F a) {
  return (F)_mm512_roundscale_ps((__m512)a, Mode);
}
template <int Mode>
inline D round_to(D a) {
  return (D)_mm512_roundscale_pd((__m512d)a, Mode);
}

#else

template <class T>
inline T word(const char* p) {
  T x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}

// Less than 8 bytes, in the lowest of a word: two adjacent or overlapping reads.
inline std::uint64_t load_bytes(const char* p, int n) {
  if (n >= 4) {
    const std::uint64_t low = word<std::uint32_t>(p);
    const std::uint64_t high = word<std::uint32_t>(p + n - 4);
    return low | high << (8 * (n - 4));
  }
  if (n <= 0) return 0;
  const auto at = [=](int i) { return std::uint64_t{static_cast<Byte>(p[i])} << (8 * i); };
  return at(0) | at(n / 2) | at(n - 1);
}

// The first n (< L) values at p; zeros in the other lanes.
template <class T, int L>
inline Vec<T, L> load(const void* p, int n) {
  constexpr int kBytes = L * sizeof(T);
  const char* const from = static_cast<const char*>(p);
#if defined(__AVX2__)
  if constexpr (kBytes == 32 && sizeof(T) == 4) {
    const Vec<std::int32_t, 8> lane = {0, 1, 2, 3, 4, 5, 6, 7};
    return (Vec<T, L>)_mm256_maskload_epi32(static_cast<const int*>(p), (__m256i)(lane < n));
  }
  if constexpr (kBytes == 32 && sizeof(T) == 8) {
    const Vec<std::int64_t, 4> lane = {0, 1, 2, 3};
    return (Vec<T, L>)_mm256_maskload_epi64(static_cast<const long long*>(p), (__m256i)(lane < n));
  }
#endif
  std::uint64_t words[kBytes > 8 ? kBytes / 8 : 1] = {};
  const int bytes = n * static_cast<int>(sizeof(T));
#pragma GCC unroll 4
  for (int i = 0; i < kBytes; i += 8) {
    if (bytes >= i + 8) {
      words[i / 8] = word<std::uint64_t>(from + i);
    } else {
      words[i / 8] = load_bytes(from + i, bytes - i);
    }
  }
  Vec<T, L> v;
  if constexpr (kBytes == 16) {
    const Vec<std::uint64_t, 2> both = {words[0], words[1]};  // put together in a register
    return (Vec<T, L>)both;
  }
  __builtin_memcpy(&v, words, sizeof v);
  return v;
}

template <class T, int L>
inline void store(void* p, Vec<T, L> v, int n) {
  alignas(32) char items[L * sizeof(T)];
  store<T, L>(items, v);
  char* to = static_cast<char*>(p);
  const char* from = items;
  const int bytes = n * static_cast<int>(sizeof(T));
#pragma GCC unroll 5
  for (int size = 16; size >= static_cast<int>(sizeof(T)); size /= 2) {
    if (static_cast<int>(sizeof items) < size || !(bytes & size)) continue;
    __builtin_memcpy(to, from, size);
    to += size;
    from += size;
  }
}

#if defined(__AVX2__)
inline F fma(F a, F b, F c) { return (F)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
inline D fma(D a, D b, D c) { return (D)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c); }
inline F sqrt(F a) { return (F)_mm256_sqrt_ps((__m256)a); }
inline D sqrt(D a) { return (D)_mm256_sqrt_pd((__m256d)a); }
template <int Mode>
inline F round_to(F a) {
  return (F)_mm256_round_ps((__m256)a, Mode);
}
template <int Mode>
inline D round_to(D a) {
  return (D)_mm256_round_pd((__m256d)a, Mode);
}
#elif defined(__SSE4_1__)
// Without the instruction, a fused product is a product and a sum, with one more rounding.
inline F fma(F a, F b, F c) { return a * b + c; }
inline D fma(D a, D b, D c) { return a * b + c; }
inline F sqrt(F a) { return (F)_mm_sqrt_ps((__m128)a); }
inline D sqrt(D a) { return (D)_mm_sqrt_pd((__m128d)a); }
template <int Mode>
inline F round_to(F a) {
  return (F)_mm_round_ps((__m128)a, Mode);
}
template <int Mode>
inline D round_to(D a) {
  return (D)_mm_round_pd((__m128d)a, Mode);
}
#elif defined(__aarch64__)
inline F fma(F a, F b, F c) { return (F)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
inline D fma(D a, D b, D c) { return (D)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b); }
inline F sqrt(F a) { return (F)vsqrtq_f32((float32x4_t)a); }
inline D sqrt(D a) { return (D)vsqrtq_f64((float64x2_t)a); }
template <int Mode>
inline F round_to(F a) {
  const auto v = (float32x4_t)a;
  return (F)(Mode == kNearest ? vrndnq_f32(v) : Mode == kDown ? vrndmq_f32(v) : vrndpq_f32(v));
}
template <int Mode>
inline D round_to(D a) {
  const auto v = (float64x2_t)a;
  return (D)(Mode == kNearest ? vrndnq_f64(v) : Mode == kDown ? vrndmq_f64(v) : vrndpq_f64(v));
}
#else
// Any other machine: lane by lane, which the compiler vectorizes.
#define BW_LANES(V, name, args, expression)                              \
  inline V name args {                                                   \
    V r;                                                                 \
    for (int i = 0; i < static_cast<int>(sizeof r / sizeof r[0]); ++i) { \
      r[i] = expression;                                                 \
    }                                                                    \
    return r;                                                            \
  }
#if defined(__FP_FAST_FMA)
BW_LANES(F, fma, (F a, F b, F c), __builtin_fmaf(a[i], b[i], c[i]))
BW_LANES(D, fma, (D a, D b, D c), __builtin_fma(a[i], b[i], c[i]))
#else
inline F fma(F a, F b, F c) { return a * b + c; }
inline D fma(D a, D b, D c) { return a * b + c; }
#endif
BW_LANES(F, sqrt, (F a), __builtin_sqrtf(a[i]))
BW_LANES(D, sqrt, (D a), __builtin_sqrt(a[i]))
template <int Mode>
inline double rounded(double x) {
  if (Mode == kNearest) return __builtin_rint(x);
  return Mode == kDown ? __builtin_floor(x) : __builtin_ceil(x);
}
template <int Mode>
BW_LANES(F, round_to, (F a), static_cast<float>(rounded<Mode>(a[i])))
template <int Mode>
BW_LANES(D, round_to, (D a), rounded<Mode>(a[i]))
#endif
#endif

// Conversion of each lane to another dtype. On ARM, GCC would convert these lanes one by one; for
// AVX-512, half vectors of them.
template <class To, class From>
inline To convert(From v) {
#if defined(__aarch64__)
  constexpr int kLanes = sizeof(From) / sizeof(v[0]);
  using A = __typeof__(v[0] + v[0]);
  using B = __typeof__(To{}[0] + To{}[0]);
  constexpr bool kPair = kLanes == 2;
  if constexpr (kPair && __is_same(A, float) && __is_same(B, double)) {
    return (To)vcvt_f64_f32((float32x2_t)v);
  } else if constexpr (kPair && __is_same(A, float) && __is_same(B, std::int64_t)) {
    return (To)vcvtq_s64_f64(vcvt_f64_f32((float32x2_t)v));
  } else if constexpr (kPair && __is_same(A, std::int32_t) && __is_same(B, std::int64_t)) {
    return (To)vmovl_s32((int32x2_t)v);
  } else if constexpr (kPair && __is_same(A, std::int32_t) && __is_same(B, double)) {
    return (To)vcvtq_f64_s64(vmovl_s32((int32x2_t)v));
  } else if constexpr (kPair && __is_same(A, double) && __is_same(B, std::int32_t)) {
    return (To)vqmovn_s64(vcvtq_s64_f64((float64x2_t)v));  // out of range: the nearest, as one lane
  } else {
    return __builtin_convertvector(v, To);
  }
#else
#if defined(__AVX512F__)
  using A = __typeof__(v[0] + v[0]);
  using B = __typeof__(To{}[0] + To{}[0]);
  if constexpr (sizeof(To) == 64 && __is_same(A, float) && __is_same(B, double)) {
    return (To)_mm512_cvtps_pd((__m256)v);
  }
  if constexpr (sizeof(From) == 64 && __is_same(A, double) && __is_same(B, float)) {
    return (To)_mm512_cvtpd_ps((__m512d)v);
  }
#endif
  return __builtin_convertvector(v, To);
#endif
}

template <int... K>
struct Indices {};
template <int N, int... K>
struct Count : Count<N - 1, N - 1, K...> {};
template <int... K>
struct Count<0, K...> {
  using type = Indices<K...>;
};

template <class Op, class T, int N>
inline T fold(Vec<T, N> v);
template <class Op, class T, int N, int... K>
inline T fold_halves(Vec<T, N> v, Indices<K...>) {
  return fold<Op, T, N / 2>(
      Op::f(__builtin_shufflevector(v, v, K...), __builtin_shufflevector(v, v, (K + N / 2)...)));
}
// Reduces all lanes to one, halves onto halves.
template <class Op, class T, int N>
inline T fold(Vec<T, N> v) {
  if constexpr (N == 2) {
    return Op::f(v[0], v[1]);
  } else {
    return fold_halves<Op, T, N>(v, typename Count<N / 2>::type{});
  }
}

// v in the first n lanes, another value in the rest.
template <class T, int L>
inline Vec<T, L> first_lanes(Vec<T, L> v, int n, T other) {
  Mask<T, L> lane{};
  for (int i = 0; i < L; ++i) lane[i] = i;
  return lane < n ? v : Vec<T, L>{} + other;
}

// Whether every lane of a mask of 64-bit lanes is set.
inline bool all(J mask) {
#if defined(__AVX512F__)
  return _mm512_movepi64_mask((__m512i)mask) == 255;
#elif defined(__AVX2__)
  return _mm256_movemask_pd((__m256d)mask) == 15;
#elif defined(__SSE4_1__)
  return _mm_movemask_pd((__m128d)mask) == 3;
#else
  return (mask[0] & mask[1]) != 0;
#endif
}

// The lowest 8 bits of `bits`, each in a byte of its own.
inline std::uint64_t bits_to_bytes(std::uint64_t bits) {
  const std::uint64_t spread = (bits & 255) * 0x0101010101010101u & 0x8040201008040201u;
  return (spread + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
}

// Booleans in memory to the masks that selects take, and back.
template <class M, int L>
inline M to_mask(Vec<Byte, L> b) {
  if constexpr (sizeof(M) == L) {
    return (M)(b != 0);
  } else {
#if defined(__aarch64__)
    std::uint64_t bytes = 0;
    __builtin_memcpy(&bytes, &b, sizeof b);
    const uint16x8_t v = vmovl_u8(vcreate_u8(bytes));
    const uint32x4_t w = vmovl_u16(vget_low_u16(v));
    if constexpr (L == 4) return (M)(w != 0);
    if constexpr (L == 2) return (M)(vmovl_u32(vget_low_u32(w)) != 0);
#elif !defined(__SSE4_1__)
    M m;
    for (int i = 0; i < L; ++i) m[i] = b[i] != 0 ? -1 : 0;
    return m;
#else
    __m128i v{};
    __builtin_memcpy(&v, &b, sizeof b);
#if defined(__AVX512F__)
    if constexpr (L == 16) return (M)_mm512_cvtepu8_epi32(v) != 0;
    if constexpr (L == 8) return (M)_mm512_cvtepu8_epi64(v) != 0;
#elif defined(__AVX2__)
    if constexpr (L == 8) return (M)_mm256_cvtepu8_epi32(v) != 0;
    if constexpr (L == 4) return (M)_mm256_cvtepu8_epi64(v) != 0;
#else
    if constexpr (L == 4) return (M)_mm_cvtepu8_epi32(v) != 0;
    if constexpr (L == 2) return (M)_mm_cvtepu8_epi64(v) != 0;
#endif
#endif
  }
}

template <int L, class M>
inline Vec<Byte, L> to_bytes(M m) {
  if constexpr (sizeof(M) == L) {
    return (Vec<Byte, L>)(m & 1);
  } else {
#if defined(__AVX512F__)
    __m128i v;
    if constexpr (L == 16) v = _mm_maskz_set1_epi8(_mm512_movepi32_mask((__m512i)m), 1);
    if constexpr (L == 8) v = _mm_maskz_set1_epi8(_mm512_movepi64_mask((__m512i)m), 1);
#else
    std::uint64_t v;
#if defined(__AVX2__)
    if constexpr (L == 8) v = bits_to_bytes(_mm256_movemask_ps((__m256)m));
    if constexpr (L == 4) v = bits_to_bytes(_mm256_movemask_pd((__m256d)m));
#elif defined(__SSE4_1__)
    if constexpr (L == 4) v = bits_to_bytes(_mm_movemask_ps((__m128)m));
    if constexpr (L == 2) v = bits_to_bytes(_mm_movemask_pd((__m128d)m));
#elif defined(__aarch64__)
    uint32x4_t words;
    if constexpr (L == 4) words = (uint32x4_t)m;
    if constexpr (L == 2) words = vcombine_u32(vmovn_u64((uint64x2_t)m), vcreate_u32(0));
    const uint16x4_t halves = vmovn_u32(words);
    const uint8x8_t bytes = vmovn_u16(vcombine_u16(halves, halves));
    v = vget_lane_u64(vreinterpret_u64_u8(bytes), 0) & 0x0101010101010101u;
#else
    std::uint64_t bits = 0;
    for (int i = 0; i < L; ++i) bits |= (m[i] & std::uint64_t{1}) << i;
    v = bits_to_bytes(bits);
#endif
#endif
    Vec<Byte, L> b;
    __builtin_memcpy(&b, &v, sizeof b);
    return b;
  }
}

}  // namespace
}  // namespace brickwork::BW_ISA
