// The few vector operations that the matrix products need, for every instruction set.
//
// Simd<T, W> is W lanes of T as a GCC vector; W = 1 is a plain scalar, so that one kernel template
// serves both. Little goes beyond GCC's own vector arithmetic: a fused multiply-add (the flag
// -ffp-contract=off keeps the compiler from fusing by itself, so that we decide what is fused),
// relu, and loads and stores of the first lanes, which touch no byte after them.
//
// Nothing here or in the files built on it may use inline library code: the same source is compiled
// for several instruction sets, and the linker keeps one copy of an inline function for all. The
// intrinsics are safe, since GCC always inlines them.
#pragma once

#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#ifndef BW_ISA
#define BW_ISA base
#endif

#define BW_INLINE [[gnu::always_inline]] static inline
#define BW_UNROLL _Pragma("GCC unroll 32")

namespace brickwork::BW_ISA::mm {

#if defined(__AVX512F__) && defined(__AVX512VL__)
#define BW_AVX512 1
constexpr int kVectorBytes = 64;
constexpr int kRegisters = 32;
constexpr bool kMaskedIsFree = true;  // full strips need no separate code
#elif defined(__AVX2__) && defined(__FMA__)
#define BW_AVX2 1
constexpr int kVectorBytes = 32;
constexpr int kRegisters = 16;
constexpr bool kMaskedIsFree = false;
#elif defined(__aarch64__)
constexpr int kVectorBytes = 16;
constexpr int kRegisters = 32;
constexpr bool kMaskedIsFree = false;
#else
constexpr int kVectorBytes = 16;
constexpr int kRegisters = 16;
constexpr bool kMaskedIsFree = false;
#endif

template <class T>
constexpr int kLanes = kVectorBytes / int(sizeof(T));

template <int... I>
struct Indices {};
template <int N, int... I>
struct Count : Count<N - 1, N - 1, I...> {};
template <int... I>
struct Count<0, I...> {
  using type = Indices<I...>;
};
template <int N>
using Upto = typename Count<N>::type;

// ---- fused multiply-add: a * b + c; two roundings if the machine has no such instruction.

#if defined(BW_AVX512) || defined(BW_AVX2)
BW_INLINE float fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
BW_INLINE double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }
BW_INLINE __m128 fused(__m128 a, __m128 b, __m128 c) { return _mm_fmadd_ps(a, b, c); }
BW_INLINE __m128d fused(__m128d a, __m128d b, __m128d c) { return _mm_fmadd_pd(a, b, c); }
BW_INLINE __m256 fused(__m256 a, __m256 b, __m256 c) { return _mm256_fmadd_ps(a, b, c); }
BW_INLINE __m256d fused(__m256d a, __m256d b, __m256d c) { return _mm256_fmadd_pd(a, b, c); }
#if defined(BW_AVX512)
BW_INLINE __m512 fused(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }
BW_INLINE __m512d fused(__m512d a, __m512d b, __m512d c) { return _mm512_fmadd_pd(a, b, c); }
#endif
#elif defined(__aarch64__)
BW_INLINE float fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
BW_INLINE double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }
BW_INLINE float32x4_t fused(float32x4_t a, float32x4_t b, float32x4_t c) {
  return vfmaq_f32(c, a, b);
}
BW_INLINE float64x2_t fused(float64x2_t a, float64x2_t b, float64x2_t c) {
  return vfmaq_f64(c, a, b);
}
#else
template <class V>
BW_INLINE V fused(V a, V b, V c) {
  return a * b + c;
}
#endif

// ---- relu: NaN and -0 pass through. x86's maximum returns its second operand in both cases.

#if defined(__x86_64__)
BW_INLINE float relu(float x) { return _mm_cvtss_f32(_mm_max_ss(_mm_setzero_ps(), _mm_set_ss(x))); }
BW_INLINE double relu(double x) {
  return _mm_cvtsd_f64(_mm_max_sd(_mm_setzero_pd(), _mm_set_sd(x)));
}
BW_INLINE __m128 relu(__m128 x) { return _mm_max_ps(_mm_setzero_ps(), x); }
BW_INLINE __m128d relu(__m128d x) { return _mm_max_pd(_mm_setzero_pd(), x); }
#if defined(BW_AVX512) || defined(BW_AVX2)
BW_INLINE __m256 relu(__m256 x) { return _mm256_max_ps(_mm256_setzero_ps(), x); }
BW_INLINE __m256d relu(__m256d x) { return _mm256_max_pd(_mm256_setzero_pd(), x); }
#endif
#if defined(BW_AVX512)
BW_INLINE __m512 relu(__m512 x) { return _mm512_max_ps(_mm512_setzero_ps(), x); }
BW_INLINE __m512d relu(__m512d x) { return _mm512_max_pd(_mm512_setzero_pd(), x); }
#endif
#else
template <class V>
BW_INLINE V relu(V x) {
  return x < V{} ? V{} : x;
}
#endif

// ---- W lanes of T

template <class T, int W>
struct Simd {
  typedef T V __attribute__((vector_size(W * sizeof(T))));
  typedef T Loose __attribute__((vector_size(W * sizeof(T)), aligned(sizeof(T)), may_alias));

