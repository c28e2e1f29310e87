// Every kernel, called as by the engine: any split of its rows gives the same bits as one call over
// all of them, and nothing is read or written after an operand that ends at the end of a page. For
// each instruction set of the build that the machine has, or the one in BRICKWORK_ISA.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "check.hpp"
#include "dispatch.hpp"
#include "system.hpp"

using namespace brickwork;

namespace {

std::string tested;  // the instruction set
std::mt19937 random_bits(1);
int below(int n) { return static_cast<int>(random_bits() % static_cast<unsigned>(n)); }

// Values that end where memory ends: a read or write beyond them faults.
class Array {
 public:
  Array(DType type, std::vector<std::int64_t> dims) {
    view.dtype = type;
    view.rank = static_cast<int>(dims.size());
    for (int i = 0; i < view.rank; ++i) {
      view.size *= view.dims[i] = dims[static_cast<std::size_t>(i)];
    }
    bytes = static_cast<std::size_t>(view.size * item_bytes(type));
    end = take_guarded(bytes);
    view.data = end - bytes;
    fill();
  }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  ~Array() { free_guarded(end, bytes); }

  void fill() {
    for (std::int64_t i = 0; i < view.size; ++i) {
      const double x = (below(2000) - 1000) / 250.0;
      switch (view.dtype) {
        case DType::f32: static_cast<float*>(view.data)[i] = static_cast<float>(x); break;
        case DType::f64: static_cast<double*>(view.data)[i] = x; break;
        case DType::i32: static_cast<std::int32_t*>(view.data)[i] = below(9); break;
        case DType::i64: static_cast<std::int64_t*>(view.data)[i] = below(9); break;
        case DType::boolean: static_cast<unsigned char*>(view.data)[i] = below(2) != 0; break;
      }
    }
  }
  // The bytes, with one bit pattern for all NaNs: which of two added NaNs results is unspecified.
  std::string content() const {
    std::string copy(static_cast<const char*>(view.data), bytes);
    if (view.dtype == DType::f32) one_nan<float>(copy);
    if (view.dtype == DType::f64) one_nan<double>(copy);
    return copy;
  }

  View view;
  std::size_t bytes = 0;

 private:
  template <class T>
  static void one_nan(std::string& bytes) {
    const T nan = std::numeric_limits<T>::quiet_NaN();
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
      T value;
      std::memcpy(&value, &bytes[at], sizeof value);
      if (value != value) std::memcpy(&bytes[at], &nan, sizeof nan);
    }
  }

  char* end = nullptr;
};

struct Freed {
  void operator()(void* p) const { free_aligned(p); }
};

// A kernel bound to its own operands.
class Bound {
 public:
  std::vector<std::unique_ptr<Array>> outs, ins;
  std::vector<std::int64_t> ints;
  std::vector<double> reals;
  std::vector<MapStep> steps;
  std::vector<Spread> spreads;
  std::vector<DType> slots;
  std::int64_t rows = 0, columns = 0;

  Array& out(DType t, std::vector<std::int64_t> dims) {
    return *outs.emplace_back(std::make_unique<Array>(t, std::move(dims)));
  }
  Array& in(DType t, std::vector<std::int64_t> dims) {
    return *ins.emplace_back(std::make_unique<Array>(t, std::move(dims)));
  }

  void check(const char* name) {
    Call call;
    const char* wrong = bind(name, call);
    if (wrong != nullptr) std::printf("%s: %s\n", name, wrong);
    CHECK(wrong == nullptr);
    if (wrong == nullptr) splits(name, call);
  }

  // Returns null or what the kernel finds wrong.
  const char* bind(const char* name, Call& call) {
    const Kernel* kernel = find_kernel(name, tested);
    CHECK(kernel != nullptr);
    std::vector<View> out_views, in_views;
    int p = 0;
    for (auto& a : outs) call.p[p++] = out_views.emplace_back(a->view).data;
    for (auto& a : ins) call.p[p++] = in_views.emplace_back(a->view).data;
    const MapCode code{rows,
                       columns,
                       spreads.data(),
                       steps.data(),
                       static_cast<int>(steps.size()),
                       slots.data(),
                       static_cast<int>(slots.size())};
    const Request request{out_views.data(),
                          static_cast<int>(outs.size()),
                          in_views.data(),
                          static_cast<int>(ins.size()),
                          ints.data(),
                          static_cast<int>(ints.size()),
                          reals.data(),
                          static_cast<int>(reals.size()),
                          steps.empty() ? nullptr : &code,
                          2,
                          1,
                          nullptr,
                          own,
                          this};
    return kernel->bind(request, call);
  }

