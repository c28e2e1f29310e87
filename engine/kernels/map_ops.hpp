// The ops that also occur in fused trees; all others are in the file of their table.
#pragma once
#include "map.hpp"

namespace brickwork::BW_ISA {
namespace {

#define BW_OP(Name, text, args, expression)   \
  struct Name : Functor {                     \
    [[maybe_unused]] static constexpr const char* kName = text; \
    template <class V>                        \
    static V f args {                         \
      return expression;                      \
    }                                         \
  };

BW_OP(Neg, "neg", (V a), -a)
BW_OP(Sqrt, "sqrt", (V a), sqrt(a))
BW_OP(Square, "square", (V a), a* a)
BW_OP(Add, "add", (V a, V b), a + b)
BW_OP(Sub, "sub", (V a, V b), a - b)
BW_OP(Mul, "mul", (V a, V b), a* b)
BW_OP(Div, "div", (V a, V b), a / b)
BW_OP(Maximum, "maximum", (V a, V b), a != a ? a : (a > b ? a : b))
BW_OP(Minimum, "minimum", (V a, V b), a != a ? a : (a < b ? a : b))
BW_OP(Fma, "fma", (V a, V b, V c), fma(a, b, c))
BW_OP(Lerp, "lerp", (V a, V b, V t), fma(b - a, t, a))

}  // namespace
}  // namespace brickwork::BW_ISA
