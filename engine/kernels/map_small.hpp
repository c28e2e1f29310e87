// Maps of up to 16 values: a step passes its result to the next one in registers.
//
// In a training step of a small model such maps are most of the work, each a chain of dependent
// steps, and passing values through memory would take longer than computing them. A step jumps to
// the next (a tail call), so that values stay in registers. 16 values are one to eight vectors,
// depending on dtype and instruction set: the chunks.
#pragma once
#include "map.hpp"

namespace brickwork::BW_ISA {
namespace {

template <class T, int L>
inline Register to_register(Vec<T, L> v) {
  if constexpr (sizeof v == sizeof(Register)) return (Register)v;
#if defined(__AVX512F__)
  if constexpr (sizeof v == 32) return (Register)_mm512_castsi256_si512((__m256i)v);
  if constexpr (sizeof v == 16) return (Register)_mm512_castsi128_si512((__m128i)v);
#elif defined(__AVX2__)
  if constexpr (sizeof v == 16) return (Register)_mm256_castsi128_si256((__m128i)v);
#endif
  Register r{};
  __builtin_memcpy(&r, &v, sizeof v);
  return r;
}

template <class T, int L>
inline Vec<T, L> from_register(Register r) {
  using V = Vec<T, L>;
  if constexpr (sizeof(V) == sizeof r) return (V)r;
#if defined(__AVX512F__)
  if constexpr (sizeof(V) == 32) return (V)_mm512_castsi512_si256((__m512i)r);
  if constexpr (sizeof(V) == 16) return (V)_mm512_castsi512_si128((__m512i)r);
#elif defined(__AVX2__)
  if constexpr (sizeof(V) == 16) return (V)_mm256_castsi256_si128((__m256i)r);
#endif
  V v;
  __builtin_memcpy(&v, &r, sizeof v);
  return v;
}

// A source's chunk of m values. Own blocks may be read beyond these, operands may not.
template <class T, int L>
inline Vec<T, L> load_chunk(const char* p, int m, bool own) {
#if defined(__AVX512F__)
  static_cast<void>(own);
  return load<T, L>(p, m);
#else
  return own || m == L ? load<T, L>(p) : load<T, L>(p, m);
#endif
}

// The step with the result of the step before as source `From`; -1: as none of them.
template <int From, class Op, class Dst, class... Src>
struct SmallStep {
  static constexpr int kWide = kLanesOf<Op, Dst, Src...>;
  static constexpr int L = kWide < kSmall ? kWide : kSmall;
  static constexpr int kChunks = kSmall / L;

  template <int Chunk, int... A>
  static Register chunk(const Step& s, int n, Register before, Indices<A...>) {
    constexpr std::size_t first = sizeof(Dst) * Chunk * L;
    const int m = kChunks == 1 || n - Chunk * L < L ? n - Chunk * L : L;
    const auto v = Op::f(
        (A == From ? from_register<Src, L>(before)
                   : load_chunk<Src, L>(s.src[A] + static_cast<std::int64_t>(Chunk * s.stride[A]),
                                        m, s.own >> A & 1))...);
    if (s.dst != nullptr) store<Dst, L>(s.dst + first, v);
    if (s.out != nullptr) store_some<Dst, L>(s.out + first, v, m, false);
    return to_register<Dst, L>(v);
  }

  template <int... K>
  static void run(const Step* s, std::int64_t n, Same<K, Register>... r) {
    constexpr typename Count<sizeof...(Src)>::type arguments;
    Register regs[] = {r...};
    const int count = static_cast<int>(n);
    (void)((K < kChunks && (K == 0 || K * L < count) &&
            (regs[K] = chunk < K<kChunks ? K : 0>(*s, count, regs[K], arguments), true)) &&
           ...);
    return s[1].small(s + 1, n, regs[K]...);
  }
};

template <class S, int... K>
constexpr SmallRun small_run(Indices<K...>) {
  return &S::template run<K...>;
}

template <class Op, class Dst, class... Src>
constexpr SmallRuns small_of() {
  constexpr typename Count<kRegisters>::type registers;
  using Plain = SmallStep<-1, Op, Dst, Src...>;
  if constexpr (Op::kLong && Plain::kChunks > 2) {
    return {};  // the code would be too long for the gain
  } else {
    return {small_run<Plain>(registers),
            {small_run<SmallStep<0, Op, Dst, Src...>>(registers),
             sizeof...(Src) > 1 ? small_run<SmallStep<1, Op, Dst, Src...>>(registers) : nullptr},
            Plain::kChunks};
  }
}

// The entry of a functor in the table.
template <class Op, class Dst, class First, class... Rest>
constexpr StepKernel step(const char* name) {
  constexpr DType rest[] = {kTypeOf<Rest>..., kTypeOf<First>};
  return {name,
          kTypeOf<First>,
          rest[0],
          kTypeOf<Dst>,
          1 + sizeof...(Rest),
          kLanesOf<Op, Dst, First, Rest...>,
          run_step<Op, Dst, First, Rest...>,
          small_of<Op, Dst, First, Rest...>()};
}

}  // namespace
}  // namespace brickwork::BW_ISA