 private:
  std::vector<std::unique_ptr<void, Freed>> memory;

  static void* own(void* context, std::int64_t bytes) {
    const auto size = static_cast<std::size_t>((bytes + 63) / 64 * 64 + 64);
    void* p = take_aligned(64, size);
    std::memset(p, 0, size);
    static_cast<Bound*>(context)->memory.emplace_back(p);
    return p;
  }

  std::string result() const {
    std::string all;
    for (const auto& a : outs) all += a->content();
    return all;
  }

  void run(const Call& call, std::int64_t lo, std::int64_t hi, int thread) {
    int stop = kGoOn;
    Worker worker{thread, 2, &stop};
    call.run(call, lo, hi, worker);
    CHECK(stop == kGoOn);
  }

  void splits(const char* name, const Call& call) {
    run(call, 0, call.rows, 0);
    const std::string whole = result();
    for (int trial = 0; trial < 6; ++trial) {
      for (auto& a : outs) a->fill();
      std::vector<std::int64_t> cuts{0, call.rows};
      for (int i = 0; i < trial; ++i) cuts.push_back(below(static_cast<int>(call.rows) + 1));
      std::sort(cuts.begin(), cuts.end());
      for (std::size_t i = cuts.size() - 1; i > 0; --i) {
        run(call, cuts[i - 1], cuts[i], static_cast<int>(i % 2));
      }
      if (result() != whole)
        std::printf("%s: a split of %lld rows differs\n", name, static_cast<long long>(call.rows));
      CHECK(result() == whole);
    }
  }
};

const std::int64_t kSizes[] = {1, 2, 3, 7, 8, 10, 15, 16, 17, 31, 33, 64, 115, 256, 257, 1000};

// One op over each mixture of full and scalar operands.
void check_op(const char* op, DType out, std::vector<DType> in) {
  for (const std::int64_t n : kSizes) {
    for (int scalars = 0; scalars < 1 << in.size(); ++scalars) {
      Bound b;
      b.rows = n;
      b.columns = 1;
      b.out(out, {n});
      b.slots = {out};
      b.spreads = {Spread::full};
      MapStep step{op, 0, {0, 0, 0}, static_cast<int>(in.size())};
      for (std::size_t i = 0; i < in.size(); ++i) {
        const bool scalar = scalars >> i & 1;
        b.in(in[i], {scalar ? 1 : n});
        b.slots.push_back(in[i]);
        b.spreads.push_back(scalar ? Spread::scalar : Spread::full);
        step.src[i] = static_cast<int>(i) + 1;
      }
      b.steps.push_back(step);
      b.check("map");
    }
  }
}

void ops() {
  const char* const one[] = {
      "neg",   "abs",    "sign", "exp",     "expm1",    "log",        "log1p", "sqrt",
      "rsqrt", "square", "tanh", "sigmoid", "softplus", "erf",        "sin",   "cos",
      "tan",   "asin",   "acos", "atan",    "sinh",     "cosh",       "asinh", "acosh",
      "atanh", "floor",  "ceil", "round",   "relu",     "reciprocal", "copy"};
  const char* const two[] = {"add",     "sub", "mul",      "div",   "pow",      "maximum",
                             "minimum", "mod", "floordiv", "atan2", "relu_grad"};
  const char* const three[] = {"fma", "lerp", "where_greater"};
  const char* const compared[] = {"eq", "ne", "lt", "le", "gt", "ge"};
  const DType all[] = {DType::f32, DType::f64, DType::i32, DType::i64, DType::boolean};
  for (const DType t : {DType::f32, DType::f64}) {
    for (const char* op : one) check_op(op, t, {t});
    for (const char* op : two) check_op(op, t, {t, t});
    for (const char* op : three) check_op(op, t, {t, t, t});
    for (const char* op : {"isnan", "isinf", "isfinite"}) check_op(op, DType::boolean, {t});
  }
  for (const DType t : {DType::i32, DType::i64}) {
    for (const char* op : {"add", "sub", "mul", "maximum", "minimum", "mod", "floordiv", "pow"}) {
      check_op(op, t, {t, t});
    }
    for (const char* op : {"neg", "abs", "sign", "square", "relu", "floor", "ceil", "round"}) {
      check_op(op, t, {t});
    }
    for (const char* op : {"isnan", "isinf", "isfinite"}) check_op(op, DType::boolean, {t});
  }
  for (const DType t : all) {
    for (const char* op : compared) check_op(op, DType::boolean, {t, t});
    check_op("where", t, {DType::boolean, t, t});
    for (const DType to : all) check_op("cast", to, {t});
  }
  for (const char* op : {"and", "or", "xor"}) {
    check_op(op, DType::boolean, {DType::boolean, DType::boolean});
  }
  check_op("not", DType::boolean, {DType::boolean});
}

