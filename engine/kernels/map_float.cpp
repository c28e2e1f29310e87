// The steps over float32 and float64.
#include "map_ops.hpp"
#include "map_small.hpp"

namespace brickwork::BW_ISA {
namespace {

#define BW_LONG(Name, call)               \
  struct Name : Functor {                 \
    static constexpr bool kLong = true;   \
    template <class V>                    \
    static V f(V a) {                     \
      return call(a);                     \
    }                                     \
  };

BW_LONG(Exp, exp)
BW_LONG(Expm1, expm1)
BW_LONG(Log, log)
BW_LONG(Log1p, log1p)
BW_LONG(Tanh, tanh)
BW_LONG(Sigmoid, sigmoid)
BW_LONG(Softplus, softplus)
BW_LONG(Erf, erf)

BW_OP(Rsqrt, "rsqrt", (V a), splat<V>(1) / sqrt(a))
BW_OP(Reciprocal, "reciprocal", (V a), splat<V>(1) / a)
BW_OP(Floor, "floor", (V a), round_to<kDown>(a))
BW_OP(Ceil, "ceil", (V a), round_to<kUp>(a))
BW_OP(Round, "round", (V a), round_to<kNearest>(a))
BW_OP(Abs, "abs", (V a), abs(a))
BW_OP(Sign, "sign", (V a), a > splat<V>(0) ? splat<V>(1) : (a < splat<V>(0) ? splat<V>(-1) : a))
BW_OP(Relu, "relu", (V a), a <= splat<V>(0) ? splat<V>(0) : a)
BW_OP(ReluGrad, "relu_grad", (V y, V g), y > splat<V>(0) ? g : splat<V>(0))
BW_OP(WhereGreater, "where_greater", (V a, V b, V g),
      a > b ? g : (a == b ? g * splat<V>(0.5) : splat<V>(0)))

// The nearest value of half precision, halves to even, as the float that it is stored as.
struct ToBfloat16 : Functor {
  template <class V>
  static V f(V a) {
    using U = Vec<std::uint32_t, sizeof(V) / 4>;
    const U u = (U)a, upper = U{} + 0xFFFF0000U;
    const U rounded = (u + 0x7FFFU + ((u >> 16) & 1U)) & upper;
    return a == a ? (V)rounded : (V)((u & upper) | 0x00400000U);
  }
};
struct ToFloat16 : Functor {
  template <class V>
  static V f(V a) {
    using U = Vec<std::uint32_t, sizeof(V) / 4>;
    const U sign = (U)a & 0x80000000U, u = (U)a ^ sign;
    const V x = (V)u;
    const V normal = (V)((u + 0xFFFU + ((u >> 13) & 1U)) & (U{} + 0xFFFFE000U));
    const V large = normal > splat<V>(65504) ? splat<V>(kInf) : normal;
    const V small = (x + splat<V>(0.5)) - splat<V>(0.5);  // in steps of 2^-24
    const V near = x < splat<V>(0x1p-14) ? small : large;
    return a == a ? (V)((U)near | sign) : a;
  }
};

// In double, since log x times y needs more digits than float has.
struct Pow : Functor {
  static constexpr bool kLong = true;
  static constexpr int kWidest = 8;
  static D f(D a, D b) { return pow<false>(a, b); }
  using Narrow = Vec<float, kLanesD>;
  static Narrow f(Narrow a, Narrow b) {
    return convert<Narrow>(pow<true>(convert<D>(a), convert<D>(b)));
  }
};

#define BW_TEST(Name, test)                                       \
  struct Name : Functor {                                         \
    template <class V>                                            \
    static auto f(V a) {                                          \
      return to_bytes<sizeof(V) / sizeof(a[0])>(test);            \
    }                                                             \
  };
BW_TEST(IsNan, a != a)
BW_TEST(IsInf, abs(a) == splat<V>(kInf))
BW_TEST(IsFinite, abs(a) < splat<V>(kInf))

#define BW_C1(Name, call)                                   \
  struct Name {                                             \
    static float f(float a) { return __builtin_##call##f(a); } \
    static double f(double a) { return __builtin_##call(a); }  \
  };
#define BW_C2(Name, call)                                                 \
  struct Name {                                                           \
    static float f(float a, float b) { return __builtin_##call##f(a, b); }   \
    static double f(double a, double b) { return __builtin_##call(a, b); }   \
  };
BW_C1(Sin, sin)
BW_C1(Cos, cos)
BW_C1(Tan, tan)
BW_C1(Asin, asin)
BW_C1(Acos, acos)
BW_C1(Atan, atan)
BW_C1(Sinh, sinh)
BW_C1(Cosh, cosh)
BW_C1(Asinh, asinh)
BW_C1(Acosh, acosh)
BW_C1(Atanh, atanh)
BW_C2(Atan2, atan2)

// Remainder and quotient of floor division, as NumPy defines them.
template <class T>
T remainder(T a, T b) {
  return sizeof(T) == 4 ? static_cast<T>(__builtin_fmodf(a, b))
                        : static_cast<T>(__builtin_fmod(a, b));
}
struct Mod {
  template <class T>
  static T f(T a, T b) {
    const T r = remainder(a, b);
    if (r == 0) return static_cast<T>(__builtin_copysign(0.0, b));
    return (r < 0) != (b < 0) ? r + b : r;
  }
};
struct FloorDiv {
  template <class T>
  static T f(T a, T b) {
    if (b == 0) return a / b;
    const T r = remainder(a, b);
    T q = (a - r) / b;
    if (r != 0 && (r < 0) != (b < 0)) q -= 1;
    if (q == 0) return static_cast<T>(__builtin_copysign(0.0, a / b));
    const T low = static_cast<T>(__builtin_floor(q));
    return q - low > T(0.5) ? low + 1 : low;
  }
};

template <class Op, class T>
constexpr StepKernel one(const char* name) {
  return step<Op, T, T>(name);
}
template <class Op, class T>
constexpr StepKernel two(const char* name) {
  return step<Op, T, T, T>(name);
}
template <class Op, class T>
constexpr StepKernel three(const char* name) {
  return step<Op, T, T, T, T>(name);
}
template <class Op, class T>
constexpr StepKernel test(const char* name) {
  return step<Op, Byte, T>(name);
}
template <class Op, class T>
constexpr StepKernel each1(const char* name) {
  return {name, kTypeOf<T>, kTypeOf<T>, kTypeOf<T>, 1, 1, run_each<Op, T, T>, {}};
}
template <class Op, class T>
constexpr StepKernel each2(const char* name) {
  return {name, kTypeOf<T>, kTypeOf<T>, kTypeOf<T>, 2, 1, run_each<Op, T, T, T>, {}};
}

#define BW_BOTH(kind, Op, name) kind<Op, float>(name), kind<Op, double>(name)

constexpr StepKernel kSteps[] = {
    BW_BOTH(one, Neg, "neg"),
    BW_BOTH(one, Abs, "abs"),
    BW_BOTH(one, Sign, "sign"),
    BW_BOTH(one, Exp, "exp"),
    BW_BOTH(one, Expm1, "expm1"),
    BW_BOTH(one, Log, "log"),
    BW_BOTH(one, Log1p, "log1p"),
    BW_BOTH(one, Sqrt, "sqrt"),
    BW_BOTH(one, Rsqrt, "rsqrt"),
    BW_BOTH(one, Reciprocal, "reciprocal"),
    BW_BOTH(one, Square, "square"),
    BW_BOTH(one, Tanh, "tanh"),
    BW_BOTH(one, Sigmoid, "sigmoid"),
    BW_BOTH(one, Softplus, "softplus"),
    BW_BOTH(one, Erf, "erf"),
    BW_BOTH(one, Floor, "floor"),
    BW_BOTH(one, Ceil, "ceil"),
    BW_BOTH(one, Round, "round"),
    BW_BOTH(one, Relu, "relu"),
    one<ToBfloat16, float>("to_bfloat16"),
    one<ToFloat16, float>("to_float16"),
    BW_BOTH(test, IsNan, "isnan"),
    BW_BOTH(test, IsInf, "isinf"),
    BW_BOTH(test, IsFinite, "isfinite"),
    BW_BOTH(two, Add, "add"),
    BW_BOTH(two, Sub, "sub"),
    BW_BOTH(two, Mul, "mul"),
    BW_BOTH(two, Div, "div"),
    BW_BOTH(two, Pow, "pow"),
    BW_BOTH(two, Maximum, "maximum"),
    BW_BOTH(two, Minimum, "minimum"),
    BW_BOTH(two, ReluGrad, "relu_grad"),
    BW_BOTH(three, Fma, "fma"),
    BW_BOTH(three, Lerp, "lerp"),
    BW_BOTH(three, WhereGreater, "where_greater"),
    BW_BOTH(each1, Sin, "sin"),
    BW_BOTH(each1, Cos, "cos"),
    BW_BOTH(each1, Tan, "tan"),
    BW_BOTH(each1, Asin, "asin"),
    BW_BOTH(each1, Acos, "acos"),
    BW_BOTH(each1, Atan, "atan"),
    BW_BOTH(each1, Sinh, "sinh"),
    BW_BOTH(each1, Cosh, "cosh"),
    BW_BOTH(each1, Asinh, "asinh"),
    BW_BOTH(each1, Acosh, "acosh"),
    BW_BOTH(each1, Atanh, "atanh"),
    BW_BOTH(each2, Atan2, "atan2"),
    BW_BOTH(each2, Mod, "mod"),
    BW_BOTH(each2, FloorDiv, "floordiv"),
};

}  // namespace

StepTable float_steps() { return {kSteps, sizeof kSteps / sizeof kSteps[0]}; }

}  // namespace brickwork::BW_ISA
