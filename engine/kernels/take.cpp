// take: rows of a table by their ids. scatter_add: its gradient, which adds rows at their ids.
//
// An id outside of the table stops the step; nothing outside is ever read or written.
#include <string.h>

#include "isa.hpp"

namespace brickwork::BW_ISA {
namespace {

// n: table rows, bytes (take) or values (scatter_add) of a row, ids.
template <class Id>
void run_take(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  const std::int64_t rows = c.n[0], bytes = c.n[1];
  const Id* const ids = static_cast<const Id*>(c.p[2]);
  for (std::int64_t k = lo; k < hi; ++k) {
    char* const out = static_cast<char*>(c.p[0]) + k * bytes;
    const std::int64_t id = ids[k];
    if (__builtin_expect(id < 0 || id >= rows, 0)) {
      *w.stop = kOutOfRange;
      memset(out, 0, bytes);
      continue;
    }
    memcpy(out, static_cast<const char*>(c.p[1]) + id * bytes, bytes);
  }
}

// The same of several models: value i of a row is at i * models + m, m the model whose id it is.
template <class T, class Id>
void run_take_models(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  const std::int64_t rows = c.n[0], width = c.n[1], models = c.n[3];
  const Id* const ids = static_cast<const Id*>(c.p[2]);
  const T* const table = static_cast<const T*>(c.p[1]);
  for (std::int64_t k = lo; k < hi; ++k) {
    T* const out = static_cast<T*>(c.p[0]) + k * width * models;
    for (std::int64_t m = 0; m < models; ++m) {
      const std::int64_t id = ids[k * models + m];
      const bool inside = id >= 0 && id < rows;
      if (__builtin_expect(!inside, 0)) *w.stop = kOutOfRange;
      for (std::int64_t i = 0; i < width; ++i) {
        out[i * models + m] = inside ? table[(id * width + i) * models + m] : T{};
      }
    }
  }
}

template <class Id>
Run take_models(DType type) {
  switch (item_bytes(type)) {
    case 8: return run_take_models<std::int64_t, Id>;
    case 4: return run_take_models<std::int32_t, Id>;
    default: return run_take_models<unsigned char, Id>;
  }
}

const char* bind_take(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 2) return "needs an out, a table and ids";
  const View& table = r.ins[0];
  const View& ids = r.ins[1];
  if (table.rank < 1) return "the table needs a first dimension to take from";
  if (r.outs[0].dtype != table.dtype) return "out and table must have one dtype";
  if (ids.dtype != DType::i32 && ids.dtype != DType::i64) return "ids are int32 or int64";
  const std::int64_t width = table.dims[0] > 0 ? table.size / table.dims[0]
                             : ids.size > 0    ? r.outs[0].size / ids.size
                                               : 0;
  if (r.outs[0].size != ids.size * width) return "the out's size is not ids * row";
  c.n[0] = table.dims[0];
  c.n[1] = width * item_bytes(table.dtype);
  c.rows = ids.size;
  const bool narrow = ids.dtype == DType::i32;
  c.run = narrow ? run_take<std::int32_t> : run_take<std::int64_t>;
  if (r.models > 1) {
    c.n[1] = width;
    c.n[3] = r.models;
    c.run =
        narrow ? take_models<std::int32_t>(table.dtype) : take_models<std::int64_t>(table.dtype);
  }
  return nullptr;
}

// Threads divide the rows of the table: each reads all ids and adds those in its share, in order.
template <class T, class Id>
void run_scatter(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  const std::int64_t rows = c.n[0], width = c.n[1], count = c.n[2];
  T* const out = static_cast<T*>(c.p[0]);
  const Id* const ids = static_cast<const Id*>(c.p[1]);
  const T* const grads = static_cast<const T*>(c.p[2]);
  if (lo >= hi) return;
  memset(out + lo * width, 0, (hi - lo) * width * sizeof(T));
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t id = ids[k];
    if (__builtin_expect(id < 0 || id >= rows, 0)) *w.stop = kOutOfRange;
    if (id < lo || id >= hi) continue;
    T* const to = out + id * width;
    const T* const from = grads + k * width;
    BW_INDEPENDENT
    for (std::int64_t i = 0; i < width; ++i) to[i] += from[i];
  }
}

template <class T, class Id>
void run_scatter_models(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  const std::int64_t rows = c.n[0], width = c.n[1], count = c.n[2], models = c.n[3];
  T* const out = static_cast<T*>(c.p[0]);
  const Id* const ids = static_cast<const Id*>(c.p[1]);
  const T* const grads = static_cast<const T*>(c.p[2]);
  if (lo >= hi) return;
  memset(out + lo * width * models, 0, (hi - lo) * width * models * sizeof(T));
  for (std::int64_t k = 0; k < count; ++k) {
    for (std::int64_t m = 0; m < models; ++m) {
      const std::int64_t id = ids[k * models + m];
      if (__builtin_expect(id < 0 || id >= rows, 0)) *w.stop = kOutOfRange;
      if (id < lo || id >= hi) continue;
      for (std::int64_t i = 0; i < width; ++i) {
        out[(id * width + i) * models + m] += grads[(k * width + i) * models + m];
      }
    }
  }
}

template <class T>
Run scatter_of(bool narrow, bool models) {
  if (models) {
    return narrow ? run_scatter_models<T, std::int32_t> : run_scatter_models<T, std::int64_t>;
  }
  return narrow ? run_scatter<T, std::int32_t> : run_scatter<T, std::int64_t>;
}

const char* bind_scatter(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 2) return "needs an out, ids and gradients";
  const View& out = r.outs[0];
  const View& ids = r.ins[0];
  if (out.rank < 1) return "the out needs a first dimension";
  if (ids.dtype != DType::i32 && ids.dtype != DType::i64) return "ids are int32 or int64";
  if (out.dtype != r.ins[1].dtype) return "out and gradients must have one dtype";
  const std::int64_t width = out.dims[0] > 0 ? out.size / out.dims[0] : 0;
  if (out.dims[0] > 0 && r.ins[1].size != ids.size * width) return "gradients are not ids * row";
  c.n[0] = out.dims[0];
  c.n[1] = width;
  c.n[2] = ids.size;
  c.n[3] = r.models;
  c.rows = out.dims[0];
  const bool narrow = ids.dtype == DType::i32;
  if (out.dtype == DType::f32) {
    c.run = scatter_of<float>(narrow, r.models > 1);
  } else if (out.dtype == DType::f64) {
    c.run = scatter_of<double>(narrow, r.models > 1);
  } else {
    return "adds float32 or float64";
  }
  return nullptr;
}

}  // namespace

BW_KERNELS(take) = {
    {"take", bind_take, true},
    {"scatter_add", bind_scatter, true},
    {},
};

}  // namespace brickwork::BW_ISA
