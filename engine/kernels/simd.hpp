// Vectors of the instruction set at hand, with loads and stores of a part of one.
//
// Arithmetic, comparisons and `mask ? a : b` come from GNU vector types; this file adds what they
// lack. A step over several dtypes takes as many lanes as its widest dtype has in a register, so
// that narrow ones are simply shorter vectors. A part of a vector is loaded and stored without
// touching memory behind it, and its lanes compute the same bits as those of a whole vector.
#pragma once
#include <immintrin.h>

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

// The integer that masks for T are made of.
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

template <class T, int L>
inline Vec<T, L> load(const void* p, int n) {
  alignas(sizeof(Vec<T, L>)) T items[L] = {};
  for (int i = 0; i < n; ++i) items[i] = static_cast<const T*>(p)[i];
  return load<T, L>(items);
}

template <class T, int L>
inline void store(void* p, Vec<T, L> v, int n) {
  alignas(sizeof(Vec<T, L>)) T items[L];
  store<T, L>(items, v);
  for (int i = 0; i < n; ++i) static_cast<T*>(p)[i] = items[i];
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
#else
// Without the instruction a fused product is a product and a sum: one rounding more.
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
#endif
#endif

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
// All lanes into one, halves onto halves.
template <class Op, class T, int N>
inline T fold(Vec<T, N> v) {
  if constexpr (N == 2) {
    return Op::f(v[0], v[1]);
  } else {
    return fold_halves<Op, T, N>(v, typename Count<N / 2>::type{});
  }
}

// v in the first n lanes, another value in those behind.
template <class T, int L>
inline Vec<T, L> first_lanes(Vec<T, L> v, int n, T other) {
  Mask<T, L> lane{};
  for (int i = 0; i < L; ++i) lane[i] = i;
  return lane < n ? v : Vec<T, L>{} + other;
}

#if defined(__FMA__)
constexpr bool kFused = true;
#else
constexpr bool kFused = false;
#endif

constexpr int kNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;  // halves to even
constexpr int kDown = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;
constexpr int kUp = _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC;

// Whether every lane of a mask of 64-bit lanes is set.
inline bool all(J mask) {
#if defined(__AVX512F__)
  return _mm512_movepi64_mask((__m512i)mask) == 255;
#elif defined(__AVX2__)
  return _mm256_movemask_pd((__m256d)mask) == 15;
#else
  return _mm_movemask_pd((__m128d)mask) == 3;
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
#else
    if constexpr (L == 4) v = bits_to_bytes(_mm_movemask_ps((__m128)m));
    if constexpr (L == 2) v = bits_to_bytes(_mm_movemask_pd((__m128d)m));
#endif
#endif
    Vec<Byte, L> b;
    __builtin_memcpy(&b, &v, sizeof b);
    return b;
  }
}

}  // namespace
}  // namespace brickwork::BW_ISA