// A random map: several outs, every spread, values that are read several times.
void random_map(DType t) {
  const char* const two[] = {"add", "sub", "mul", "maximum", "minimum"};
  const char* const one[] = {"neg", "square", "exp", "relu", "copy", "sigmoid"};
  Bound b;
  b.rows = 1 + below(40);
  b.columns = below(2) ? 1 + below(12) : 1 + below(600);
  if (below(3) == 0) b.rows = 1 + below(3), b.columns = 1 + below(6);
  const int n_outs = 1 + below(3), n_ins = 1 + below(5), scratch = 2 + below(4);
  for (int i = 0; i < n_outs; ++i) {
    b.out(t, {b.rows, b.columns});
    b.spreads.push_back(Spread::full);
  }
  for (int i = 0; i < n_ins; ++i) {
    const Spread s = static_cast<Spread>(below(4));
    b.spreads.push_back(s);
    if (s == Spread::full) b.in(t, {b.rows, b.columns});
    if (s == Spread::scalar) b.in(t, {});
    if (s == Spread::row) b.in(t, {b.columns});
    if (s == Spread::column) b.in(t, {b.rows});
  }
  b.slots.assign(static_cast<std::size_t>(n_outs + n_ins + scratch), t);
  std::vector<int> written;
  for (int i = 0; i < n_ins; ++i) written.push_back(n_outs + i);
  const int n_steps = 4 + below(30);
  for (int i = 0; i < n_steps; ++i) {
    const int last = i - (n_steps - n_outs);  // the last steps write the outs
    const int dst = last >= 0 ? last : below(4) ? n_outs + n_ins + below(scratch) : below(n_outs);
    const auto any = [&] {
      const std::size_t n = written.size(), recent = std::min<std::size_t>(n, 3);
      return written[below(3) ? n - 1 - random_bits() % recent : random_bits() % n];
    };
    const bool both = below(3) != 0;
    b.steps.push_back({both ? two[below(5)] : one[below(6)], dst, {any(), any(), 0}, both ? 2 : 1});
    written.push_back(dst);
  }
  b.check("map");
}

// Code that does not fit its operands is refused before a slot is read that is not there.
void refused_maps() {
  const auto refused = [](std::size_t slots, MapStep step, const std::string& why) {
    Bound b;
    b.rows = 4;
    b.columns = 1;
    b.out(DType::f32, {4});
    b.in(DType::f32, {4});
    b.spreads = {Spread::full, Spread::full};
    b.slots.assign(slots, DType::f32);
    b.steps.push_back(step);
    Call call;
    const char* wrong = b.bind("map", call);
    if (wrong == nullptr || wrong != why) std::printf("%s\n", wrong == nullptr ? "bound" : wrong);
    CHECK(wrong != nullptr && wrong == why);
  };
  refused(1, {"neg", 0, {0, 0, 0}, 1}, "fewer slots than operands");
  refused(2, {"neg", 2, {1, 0, 0}, 1}, "a step writes a slot that is not there");
  refused(2, {"neg", 1, {1, 0, 0}, 1}, "a step writes one of the ins");
  refused(2, {"neg", 0, {2, 0, 0}, 1}, "a step reads a slot that is not there");
  refused(3, {"neg", 0, {2, 0, 0}, 1}, "a step reads a slot before it is written");
  refused(2, {"knit", 0, {1, 0, 0}, 1}, "no op of these dtypes is named knit");
  refused(3, {"neg", 2, {1, 0, 0}, 1}, "an out is never written");
  refused(1000, {"neg", 0, {1, 0, 0}, 1}, "more steps than one map may have");
}

