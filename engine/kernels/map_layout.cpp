// Lays a map's values out in memory and writes its steps.
#include "map_layout.hpp"

#include <string.h>

#include "map_small.hpp"

namespace brickwork::BW_ISA {
namespace {

// Steps that move operands which cannot be read in place.

// One value into every lane.
template <class T>
inline void splat_line(const Step& s) {
  constexpr int L = BW_VECTOR_BYTES / sizeof(T);
  T x;
  memcpy(&x, s.src[0], sizeof x);
  for (int i = 0; i < kLine; i += BW_VECTOR_BYTES) store<T, L>(s.dst + i, Vec<T, L>{} + x);
}
template <class T>
void run_splat(const Step& s, std::int64_t) {
  splat_line<T>(s);
}

template <class T>
void run_keep(const Step& s, std::int64_t) {
  memcpy(s.dst, s.src[0], sizeof(T));
}

// The same of several models: the value of each.
template <class T>
void run_splat_models(const Step& s, std::int64_t) {
  memcpy(s.dst, s.src[0], kLanesF * sizeof(T));
}
template <class T>
void run_keep_models(const Step& s, std::int64_t) {
  memcpy(s.dst, s.src[0], kLanesF * sizeof(T));
}
template <class T>
void run_stretch_models(const Step& s, std::int64_t n) {
  constexpr std::int64_t kBytes = kLanesF * sizeof(T);
  const char* src = s.src[0];
  char* dst = s.dst;
  for (; n > 0; n -= s.columns, src += kBytes) {
    for (std::int64_t i = 0; i < s.columns; i += kLanesF, dst += kBytes) memcpy(dst, src, kBytes);
  }
}

// Repeats a row's values.
template <class T>
void run_repeat(const Step& s, std::int64_t n) {
  const std::int64_t bytes = n * sizeof(T);
  std::int64_t done = s.columns * sizeof(T);
  memcpy(s.dst, s.src[0], done);
  while (done < bytes) {
    const std::int64_t more = bytes - done < done ? bytes - done : done;
    memcpy(s.dst + done, s.dst, more);
    done += more;
  }
}

// Repeats each value for all columns. Writes whole vectors, over the place of the next value or the
// slack.
template <class T>
void run_stretch(const Step& s, std::int64_t n) {
  constexpr int L = BW_VECTOR_BYTES / sizeof(T);
  const std::int64_t columns = s.columns;
  const T* src = reinterpret_cast<const T*>(s.src[0]);
  T* dst = reinterpret_cast<T*>(s.dst);
  for (; n > 0; n -= columns, ++src, dst += columns) {
    const Vec<T, L> v = Vec<T, L>{} + *src;
    for (std::int64_t i = 0; i < columns; i += L) store<T, L>(dst + i, v);
  }
}

// Steps of small maps without a version in registers.

template <int... K>
struct Jumps {
  template <class T>
  static void splat(const Step* s, std::int64_t n, Same<K, Register>... r) {
    splat_line<T>(*s);
    return s[1].small(s + 1, n, r...);
  }
  static void once(const Step* s, std::int64_t n, Same<K, Register>...) {
    s->run(*s, s->n);
    return s[1].small(s + 1, n, Same<K, Register>{}...);
  }
  static void other(const Step* s, std::int64_t n, Same<K, Register>...) {
    s->run(*s, n);
    return s[1].small(s + 1, n, Same<K, Register>{}...);
  }
  static void finish(const Step*, std::int64_t, Same<K, Register>...) {}
};
template <int... K>
Jumps<K...> jumps_of(Indices<K...>);
using Jump = decltype(jumps_of(Count<kRegisters>::type{}));

struct Movers {
  StepRun splat, keep, repeat, stretch;
  SmallRun small_splat;
};
template <class T>
constexpr Movers kMoversOf[] = {
    {run_splat<T>, run_keep<T>, run_repeat<T>, run_stretch<T>, Jump::splat<T>},
    {run_splat_models<T>, run_keep_models<T>, run_repeat<T>, run_stretch_models<T>, Jump::once},
};

const Movers& movers(DType type, bool models) {
  switch (item_bytes(type)) {
    case 8: return kMoversOf<std::int64_t>[models];
    case 4: return kMoversOf<std::int32_t>[models];
    default: return kMoversOf<Byte>[models];
  }
}

}  // namespace

Plan shape(const Graph& g, std::int64_t block) {
  Plan plan = {};
  plan.columns = g.columns;
  plan.flat = true;
  bool scalar_out = false;
  for (int i = 0; i < g.n_operands; ++i) {
    const Spread s = g.values[i].spread;
    plan.flat &= s == Spread::full || s == Spread::scalar;
    scalar_out |= i < g.n_outs && s == Spread::scalar;
  }
  const std::int64_t all = g.rows * g.columns;
  if (plan.flat || all == 0) {
    plan.block_rows = all == 0 ? 1 : 0;
    plan.block = all < block ? all : block;
  } else if (2 * g.columns <= block) {
    const std::int64_t most = block / g.columns;
    plan.block_rows = g.rows < most ? g.rows : most;
    plan.block = plan.block_rows * g.columns;
  } else {
    plan.block = g.columns < block ? g.columns : block;
  }
  plan.single = all == plan.block;
  plan.small =
      plan.flat && all > 0 && all <= kSmall && !scalar_out && (g.models == 1 || all == g.models);
  return plan;
}

int Layout::take_block() {
  if (n_free > 0) return free[--n_free];
  return static_cast<int>(blocks_at + slot_bytes * blocks++);
}

bool Layout::live(int i) const {
  const Value& v = g.values[i];
  return !v.absorbed && (v.uses > 0 || v.out >= 0);
}

// The order of the values. In small maps a step directly follows one that it reads, if possible.

bool Layout::ready(int i, const bool* done) const {
  const Value& v = g.values[i];
  for (int k = 0; k < v.sources; ++k) {
    const int src = v.src[k];
    if (g.values[src].op != nullptr && g.values[src].spread != Spread::scalar && !done[src]) {
      return false;
    }
  }
  if (v.out < 0) return true;
  for (int u = g.n_operands; u < g.count; ++u) {  // values that still read what it overwrites
    if (u == i || done[u] || !live(u)) continue;
    for (int k = 0; k < g.values[u].sources; ++k) {
      const Value& source = g.values[g.values[u].src[k]];
      if (source.op == nullptr && source.shares == v.out) return false;
    }
  }
  return true;
}

// The source of a value that the step before, which computed `before`, passes in registers.
int Layout::source_from(int i, int before) const {
  if (!plan.small || before < 0) return -1;
  const Value& v = g.values[i];
  const Value& b = g.values[before];
  if (b.small.plain == nullptr || v.small.plain == nullptr || b.small.chunks != v.small.chunks) {
    return -1;
  }
  for (int k = 0; k < v.sources && k < 2; ++k) {
    if (v.src[k] == before && v.small.from[k] != nullptr) return k;
  }
  return -1;
}

void Layout::schedule() {
  bool done[kMaxValues] = {};
  n_order = 0;
  for (int before = -1;;) {
    int next = -1;
    for (int i = g.n_operands; i < g.count; ++i) {
      if (done[i] || !live(i) || g.values[i].spread == Spread::scalar) continue;
      const int source = source_from(i, before);
      if (next >= 0 && source < 0) continue;
      if (plan.small && !ready(i, done)) continue;
      next = i;
      if (source >= 0 || !plan.small || before < 0) break;
    }
    if (next < 0) return;
    from[n_order] = source_from(next, before);
    order[n_order++] = before = next;
    done[next] = true;
  }
}

// Whether a value is read by a step other than the next one, or by that one twice.
bool Layout::read_from_memory(int at) const {
  int reads = g.values[order[at]].uses;
  if (at + 1 < n_order && from[at + 1] >= 0) --reads;
  return reads > 0;
}

// Makes a step's pointer point into an operand.
template <class T>
void Layout::point(T* const& field, int operand, Axis axis) {
  const auto where = reinterpret_cast<const char*>(&field) - thread;
  const std::int64_t bytes = item_bytes(g.values[operand].type);
  patches[plan.patches++] = {static_cast<std::int32_t>(where), static_cast<std::int16_t>(operand),
                             static_cast<std::int16_t>(axis),
                             axis == kRow ? bytes * g.models : bytes};
}

Step& Layout::add(StepRun run, std::int64_t n) {
  Step& s = steps[n_steps++];
  s = {};
  s.run = run;
  s.n = static_cast<std::int16_t>(n);
  s.whole = true;
  s.small = Jump::once;
  return s;
}

void Layout::move(int i, StepRun run, Axis axis, int at) {
  place[i] = at;
  Step& s = add(run, plan.block);
  s.dst = thread + at;
  const Movers& m = movers(g.values[i].type, g.models > 1);
  // What is repeated: a row, or with several models one value of each.
  s.columns = run == m.repeat && g.values[i].tiled ? g.models : plan.columns;
  if (run == m.splat) s.small = m.small_splat;
  point(s.src[0], i, axis);
}

// Whether a value is stored as one vector that every step of the block reads again.
bool Layout::spread(const Value& v) const {
  if (v.tiled) return false;
  return v.spread == Spread::scalar || (v.spread == Spread::column && plan.block_rows == 0);
}

void Layout::point_source(const char*& field, int source) {
  const Value& x = g.values[source];
  if (place[source] >= 0) {
    field = thread + place[source];
  } else if (x.op != nullptr) {
    point(field, x.out, kFlat);
  } else {
    const bool one = x.spread == Spread::scalar;  // read in place, by a tree
    point(field, source, one ? kNone : x.spread == Spread::row ? kColumn : kFlat);
  }
}

void Layout::point_sources(Step& s, const Value& v, int skipped) {
  for (int k = 0; k < v.sources; ++k) {
    if (k == skipped) continue;
    const Value& x = g.values[v.src[k]];
    const bool one = spread(x) && (g.models == 1 || v.spread != Spread::scalar);
    s.stride[k] = one ? 0 : static_cast<std::uint8_t>(v.lanes * item_bytes(x.type));
    if (place[v.src[k]] >= 0) s.own |= 1 << k;
    point_source(s.src[k], v.src[k]);
  }
}

void Layout::point_tree(Step& s, const Value& v) {
  const int at = take_line();
  constexpr std::int64_t kBytes = sizeof(TreeOperands);
  for (std::int64_t bytes = kLine; bytes < kBytes; bytes += kLine) {
    take_line();
  }
  auto* tree = reinterpret_cast<TreeOperands*>(thread + at);
  for (int k = 0; k < kMaxKept; ++k) {
    if (v.kept[k] >= 0) point(tree->kept[k], v.kept[k], kFlat);
  }
  for (int k = 0; k < v.sources; ++k) {
    tree->along[k] = spread(g.values[v.src[k]]) ? 0 : -1;
    point_source(tree->src[k], v.src[k]);
  }
  tree->models = g.models > 1;
  s.tree = tree;
}

void Layout::write_value(int i) {
  const Value& v = g.values[i];
  const bool scalar = v.spread == Spread::scalar;
  const std::int64_t lanes = g.models > 1 ? g.models : kLine / item_bytes(v.type);
  Step& s = add(v.run, scalar ? lanes : plan.block);
  if (!scalar) s.small = Jump::other;
  place[i] = scalar ? take_line() : v.out >= 0 ? -1 : take_block();
  if (place[i] >= 0) {
    s.dst = thread + place[i];
  } else {
    s.whole = false;
    point(s.dst, v.out, kFlat);
  }
  if (v.tree) {
    point_tree(s, v);
  } else {
    point_sources(s, v, -1);
  }
}

void Layout::write_small(int at) {
  const int i = order[at];
  const Value& v = g.values[i];
  Step& s = add(v.run, plan.block);
  s.small = from[at] < 0 ? v.small.plain : v.small.from[from[at]];
  place[i] = read_from_memory(at) ? take_block() : -1;
  if (place[i] >= 0) s.dst = thread + place[i];
  if (v.out >= 0) point(s.out, v.out, kFlat);
  point_sources(s, v, from[at]);
}

void Layout::release(int source, int reader) {
  const Value& v = g.values[source];
  const bool ours = source >= g.n_operands && v.spread != Spread::scalar && place[source] >= 0;
  if (!ours || v.last_use != reader) return;
  for (int i = 0; i < n_free; ++i) {
    if (free[i] == place[source]) return;  // this reader reads it twice
  }
  free[n_free++] = place[source];
}

void Layout::write_before() {
  for (int i = g.n_outs; i < g.n_operands; ++i) {
    place[i] = -1;
    const Value& v = g.values[i];
    if (!live(i)) continue;
    const Movers& m = movers(v.type, g.models > 1);
    if (v.tiled && v.spread == Spread::scalar) {
      move(i, m.repeat, kNone, take_block());
      continue;
    }
    if (v.spread == Spread::scalar && v.spread_uses > 0) move(i, m.splat, kNone, take_line());
    if (v.spread == Spread::row && plan.block_rows > 0) move(i, m.repeat, kNone, take_block());
  }
  for (int i = g.n_operands; i < g.count; ++i) {
    if (live(i) && g.values[i].spread == Spread::scalar) write_value(i);
  }
  plan.before = n_steps;
}

void Layout::write_inside() {
  for (int i = g.n_outs; i < g.n_operands; ++i) {
    if (!live(i) || g.values[i].spread != Spread::column) continue;
    const Movers& m = movers(g.values[i].type, g.models > 1);
    if (plan.block_rows > 0) {
      move(i, m.stretch, kRow, take_block());
    } else if (g.values[i].tiled) {
      move(i, m.repeat, kRow, take_block());
    } else {
      move(i, m.splat, kRow, take_line());
    }
  }
  for (int at = 0; at < n_order; ++at) {
    const int i = order[at];
    const Value& v = g.values[i];
    if (plan.small && v.small.plain != nullptr) {
      write_small(at);
      continue;
    }
    write_value(i);
    if (plan.small) continue;
    for (int k = 0; k < v.sources; ++k) release(v.src[k], i);
  }
  plan.inside = n_steps - plan.before;
}

void Layout::write_after() {
  for (int i = g.n_operands; i < g.count; ++i) {
    const Value& v = g.values[i];
    if (v.out < 0 || v.spread != Spread::scalar) continue;
    Step& s = add(movers(v.type, g.models > 1).keep, 1);
    s.src[0] = thread + place[i];
    point(s.dst, v.out, kNone);
  }
  plan.after = n_steps - plan.before - plan.inside;
  add(nullptr, 0).small = Jump::finish;
}

void Layout::write(char* memory) {
  thread = memory;
  steps = reinterpret_cast<Step*>(memory + kSteps);
  lines = blocks = n_free = n_steps = 0;
  plan.patches = 0;
  schedule();
  write_before();
  write_inside();
  write_after();
}

}  // namespace brickwork::BW_ISA