  BW_INLINE V load(const T* p) { return *(const Loose*)p; }
  BW_INLINE void store(T* p, V v) { *(Loose*)p = v; }
  BW_INLINE V fill(T x) { return x - V{}; }  // x - 0 is x for every x, -0 included
  BW_INLINE V fma(V a, V b, V c) { return fused(a, b, c); }
  BW_INLINE V relu(V x) { return mm::relu(x); }
  // x where gate > 0 (or NaN), else 0.
  BW_INLINE V gated(V x, V gate) { return gate <= V{} ? V{} : x; }

  // Lanes added by halves: always the same tree.
  BW_INLINE T sum(V v) { return sum(v, Upto<W / 2>{}); }
  template <int... I>
  BW_INLINE T sum(V v, Indices<I...>) {
    if constexpr (W == 2) {
      return v[0] + v[1];
    } else if constexpr (W * sizeof(T) == 16) {
      return (v[0] + v[2]) + (v[1] + v[3]);
    } else {
      return Simd<T, W / 2>::sum(__builtin_shufflevector(v, v, I...) +
                                 __builtin_shufflevector(v, v, I + W / 2 ...));
    }
  }

#if defined(BW_AVX512)
  typedef __mmask16 Mask;
  BW_INLINE Mask mask(int64_t count) { return Mask((1u << count) - 1); }
  BW_INLINE V load(const T* p, Mask m) {
    if constexpr (sizeof(T) == 4) {
      if constexpr (W == 16) return _mm512_maskz_loadu_ps(m, p);
      if constexpr (W == 8) return _mm256_maskz_loadu_ps(__mmask8(m), p);
      if constexpr (W == 4) return _mm_maskz_loadu_ps(__mmask8(m), p);
    } else {
      if constexpr (W == 8) return _mm512_maskz_loadu_pd(__mmask8(m), p);
      if constexpr (W == 4) return _mm256_maskz_loadu_pd(__mmask8(m), p);
      if constexpr (W == 2) return _mm_maskz_loadu_pd(__mmask8(m), p);
    }
  }
  BW_INLINE void store(T* p, V v, Mask m) {
    if constexpr (sizeof(T) == 4) {
      if constexpr (W == 16) _mm512_mask_storeu_ps(p, m, v);
      if constexpr (W == 8) _mm256_mask_storeu_ps(p, __mmask8(m), v);
      if constexpr (W == 4) _mm_mask_storeu_ps(p, __mmask8(m), v);
    } else {
      if constexpr (W == 8) _mm512_mask_storeu_pd(p, __mmask8(m), v);
      if constexpr (W == 4) _mm256_mask_storeu_pd(p, __mmask8(m), v);
      if constexpr (W == 2) _mm_mask_storeu_pd(p, __mmask8(m), v);
    }
  }
#else
  struct Mask {
    int64_t count;
#if defined(BW_AVX2)
    __m256i lanes;  // all bits set below the count
#endif
  };

  BW_INLINE Mask mask(int64_t count) {
#if defined(BW_AVX2)
    const __m256i n = sizeof(T) == 4 ? _mm256_set1_epi32(int(count)) : _mm256_set1_epi64x(count);
    if constexpr (sizeof(T) == 4) {
      return {count, _mm256_cmpgt_epi32(n, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))};
    } else {
      return {count, _mm256_cmpgt_epi64(n, _mm256_setr_epi64x(0, 1, 2, 3))};
    }
#else
    return {count};
#endif
  }

  BW_INLINE V load(const T* p, Mask m) {
#if defined(BW_AVX2)
    if constexpr (sizeof(T) == 4) {
      if constexpr (W == 8) return _mm256_maskload_ps(p, m.lanes);
      if constexpr (W == 4) return _mm_maskload_ps(p, _mm256_castsi256_si128(m.lanes));
    } else {
      if constexpr (W == 4) return _mm256_maskload_pd(p, m.lanes);
      if constexpr (W == 2) return _mm_maskload_pd(p, _mm256_castsi256_si128(m.lanes));
    }
#else
    if (m.count == W) return load(p);
    V v{};
    copy((T*)&v, p, m.count);
    return v;
#endif
  }

  // AVX2 has a masked store as well, but on AMD's cores it takes tens of cycles.
  BW_INLINE void store(T* p, V v, Mask m) {
    if (m.count == W) return store(p, v);
    copy(p, (const T*)&v, m.count);
  }

  // Halves, then quarters: one branch each, which always goes the same way within one product.
  template <int N = W / 2>
  BW_INLINE void copy(T* to, const T* from, int64_t count) {
    if constexpr (N > 0) {
      const int64_t done = count & N;
      if (done) __builtin_memcpy(to, from, N * sizeof(T));
      copy<N / 2>(to + done, from + done, count);
    }
  }
#endif
};

template <class T>
struct Simd<T, 1> {
  typedef T V;
  typedef int Mask;
  BW_INLINE V load(const T* p) { return *p; }
  BW_INLINE V load(const T* p, Mask) { return *p; }
  BW_INLINE void store(T* p, V v) { *p = v; }
  BW_INLINE void store(T* p, V v, Mask) { *p = v; }
  BW_INLINE V fill(T x) { return x; }
  BW_INLINE V fma(V a, V b, V c) { return fused(a, b, c); }
  BW_INLINE V relu(V x) { return mm::relu(x); }
  BW_INLINE V gated(V x, V gate) { return gate <= 0 ? T(0) : x; }
  BW_INLINE Mask mask(int64_t) { return 1; }
};

}  // namespace brickwork::BW_ISA::mm
