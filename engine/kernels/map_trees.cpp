// Trees of ops that have one loop: intermediate values of an update stay in registers. They are
// found by their structure, in any map; results are bitwise equal to those of the single steps.
#include "map_ops.hpp"

namespace brickwork::BW_ISA {
namespace {

template <int K, Kind Wanted>
struct Argument {
  static constexpr int kWords = 1, kArguments = K + 1, kKept = 0, kSwaps = 0;
  static constexpr unsigned kValues = Wanted == Kind::value ? 1u << K : 0;
  static constexpr unsigned kAny = Wanted == Kind::any ? 1u << K : 0;
  template <class V>
  static V f(const V* a, V*) {
    return a[K];
  }
  static constexpr Word* write(Word* w, int&) {
    *w = {nullptr, 0, K, Wanted, -1, -1};
    return w + 1;
  }
};
template <int K>
using Arg = Argument<K, Kind::array>;
template <int K>
using Num = Argument<K, Kind::value>;
template <int K>
using Any = Argument<K, Kind::any>;

template <class Op>
constexpr bool kCommutes = __is_same(Op, Add) || __is_same(Op, Mul);

template <class Op, class... X>
struct Tree {
  static constexpr int kWords = 1 + (X::kWords + ...);
  static constexpr int kArguments = widest(X::kArguments...);
  static constexpr int kKept = (X::kKept + ...);
  static constexpr unsigned kValues = (X::kValues | ...), kAny = (X::kAny | ...);
  static constexpr int kSwaps = kCommutes<Op> + (X::kSwaps + ...);
  template <class V>
  static V f(const V* a, V* kept) {
    return Op::f(X::f(a, kept)...);
  }
  static constexpr Word* write(Word* w, int& swaps) {
    *w++ = {Op::kName, sizeof...(X), 0, Kind::array, -1, kCommutes<Op> ? swaps++ : -1};
    ((w = X::write(w, swaps)), ...);
    return w;
  }
};

// A tree whose value is also stored: one of the map's outs.
template <int K, class X>
struct Keep {
  static constexpr int kWords = X::kWords, kArguments = X::kArguments, kKept = 1 + X::kKept;
  static constexpr int kSwaps = X::kSwaps;
  static constexpr unsigned kValues = X::kValues, kAny = X::kAny;
  template <class V>
  static V f(const V* a, V* kept) {
    return kept[K] = X::f(a, kept);
  }
  static constexpr Word* write(Word* w, int& swaps) {
    Word* const end = X::write(w, swaps);
    w->kept = K;
    return end;
  }
};

template <class T>
struct Words {
  Word words[T::kWords];
  constexpr Words() : words{} {
    int swaps = 0;
    T::write(words, swaps);
  }
};
template <class T>
constexpr Words<T> kWordsOf;

template <class T, class S, int... K>
inline void run_loop(const Step& s, std::int64_t n, Indices<K...>) {
  constexpr int L = BW_VECTOR_BYTES / sizeof(S);
  using V = Vec<S, L>;
  // Copies, since the compiler must assume that a store could change the step itself.
  const char* const p[] = {s.tree->src[K]...};
  char* const kept[] = {s.tree->kept[0], s.tree->kept[1]};
  char* const dst = s.dst;
  const bool all = s.whole;
  // The address of a vector in a block; all but an `any` argument advance.
  const std::int64_t along[] = {(T::kAny >> K & 1 ? s.tree->along[K] : -1)...};
  const bool models = s.tree->models;
  const V num[] = {(T::kValues >> K & 1
                        ? models ? load<S, L>(p[K]) : V{} + *reinterpret_cast<const S*>(p[K])
                        : V{})...};
  const std::int64_t end = n / L * BW_VECTOR_BYTES;
  std::int64_t at = 0;
  for (; at < end; at += BW_VECTOR_BYTES) {
    const V a[] = {(T::kValues >> K & 1 ? num[K] : load<S, L>(p[K] + (at & along[K])))...};
    V inner[kMaxKept];
    const V r = T::f(a, inner);
    for (int k = 0; k < T::kKept; ++k) store<S, L>(kept[k] + at, inner[k]);
    store<S, L>(dst + at, r);
  }
  const int rest = static_cast<int>(n % L);
  if (rest == 0) return;
  const V a[] = {(T::kValues >> K & 1 ? num[K] : load<S, L>(p[K] + (at & along[K]), rest))...};
  V inner[kMaxKept];
  const V r = T::f(a, inner);
  for (int k = 0; k < T::kKept; ++k) store<S, L>(kept[k] + at, inner[k], rest);
  store_some<S, L>(dst + at, r, rest, all);
}

template <class T, class S>
void run_tree(const Step& s, std::int64_t n) {
  run_loop<T, S>(s, n, typename Count<T::kArguments>::type{});
}

template <class T, class S>
constexpr TreeKernel kernel() {
  constexpr int L = BW_VECTOR_BYTES / sizeof(S);
  return {kWordsOf<T>.words, T::kSwaps, T::kArguments, T::kValues, T::kKept,
          kTypeOf<S>,        L,         run_tree<T, S>};
}

using W = Arg<0>;  // a weight
using G = Arg<1>;  // a gradient
using M = Arg<2>;  // a slot of the weight
using N = Arg<3>;

// a + (x - a) b
template <class X, class Mean, class Rate>
using Towards = Tree<Add, Mean, Tree<Mul, Tree<Sub, X, Mean>, Rate>>;
// a x + b y
template <class A, class X, class B, class Y>
using Mix = Tree<Add, Tree<Mul, A, X>, Tree<Mul, B, Y>>;
// w - a x / (sqrt(y) + e), w - a x / sqrt(y + e)
template <class A, class X, class Y, class E>
using Over = Tree<Sub, W, Tree<Div, Tree<Mul, X, A>, Tree<Add, Tree<Sqrt, Y>, E>>>;
template <class A, class X, class Y, class E>
using OverRoot = Tree<Sub, W, Tree<Div, Tree<Mul, X, A>, Tree<Sqrt, Tree<Add, Y, E>>>>;

#define BW_BOTH(...) kernel<__VA_ARGS__, float>(), kernel<__VA_ARGS__, double>()

// The larger trees first.
constexpr TreeKernel kKernels[] = {
    // w with the mean of g over the root of the mean of g^2.
    BW_BOTH(Over<Num<4>, Keep<0, Towards<G, M, Num<5>>>,
                 Keep<1, Towards<Tree<Square, G>, N, Num<6>>>, Num<7>>),
    BW_BOTH(Over<Num<1>, Arg<2>, Arg<3>, Num<4>>),
    // w with g over the root of the mean of g^2.
    BW_BOTH(OverRoot<Num<3>, G, Keep<0, Mix<Num<4>, M, Num<5>, Tree<Square, G>>>, Num<6>>),
    BW_BOTH(OverRoot<Num<1>, Arg<2>, Arg<3>, Num<4>>),
    // w with a momentum that g updates.
    BW_BOTH(Tree<Add, W, Keep<0, Tree<Sub, Tree<Mul, M, Num<3>>, Tree<Mul, G, Num<4>>>>>),
    // Means, and steps along a gradient.
    BW_BOTH(Towards<Tree<Square, Arg<0>>, Arg<1>, Num<2>>),
    BW_BOTH(Towards<Arg<0>, Arg<1>, Num<2>>),
    BW_BOTH(Mix<Num<0>, Arg<1>, Num<2>, Tree<Square, Arg<3>>>),
    // Common combinations of two and more ops.
    BW_BOTH(Mix<Any<0>, Any<1>, Any<2>, Any<3>>),
    BW_BOTH(Tree<Sub, Tree<Mul, Any<0>, Any<1>>, Tree<Mul, Any<2>, Any<3>>>),
    BW_BOTH(Tree<Neg, Tree<Add, Any<0>, Any<1>>>),
    BW_BOTH(Tree<Add, Any<0>, Tree<Mul, Any<1>, Any<2>>>),
    BW_BOTH(Tree<Sub, Any<0>, Tree<Mul, Any<1>, Any<2>>>),
    BW_BOTH(Tree<Sub, Tree<Mul, Any<0>, Any<1>>, Any<2>>),
    BW_BOTH(Tree<Mul, Tree<Add, Any<0>, Any<1>>, Any<2>>),
    BW_BOTH(Tree<Mul, Tree<Sub, Any<0>, Any<1>>, Any<2>>),
    BW_BOTH(Tree<Mul, Tree<Mul, Any<0>, Any<1>>, Any<2>>),
    BW_BOTH(Tree<Div, Tree<Mul, Any<0>, Any<1>>, Any<2>>),
    BW_BOTH(Tree<Div, Tree<Sub, Any<0>, Any<1>>, Any<2>>),
    BW_BOTH(Tree<Minimum, Tree<Maximum, Any<0>, Any<1>>, Any<2>>),
    BW_BOTH(Tree<Square, Tree<Sub, Any<0>, Any<1>>>),
};

}  // namespace

TreeTable tree_steps() { return {kKernels, sizeof kKernels / sizeof kKernels[0]}; }

}  // namespace brickwork::BW_ISA
