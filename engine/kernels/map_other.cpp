// The steps over integers and booleans, comparisons, selections and casts.
#include "map_ops.hpp"
#include "map_small.hpp"

namespace brickwork::BW_ISA {
namespace {

using Int = std::int32_t;
using Long = std::int64_t;

// Integers wrap, as they do in NumPy.
template <class T>
struct Unsigned;
template <>
struct Unsigned<Int> {
  using type = std::uint32_t;
};
template <>
struct Unsigned<Long> {
  using type = std::uint64_t;
};

#define BW_WRAPPING(Name, args, expression)                                    \
  template <class T>                                                           \
  struct Name : Functor {                                                      \
    static constexpr int L = BW_VECTOR_BYTES / sizeof(T);                      \
    using V = Vec<T, L>;                                                       \
    using U = Vec<typename Unsigned<T>::type, L>;                              \
    static V f args { return (V)(expression); }                                \
  };
BW_WRAPPING(IntAdd, (V a, V b), (U)a + (U)b)
BW_WRAPPING(IntSub, (V a, V b), (U)a - (U)b)
BW_WRAPPING(IntMul, (V a, V b), (U)a*(U)b)
BW_WRAPPING(IntNeg, (V a), -(U)a)
BW_WRAPPING(IntSquare, (V a), (U)a*(U)a)
BW_WRAPPING(IntAbs, (V a), a < 0 ? (V) - (U)a : a)
BW_WRAPPING(IntSign, (V a), a > 0 ? V{} + 1 : (a < 0 ? V{} - 1 : V{}))
BW_WRAPPING(IntRelu, (V a), a > 0 ? a : V{})
BW_WRAPPING(IntMax, (V a, V b), a > b ? a : b)
BW_WRAPPING(IntMin, (V a, V b), a < b ? a : b)

// Rounds towards minus infinity; a zero divisor gives 0, as in NumPy.
struct IntFloorDiv {
  template <class T>
  static T f(T a, T b) {
    using U = typename Unsigned<T>::type;
    if (b == 0) return 0;
    if (b == -1) return static_cast<T>(-static_cast<U>(a));
    const T q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
  }
};
struct IntMod {
  template <class T>
  static T f(T a, T b) {
    if (b == 0 || b == -1) return 0;
    const T r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
  }
};
// Wraps; a negative exponent, which NumPy refuses, gives the integer part of the fraction.
struct IntPow {
  template <class T>
  static T f(T a, T b) {
    using U = typename Unsigned<T>::type;
    if (b < 0 && a != 1 && a != -1) return 0;
    U result = 1, square = static_cast<U>(a);
    for (auto left = static_cast<U>(b < 0 ? b & 1 : b); left != 0; left >>= 1) {
      if (left & 1) result *= square;
      square *= square;
    }
    return static_cast<T>(result);
  }
};

#define BW_COMPARE(Name, sign)                                 \
  struct Name : Functor {                                      \
    template <class V>                                         \
    static auto f(V a, V b) {                                  \
      return to_bytes<sizeof(V) / sizeof(a[0])>(a sign b);     \
    }                                                          \
  };
BW_COMPARE(Eq, ==)
BW_COMPARE(Ne, !=)
BW_COMPARE(Lt, <)
BW_COMPARE(Le, <=)
BW_COMPARE(Gt, >)
BW_COMPARE(Ge, >=)

// No integer is NaN or infinite.
#define BW_ALWAYS(Name, truth)                                                      \
  struct Name : Functor {                                                           \
    template <class V>                                                              \
    static auto f(V a) {                                                            \
      return to_bytes<sizeof(V) / sizeof(a[0])>(truth(a == a));                     \
    }                                                                               \
  };
BW_ALWAYS(Always, )
BW_ALWAYS(Never, !)

BW_OP(And, "and", (V a, V b), a& b)
BW_OP(Or, "or", (V a, V b), a | b)
BW_OP(Xor, "xor", (V a, V b), a ^ b)
BW_OP(Not, "not", (V a), a ^ 1)
BW_OP(Copy, "copy", (V a), a)

template <class T>
struct Where : Functor {
  template <class C, class V>
  static V f(C condition, V a, V b) {
    return to_mask<Mask<T, sizeof(C)>, sizeof(C)>(condition) ? a : b;
  }
};

template <class From, class To>
struct Cast : Functor {
  template <class V>
  static auto f(V a) {
    constexpr int L = sizeof(V) / sizeof(From);
    if constexpr (sizeof(From) == 1 && sizeof(To) > 1) {
      return convert<Vec<To, L>>(to_mask<Mask<To, L>, L>(a) & 1);
    } else if constexpr (sizeof(To) == 1 && sizeof(From) > 1) {
      return to_bytes<L>(a != V{});
    } else {
      return convert<Vec<To, L>>(a);
    }
  }
};

template <class Op, class T>
constexpr StepKernel one(const char* name) {
  return step<Op, T, T>(name);
}
template <class Op, class T>
constexpr StepKernel test(const char* name) {
  return step<Op, Byte, T>(name);
}
template <class Op, class T>
constexpr StepKernel two(const char* name) {
  return step<Op, T, T, T>(name);
}
template <class Op, class T>
constexpr StepKernel each2(const char* name) {
  return {name, kTypeOf<T>, kTypeOf<T>, kTypeOf<T>, 2, 1, run_each<Op, T, T, T>, {}};
}
template <class Op, class T>
constexpr StepKernel compare(const char* name) {
  return step<Op, Byte, T, T>(name);
}
template <class T>
constexpr StepKernel where() {
  return step<Where<T>, T, Byte, T, T>("where");
}
template <class From, class To>
constexpr StepKernel cast() {
  return step<Cast<From, To>, To, From>("cast");
}

#define BW_INTS(kind, Op, name) kind<Op<Int>, Int>(name), kind<Op<Long>, Long>(name)
#define BW_ALL(kind, Op, name)                                                        \
  kind<Op, float>(name), kind<Op, double>(name), kind<Op, Int>(name), kind<Op, Long>(name), \
      kind<Op, Byte>(name)
#define BW_CASTS(From)                                                             \
  cast<From, float>(), cast<From, double>(), cast<From, Int>(), cast<From, Long>(), \
      cast<From, Byte>()

constexpr StepKernel kSteps[] = {
    BW_ALL(one, Copy, "copy"),
    BW_CASTS(float),
    BW_CASTS(double),
    BW_CASTS(Int),
    BW_CASTS(Long),
    BW_CASTS(Byte),
    where<float>(),
    where<double>(),
    where<Int>(),
    where<Long>(),
    where<Byte>(),
    BW_ALL(compare, Eq, "eq"),
    BW_ALL(compare, Ne, "ne"),
    BW_ALL(compare, Lt, "lt"),
    BW_ALL(compare, Le, "le"),
    BW_ALL(compare, Gt, "gt"),
    BW_ALL(compare, Ge, "ge"),
    one<Not, Byte>("not"),
    two<And, Byte>("and"),
    two<Or, Byte>("or"),
    two<Xor, Byte>("xor"),
    BW_INTS(two, IntAdd, "add"),
    BW_INTS(two, IntSub, "sub"),
    BW_INTS(two, IntMul, "mul"),
    BW_INTS(one, IntNeg, "neg"),
    BW_INTS(one, IntAbs, "abs"),
    BW_INTS(one, IntSign, "sign"),
    BW_INTS(one, IntSquare, "square"),
    BW_INTS(one, IntRelu, "relu"),
    one<Copy, Int>("floor"),
    one<Copy, Long>("floor"),
    one<Copy, Int>("ceil"),
    one<Copy, Long>("ceil"),
    one<Copy, Int>("round"),
    one<Copy, Long>("round"),
    test<Never, Int>("isnan"),
    test<Never, Long>("isnan"),
    test<Never, Int>("isinf"),
    test<Never, Long>("isinf"),
    test<Always, Int>("isfinite"),
    test<Always, Long>("isfinite"),
    BW_INTS(two, IntMax, "maximum"),
    BW_INTS(two, IntMin, "minimum"),
    each2<IntFloorDiv, Int>("floordiv"),
    each2<IntFloorDiv, Long>("floordiv"),
    each2<IntMod, Int>("mod"),
    each2<IntMod, Long>("mod"),
    each2<IntPow, Int>("pow"),
    each2<IntPow, Long>("pow"),
};

}  // namespace

StepTable other_steps() { return {kSteps, sizeof kSteps / sizeof kSteps[0]}; }

}  // namespace brickwork::BW_ISA
