// Trees of ops that have one loop: what lies between a weight's loads and its store stays in
// registers. Found by structure in any map; the bits are those of the single steps.
#include "map_ops.hpp"

namespace brickwork::BW_ISA {
namespace {

template <int K>
struct Arg {
  static constexpr int kWords = 1, kArguments = K + 1;
  template <class V>
  static V f(const V* a) {
    return a[K];
  }
  static constexpr Fused* write(Fused* w) {
    *w = {nullptr, 0, K};
    return w + 1;
  }
};

template <class Op, class... X>
struct Tree {
  static constexpr int kWords = 1 + (X::kWords + ...);
  static constexpr int kArguments = widest(X::kArguments...);
  template <class V>
  static V f(const V* a) {
    return Op::f(X::f(a)...);
  }
  static constexpr Fused* write(Fused* w) {
    *w++ = {Op::kName, sizeof...(X), 0};
    ((w = X::write(w)), ...);
    return w;
  }
};

template <class T>
struct Words {
  Fused words[T::kWords];
  constexpr Words() : words{} { T::write(words); }
};
template <class T>
constexpr Words<T> kWords;

template <class T>
struct Loop : Functor {
  template <class... V>
  static auto f(V... a) {
    const __typeof__((a, ...)) list[] = {a...};
    return T::f(list);
  }
};

template <int, class S>
using Same = S;
template <class T, class S, int... K>
constexpr StepRun loop_of(Indices<K...>) {
  return run_step<Loop<T>, S, Same<K, S>...>;
}

template <class T, class S>
constexpr FusedKernel kernel() {
  using K = typename Count<T::kArguments>::type;
  return {kWords<T>.words, T::kArguments, kTypeOf<S>, kLanesOf<Functor, S>, loop_of<T, S>(K{})};
}

using A = Arg<0>;
using B = Arg<1>;
using C = Arg<2>;
using E = Arg<3>;
using G = Arg<4>;

// w - a m / (sqrt(v) + e), and the same with the scale outside: a step along a rescaled direction.
using Rescaled = Tree<Sub, A, Tree<Div, Tree<Mul, B, C>, Tree<Add, Tree<Sqrt, E>, G>>>;
using RescaledOutside = Tree<Sub, A, Tree<Mul, B, Tree<Div, C, Tree<Add, Tree<Sqrt, E>, G>>>>;
using RescaledInside = Tree<Sub, A, Tree<Div, Tree<Mul, B, C>, Tree<Sqrt, Tree<Add, E, G>>>>;
// A running mean of squares.
using LerpSquare = Tree<Lerp, A, Tree<Square, B>, C>;
// w - a g; a m + b g; a m - b g.
using SubScaled = Tree<Sub, A, Tree<Mul, B, C>>;
using AddScaled = Tree<Add, A, Tree<Mul, B, C>>;
using Mixed = Tree<Add, Tree<Mul, A, B>, Tree<Mul, C, E>>;
using MixedSub = Tree<Sub, Tree<Mul, A, B>, Tree<Mul, C, E>>;
// (a - b) c, (a - b)^2, a b c.
using ScaledDifference = Tree<Mul, Tree<Sub, A, B>, C>;
using SquaredDifference = Tree<Square, Tree<Sub, A, B>>;
using Product = Tree<Mul, Tree<Mul, A, B>, C>;

#define BW_BOTH(T) kernel<T, float>(), kernel<T, double>()

// The larger trees first.
constexpr FusedKernel kKernels[] = {
    BW_BOTH(Rescaled),          BW_BOTH(RescaledOutside), BW_BOTH(RescaledInside),
    BW_BOTH(Mixed),             BW_BOTH(MixedSub),        BW_BOTH(LerpSquare),
    BW_BOTH(SubScaled),         BW_BOTH(AddScaled),       BW_BOTH(ScaledDifference),
    BW_BOTH(SquaredDifference), BW_BOTH(Product),
};

}  // namespace

FusedTable fused_steps() { return {kKernels, sizeof kKernels / sizeof kKernels[0]}; }

}  // namespace brickwork::BW_ISA
