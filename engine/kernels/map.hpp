// The execution of a map: a list of steps, each a compiled loop over one block of values.
#pragma once
#include "math.hpp"

namespace brickwork::BW_ISA {

constexpr int kMaxSources = 8;
constexpr int kMaxKept = 2;

constexpr int kSmall = 16;  // values of a map whose steps pass their results in registers
constexpr int kRegisters = kSmall * 8 / BW_VECTOR_BYTES;
using Register = J;
template <int, class T>
using Same = T;

struct Step;
template <class K>
struct SmallRunOf;
template <int... K>
struct SmallRunOf<Indices<K...>> {
  using type = void (*)(const Step*, std::int64_t n, Same<K, Register>...);
};
using SmallRun = SmallRunOf<Count<kRegisters>::type>::type;

// The addresses of a tree's sources, and of inner values that are outs.
struct TreeOperands {
  const char* src[kMaxSources];
  std::int64_t along[kMaxSources];  // all bits, or none if one vector is used for all
  char* kept[kMaxKept];
  bool models;  // one value is one for each model
};

// One loop over a block; what it needs is in one cache line. Its sources are blocks, or one vector
// with the same value in every lane and a stride of 0, so scalars need no second set of loops.
struct alignas(64) Step {
  void (*run)(const Step&, std::int64_t n);
  SmallRun small;
  char* dst;  // in small maps null if no step reads the result from memory
  const char* src[3];
  union {
    char* out;                    // of a step in a small map: the address of an out, or null
    const TreeOperands* tree;     // of a tree, instead of src
    std::int64_t columns;         // of a step that repeats rows or columns
  };
  std::int16_t n;          // number of values if the step has its own count
  std::uint8_t stride[3];  // bytes from one vector of a source to the next
  std::uint8_t own;        // a bit for each source that is a block of our own
  bool whole;              // may write whole vectors: a block of our own, not an operand
};
static_assert(sizeof(Step) == 64);
using StepRun = void (*)(const Step&, std::int64_t n);

// A step's loops for small maps: without and with the result of the step before as one of its first
// two sources. Results stay in registers only if both steps have that many chunks.
struct SmallRuns {
  SmallRun plain = nullptr;
  SmallRun from[2] = {};
  int chunks = 0;
};

// A step that some op is compiled to for some dtypes. `first` is the dtype of the first source.
struct StepKernel {
  const char* op;
  DType first, rest, dst;
  int sources;
  int lanes;  // values per stride
  StepRun run;
  SmallRuns small;
};

struct StepTable {
  const StepKernel* kernels;
  int count;
};

// The kind of a tree's argument: an array, one value in place, or either of them (the value is then
// in every lane of a vector).
enum class Kind : std::uint8_t { array, value, any };

// An item of a tree of ops in prefix order: an op by its name, or an argument by its number.
struct Word {
  const char* op;
  int sources;
  int argument;
  Kind kind;  // of the argument
  int kept;   // the index in Step::kept at which the op's value is stored, or -1
  int swaps;  // the index of the op among the tree's commutative ones, or -1
};

// A tree of ops as one loop.
struct TreeKernel {
  const Word* words;
  int swaps;  // commutative ops
  int arguments;
  unsigned values;  // a bit for each argument of kind `value`
  int kept;
  DType type;
  int lanes;
  StepRun run;
};

struct TreeTable {
  const TreeKernel* kernels;
  int count;
};

StepTable float_steps();
StepTable other_steps();
TreeTable tree_steps();

namespace {

// Optional properties of a functor: the bytes of its widest inner lane (so that a step over narrow
// values takes fewer of them at once), and whether its code is too long to be in a loop twice.
struct Functor {
  static constexpr int kWidest = 1;
  static constexpr bool kLong = false;
};

constexpr int widest(int a) { return a; }
template <class... T>
constexpr int widest(int a, int b, T... rest) {
  return widest(a > b ? a : b, static_cast<int>(rest)...);
}

template <class Op, class Dst, class... Src>
constexpr int kLanesOf = BW_VECTOR_BYTES / widest(Op::kWidest, static_cast<int>(sizeof(Dst)),
                                                  static_cast<int>(sizeof(Src))...);

template <class T, int L>
inline Vec<T, L> load_some(const char* p, int n) {
  return n == L ? load<T, L>(p) : load<T, L>(p, n);
}

template <class T, int L>
inline void store_some(char* p, Vec<T, L> v, int n, bool whole) {
  if (whole || n == L) {
    store<T, L>(p, v);
  } else {
    store<T, L>(p, v, n);
  }
}

template <class Op, class Dst, class... Src, int... K>
inline void run_vectors(const Step& s, std::int64_t n, Indices<K...>) {
  constexpr int L = kLanesOf<Op, Dst, Src...>;
  char* dst = s.dst;
  const char* p[] = {s.src[K]...};
  const std::int64_t stride[] = {s.stride[K]...};
  if constexpr (!Op::kLong) {
    for (; n >= L; n -= L) {
      store<Dst, L>(dst, Op::f(load<Src, L>(p[K])...));
      dst += L * sizeof(Dst);
      ((p[K] += stride[K]), ...);
    }
    if (n > 0) {
      const int m = static_cast<int>(n);
      store_some<Dst, L>(dst, Op::f(load<Src, L>(p[K], m)...), m, s.whole);
    }
  } else {
    for (; n > 0; n -= L) {
      const int m = n < L ? static_cast<int>(n) : L;
      store_some<Dst, L>(dst, Op::f(load_some<Src, L>(p[K], m)...), m, s.whole);
      dst += L * sizeof(Dst);
      ((p[K] += stride[K]), ...);
    }
  }
}

template <class Op, class Dst, class... Src>
void run_step(const Step& s, std::int64_t n) {
  run_vectors<Op, Dst, Src...>(s, n, typename Count<sizeof...(Src)>::type{});
}

// One value at a time, for ops without vector code: rarer C functions, integer division.
template <class Op, class Dst, class... Src, int... K>
inline void run_values(const Step& s, std::int64_t n, Indices<K...>) {
  Dst* dst = reinterpret_cast<Dst*>(s.dst);
  const char* p[] = {s.src[K]...};
  for (std::int64_t i = 0; i < n; ++i) {
    dst[i] = Op::f(*reinterpret_cast<const Src*>(p[K])...);
    ((p[K] += s.stride[K]), ...);
  }
}

template <class Op, class Dst, class... Src>
void run_each(const Step& s, std::int64_t n) {
  run_values<Op, Dst, Src...>(s, n, typename Count<sizeof...(Src)>::type{});
}

template <class T>
constexpr DType kTypeOf = DType::boolean;
template <>
constexpr DType kTypeOf<float> = DType::f32;
template <>
constexpr DType kTypeOf<double> = DType::f64;
template <>
constexpr DType kTypeOf<std::int32_t> = DType::i32;
template <>
constexpr DType kTypeOf<std::int64_t> = DType::i64;

}  // namespace
}  // namespace brickwork::BW_ISA
