// Matrix products, by the micro-kernels of engine/gemm.
//
//   matmul        C = A B, A B^T or A^T B, then + bias, relu, and zero where mask <= 0; threads
//                 divide rows of C, or columns, so that each packs only a part of B
//   matmul_bf16   the same of operands that are rounded to bfloat16, and so is each step's result
//   batch_matmul  products of pairs of matrices along the leading axes, without an epilogue
#include <string.h>

#include "bf16.hpp"
#include "gemm/gemm.hpp"
#include "gemm/swapped.hpp"
#include "isa.hpp"
#include "matmul_models.hpp"

namespace brickwork::BW_ISA {
namespace {

// Slots of Call::n.
enum : int { kM, kN, kK, kLda, kLdb, kLdc, kFn, kScratch, kRelu, kBias, kMask, kTurned };

std::int64_t leading(const View& v) {
  std::int64_t count = 1;
  for (int d = 0; d + 1 < v.rank; ++d) count *= v.dims[d];
  return count;
}

// The function that `choose` stored: a Call has room for integers only.
template <class T>
GemmFn<T> chosen(const Call& c) {
  return reinterpret_cast<GemmFn<T>>(c.n[kFn]);  // NOLINT(performance-no-int-to-ptr)
}

constexpr std::int64_t kColumns = 64;  // of C, that threads share as one: whole panels of B

// Columns of C: all of them, or groups [lo, hi) of them.
struct Range {
  std::int64_t first, last;
};

template <bool Columns>
Range columns_of(const Call& c, std::int64_t lo, std::int64_t hi) {
  const std::int64_t all = c.n[kN];
  if (!Columns) return {0, all};
  return {lo * kColumns, hi * kColumns < all ? hi * kColumns : all};
}

// Written only where it changes: a load of several fields would wait for a store to one of them.
template <class T>
inline void renew(T& field, T value) {
  if (field != value) field = value;
}

// A product's operands, from a column of C on, as GemmArgs or Bf16Product.
template <class T, class Product>
inline void point(Product& g, const Call& c, std::int64_t first) {
  renew(g.a, static_cast<const T*>(c.p[1]));
  renew(g.b, static_cast<const T*>(c.p[2]) + (c.n[kTurned] ? first * c.n[kLdb] : first));
  renew(g.c, static_cast<T*>(c.p[0]) + first);
}

template <class T, class Epilogue>
inline void point_epilogue(Epilogue& e, const Call& c, std::int64_t first) {
  if (c.n[kBias]) renew(e.bias, static_cast<const T*>(c.p[c.n[kBias]]) + first);
  if (c.n[kMask]) renew(e.mask, static_cast<const T*>(c.p[c.n[kMask]]) + first);
}

// A thread's arguments of a product, before its scratch: sizes are filled in when it is bound, so
// that a run, which for small products is little more than this, sets pointers only.
template <class T>
constexpr std::int64_t kArguments = (sizeof(GemmArgs<T>) + 63) / 64 * 64;

// Rows [lo, hi) of C, or groups of its columns.
template <class T, bool Columns>
void run_matmul(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  char* const own = static_cast<char*>(c.own) + w.thread * c.n[kScratch];
  auto& g = *reinterpret_cast<GemmArgs<T>*>(own);
  const Range columns = columns_of<Columns>(c, lo, hi);
  point<T>(g, c, columns.first);
  point_epilogue<T>(g.epilogue, c, columns.first);
  if (Columns) renew(g.n, columns.last - columns.first);
  chosen<T>(c)(g, Columns ? 0 : lo, Columns ? g.m : hi, own + kArguments<T>);
}

template <class T>
void run_models(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const auto of = [&](std::int64_t slot) {
    return slot != 0 ? static_cast<const T*>(c.p[slot]) : nullptr;
  };
  const bool ta = c.n[kFn], tb = c.n[kTurned];
  const ModelsProduct<T> p{of(1),
                           ta ? 1 : c.n[kLda],
                           ta ? c.n[kLda] : 1,
                           of(2),
                           tb ? 1 : c.n[kLdb],
                           tb ? c.n[kLdb] : 1,
                           static_cast<T*>(c.p[0]),
                           c.n[kN],
                           c.n[kK],
                           of(c.n[kBias]),
                           of(c.n[kMask]),
                           c.n[kRelu] != 0,
                           static_cast<T*>(c.own)};
  models_product(p, lo, hi);
}

template <bool Columns>
void run_bf16(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  const Range columns = columns_of<Columns>(c, lo, hi);
  Bf16Product g{nullptr,
                c.n[kLda],
                nullptr,
                c.n[kLdb],
                nullptr,
                c.n[kLdc],
                c.n[kM],
                columns.last - columns.first,
                c.n[kK],
                nullptr,
                static_cast<int>(c.n[kRelu]),
                nullptr,
                c.n[kN]};
  point<float>(g, c, columns.first);
  point_epilogue<float>(g, c, columns.first);
  const auto run = reinterpret_cast<Bf16Run>(c.n[kFn]);  // NOLINT(performance-no-int-to-ptr)
  run(g, Columns ? 0 : lo, Columns ? g.m : hi,
      static_cast<char*>(c.own) + w.thread * c.n[kScratch]);
}

void choose_bf16(const Request& r, Call& c, bool ta, bool tb) {
  const Bf16Kernels* const fast = bf16_kernels();
  Bf16Run run = ta   ? mm::swapped<GemmKind::tn>
                : tb ? mm::swapped<GemmKind::nt>
                     : mm::swapped<GemmKind::nn>;
  if (fast) run = ta ? fast->tn : tb ? fast->nt : fast->nn;
  const std::int64_t bytes = fast ? fast->scratch : mm::swapped_scratch(c.n[kM], c.n[kN], c.n[kK]);
  c.n[kFn] = reinterpret_cast<std::int64_t>(run);
  c.n[kScratch] = (bytes + 63) / 64 * 64;
  c.own = r.own(r.context, c.n[kScratch] * r.threads);
}

template <class T>
void run_batch(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  const std::int64_t m = c.n[kM], n = c.n[kN], k = c.n[kK];
  char* const own = static_cast<char*>(c.own) + w.thread * c.n[kScratch];
  auto& g = *reinterpret_cast<GemmArgs<T>*>(own);
  for (std::int64_t i = lo; i < hi; ++i) {
    g.a = static_cast<const T*>(c.p[1]) + i * m * k;
    g.b = static_cast<const T*>(c.p[2]) + i * k * n;
    g.c = static_cast<T*>(c.p[0]) + i * m * n;
    chosen<T>(c)(g, 0, m, own + kArguments<T>);
  }
}

template <class T>
void choose(const Request& r, Call& c, bool ta, bool tb) {
  const GemmKind kind = ta ? GemmKind::tn : tb ? GemmKind::nt : GemmKind::nn;
  c.n[kFn] = reinterpret_cast<std::int64_t>(gemm_select<T>(kind, c.n[kM], c.n[kN], c.n[kK]));
  const std::int64_t bytes = gemm_scratch<T>(kind, c.n[kM], c.n[kN], c.n[kK]);
  c.n[kScratch] = kArguments<T> + (bytes + 63) / 64 * 64;
  char* const own = static_cast<char*>(r.own(r.context, c.n[kScratch] * r.threads));
  GemmArgs<T> g{nullptr,   c.n[kLda], nullptr, c.n[kLdb], nullptr,
                c.n[kLdc], c.n[kM],   c.n[kN], c.n[kK]};
  g.epilogue.act = static_cast<int>(c.n[kRelu]);
  g.epilogue.ld_mask = c.n[kN];
  for (int t = 0; t < r.threads; ++t) memcpy(own + t * c.n[kScratch], &g, sizeof g);
  c.own = own;
}

// Extents of C[m, n] = A B, with each operand given as (leading, last) in memory.
const char* measure(Call& c, bool ta, bool tb, std::int64_t a_rows, std::int64_t a_columns,
                    std::int64_t b_rows, std::int64_t b_columns) {
  c.n[kM] = ta ? a_columns : a_rows;
  c.n[kK] = ta ? a_rows : a_columns;
  c.n[kN] = tb ? b_rows : b_columns;
  c.n[kLda] = a_columns;
  c.n[kLdb] = b_columns;
  c.n[kLdc] = c.n[kN];
  return (tb ? b_columns : b_rows) == c.n[kK] ? nullptr : "inner extents of A and B differ";
}

const char* same_floats(const Request& r) {
  const DType t = r.outs[0].dtype;
  if (t != DType::f32 && t != DType::f64) return "needs floats";
  for (int i = 0; i < r.n_ins; ++i) {
    if (r.ins[i].dtype != t) return "operands differ in dtype";
  }
  return nullptr;
}

const char* bind_product(const Request& r, Call& c, bool bf16) {
  if (r.n_outs != 1 || (r.n_ints != 5 && r.n_ints != 6)) return "needs one output, 5 or 6 integers";
  const bool ta = r.ints[0], tb = r.ints[1], relu = r.ints[2];
  const int bias = r.ints[3] ? 2 : 0, mask = r.ints[4] ? (bias ? 3 : 2) : 0;
  if (r.n_ins != 2 + (bias > 0) + (mask > 0)) return "wrong number of inputs";
  if (ta && tb) return "both operands transposed; transpose one by copy";
  if (const char* why = same_floats(r)) return why;
  const View &a = r.ins[0], &b = r.ins[1], &out = r.outs[0];
  if (a.rank < 1 || b.rank < 1 || out.rank < 1) return "operands need a rank of at least 1";
  if (const char* why =
          measure(c, ta, tb, leading(a), a.dims[a.rank - 1], leading(b), b.dims[b.rank - 1])) {
    return why;
  }
  if (out.dims[out.rank - 1] != c.n[kN] || leading(out) != c.n[kM]) return "C has another shape";
  if (bias && r.ins[bias].size != c.n[kN]) return "bias has another length";
  if (mask && r.ins[mask].size != out.size) return "mask has another size";
  c.n[kRelu] = relu;
  c.n[kBias] = bias ? bias + 1 : 0;
  c.n[kMask] = mask ? mask + 1 : 0;
  c.n[kTurned] = tb;
  if (r.models > 1) {
    if (bf16) return "does not run several models side by side";
    c.n[kFn] = ta;  // instead of a function
    const std::int64_t m = c.n[kM], n = c.n[kN], k = c.n[kK];
    c.own = nullptr;
    if (m * k >= kPackFrom || k * n >= kPackFrom) {
      c.own = r.own(r.context, k * (n + kTileRows) * r.models * item_bytes(out.dtype));
    }
    c.rows = c.n[kN] > 0 ? c.n[kM] : 0;
    c.run = out.dtype == DType::f32 ? run_models<float> : run_models<double>;
    return nullptr;
  }
  const bool columns = r.n_ints == 6 && r.ints[5];
  if (columns && (ta || c.n[kN] < 2 * kColumns)) return "few columns, or A^T: share rows";
  c.rows = columns ? (c.n[kN] + kColumns - 1) / kColumns : c.n[kN] > 0 ? c.n[kM] : 0;
  if (bf16) {
    if (out.dtype != DType::f32) return "needs float32";
    choose_bf16(r, c, ta, tb);
    c.run = columns ? run_bf16<true> : run_bf16<false>;
  } else if (out.dtype == DType::f32) {
    choose<float>(r, c, ta, tb);
    c.run = columns ? run_matmul<float, true> : run_matmul<float, false>;
  } else {
    choose<double>(r, c, ta, tb);
    c.run = columns ? run_matmul<double, true> : run_matmul<double, false>;
  }
  return nullptr;
}

const char* bind_matmul(const Request& r, Call& c) { return bind_product(r, c, false); }
const char* bind_bf16(const Request& r, Call& c) { return bind_product(r, c, true); }

const char* bind_batch(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 2 || r.n_ints != 2) return "needs A, B, C and 2 integers";
  const bool ta = r.ints[0], tb = r.ints[1];
  if (ta && tb) return "both operands transposed; transpose one by copy";
  if (const char* why = same_floats(r)) return why;
  const View &a = r.ins[0], &b = r.ins[1], &out = r.outs[0];
  if (a.rank < 2 || b.rank != a.rank || out.rank != a.rank) return "operands need one rank >= 2";
  std::int64_t batch = 1;
  for (int d = 0; d + 2 < a.rank; ++d) {
    if (a.dims[d] != b.dims[d] || a.dims[d] != out.dims[d]) return "batch axes differ";
    batch *= a.dims[d];
  }
  const int row = a.rank - 2, column = a.rank - 1;
  if (const char* why =
          measure(c, ta, tb, a.dims[row], a.dims[column], b.dims[row], b.dims[column])) {
    return why;
  }
  if (out.dims[row] != c.n[kM] || out.dims[column] != c.n[kN]) return "C has another shape";
  c.rows = c.n[kN] > 0 ? batch : 0;
  if (out.dtype == DType::f32) {
    choose<float>(r, c, ta, tb);
    c.run = run_batch<float>;
  } else {
    choose<double>(r, c, ta, tb);
    c.run = run_batch<double>;
  }
  return nullptr;
}

}  // namespace

BW_KERNELS(matmul) = {
    {"matmul", bind_matmul, true},
    {"matmul_bf16", bind_bf16},
    {"batch_matmul", bind_batch},
    {},
};
}  // namespace brickwork::BW_ISA