void along_axes() {
  for (const DType t : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    for (const auto& [o, r, i] : std::vector<std::array<std::int64_t, 3>>{{1, 10, 1},
                                                                          {1, 1000, 1},
                                                                          {7, 3, 1},
                                                                          {33, 129, 1},
                                                                          {1, 10, 8},
                                                                          {1, 33, 100},
                                                                          {4, 6, 5},
                                                                          {3, 7, 130},
                                                                          {1, 64, 515},
                                                                          {1, 9, 1100}}) {
      for (const char* name : {"reduce_sum", "reduce_prod", "reduce_max", "reduce_min"}) {
        Bound b;
        b.out(t, {o, i});
        b.in(t, {o, r, i});
        b.ints = {o, r, i};
        b.check(name);
      }
      for (const char* name : {"argmax", "argmin"}) {
        Bound b;
        b.out(DType::i32, {o, i});
        b.in(t, {o, r, i});
        b.ints = {o, r, i};
        b.check(name);
      }
      Bound b;
      b.out(t, {o, r, i});
      b.in(t, {o, r, i});
      b.ints = {o, r, i};
      b.check("cumsum");
      Bound sorted;
      sorted.out(DType::i32, {o * i, r});
      sorted.in(t, {o * i, r});
      sorted.ints = {o * i, r, o % 2};
      sorted.check("argsort");
    }
  }
  for (const DType t : {DType::f32, DType::f64}) {
    for (const std::int64_t n : kSizes) {
      Bound b;
      b.out(t, {9, n});
      b.in(t, {9, n});
      b.ints = {9, n};
      b.check("softmax");
    }
  }
}

void moved_and_made() {
  for (const DType t : {DType::f32, DType::f64, DType::i64, DType::boolean}) {
    for (const auto& [m, n] : {std::pair<std::int64_t, std::int64_t>{1, 5}, {7, 9}, {40, 33}}) {
      Bound turned;
      turned.out(t, {n, m});
      turned.in(t, {m, n});
      turned.ints = {2, n, m, 0, 1, n, 0, m, 1};
      turned.check("copy");
      Bound filled;
      filled.out(t, {m, n});
      filled.reals.push_back(1.0);
      filled.check("fill");
      Bound taken;
      taken.out(t, {m, n});
      taken.in(t, {9, n});
      taken.in(m % 2 ? DType::i32 : DType::i64, {m});
      taken.check("take");
    }
  }
  for (const DType t : {DType::f32, DType::f64}) {
    for (const std::int64_t n : kSizes) {
      Bound added;
      added.out(t, {9, n});
      added.in(DType::i64, {20});
      added.in(t, {20, n});
      added.check("scatter_add");
      for (const char* name : {"random_uniform", "random_normal"}) {
        Bound drawn;
        drawn.out(t, {5, n});
        drawn.in(DType::i64, {});
        drawn.in(DType::i64, {});
        drawn.ints.push_back(3);
        drawn.check(name);
      }
    }
    Bound counted;
    counted.out(t, {3, 4, 5});
    counted.ints = {3, 4, 5};
    counted.check("iota");
  }
}

void test(const std::string& isa) {
  std::printf("%s\n", isa.c_str());
  tested = isa;
  random_bits.seed(1);
  ops();
  for (int i = 0; i < 400; ++i) random_map(i % 3 ? DType::f32 : DType::f64);
  refused_maps();
  along_axes();
  moved_and_made();
}

// The features that dispatch reads from the processor agree with those of the compiler's library.
void processor_is_known() {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vl");
  for (const std::string& isa : usable_isas()) {
    CHECK((isa != "avx2" || avx2) && (isa != "avx512" || avx512));
  }
  const std::string best = usable_isas()[0];
  const bool all = find_kernel("guard", "avx512") != nullptr;  // not with a limited BRICKWORK_ISAS
  CHECK(!all || best == (avx512 ? "avx512" : avx2 ? "avx2" : "base"));
#endif
}

}  // namespace

int main() {
  processor_is_known();
  if (std::getenv("BRICKWORK_ISA") != nullptr) {
    test(isa());
  } else {
    for (const std::string& name : usable_isas()) test(name);
  }
  return failures();
}
