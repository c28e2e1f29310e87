// map: a list of elementwise steps over one iteration space, done block by block.
//
// A block's intermediate values stay in the first-level cache. Values that are the same everywhere
// are spread over one vector before the blocks. Where the whole space is one block, a run is the
// steps in a row and nothing else.
#include "map_graph.hpp"

#include <string.h>

namespace brickwork::BW_ISA {
namespace {

constexpr std::int64_t kBlock = 256, kMaxBlock = 8192;
constexpr std::int64_t kCache = 16384;  // bytes of intermediate values that stay close
constexpr std::int64_t kLine = 64;  // bytes of a spread scalar, and of the slack behind a block

constexpr std::int64_t up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

// Where a block begins, in values: the whole space, rows, columns.
enum Axis { kNone, kFlat, kRow, kColumn };

// A pointer into an operand, set anew for every block.
struct Patch {
  std::int32_t where;  // the pointer's place in the thread's memory
  std::int16_t operand;
  std::int16_t axis;
  std::int64_t bytes;
};

struct Plan {
  std::int64_t columns;
  std::int64_t block_rows;    // whole rows a block, or 0: pieces of one row
  std::int64_t block;         // values a block
  bool flat;                  // no operand lies along rows or columns
  bool single;                // all rows are one block
  int before, inside, after;  // steps: once before the blocks, each block, once after
  int patches;
  std::int64_t patch_bytes, thread_bytes;
  // Behind it: patches, then a thread's memory for each: seen pointers, steps, blocks.
};

// The operands' pointers that the steps were written for.
struct Seen {
  void* p[kMaxPointers];
};


constexpr int kMaxSteps = kMaxValues + 2 * kMaxPointers;
constexpr std::int64_t kHeader = up(sizeof(Plan), kLine);
constexpr std::int64_t kSteps = up(sizeof(Seen), kLine);

inline void patch(const Plan& plan, const Patch* patches, char* thread, void* const* p,
                  const std::int64_t* index) {
  for (int i = 0; i < plan.patches; ++i) {
    const Patch& x = patches[i];
    char* at = static_cast<char*>(p[x.operand]) + index[x.axis] * x.bytes;
    memcpy(thread + x.where, &at, sizeof at);
  }
}

inline void run_steps(const Step* s, int count) {
  for (const Step* const end = s + count; s != end; ++s) s->run(*s, s->n);
}
inline void run_steps(const Step* s, int count, std::int64_t n) {
  for (const Step* const end = s + count; s != end; ++s) s->run(*s, n);
}

void run_blocks(const Plan& plan, const Patch* patches, char* thread, const Call& c,
                std::int64_t lo, std::int64_t hi) {
  const Step* const before = reinterpret_cast<const Step*>(thread + kSteps);
  const Step* const inside = before + plan.before;
  std::int64_t index[4] = {};
  patch(plan, patches, thread, c.p, index);
  run_steps(before, plan.before);
  if (plan.flat) {
    const std::int64_t end = hi * plan.columns;
    for (std::int64_t e = lo * plan.columns; e < end; e += plan.block) {
      index[kFlat] = e;
      patch(plan, patches, thread, c.p, index);
      run_steps(inside, plan.inside, end - e < plan.block ? end - e : plan.block);
    }
  } else {
    const std::int64_t rows = plan.block_rows > 0 ? plan.block_rows : 1;
    for (std::int64_t r = lo; r < hi; r += rows) {
      const std::int64_t values = (hi - r < rows ? hi - r : rows) * plan.columns;
      for (std::int64_t j = 0; j < values; j += plan.block) {
        index[kFlat] = r * plan.columns + j;
        index[kRow] = r;
        index[kColumn] = j;
        patch(plan, patches, thread, c.p, index);
        run_steps(inside, plan.inside, values - j < plan.block ? values - j : plan.block);
      }
    }
  }
  if (lo == 0) run_steps(inside + plan.inside, plan.after);
  memset(thread, 0, sizeof(Seen));
}

inline bool moved(void* const* p, const Seen& seen) {
  std::uintptr_t differ = 0;
  for (int i = 0; i < kMaxPointers; ++i) {
    differ |= reinterpret_cast<std::uintptr_t>(p[i]) ^ reinterpret_cast<std::uintptr_t>(seen.p[i]);
  }
  return differ != 0;
}

void run_map(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  if (lo >= hi) return;
  char* const own = static_cast<char*>(c.own);
  const Plan& plan = *reinterpret_cast<const Plan*>(own);
  const Patch* const patches = reinterpret_cast<const Patch*>(own + kHeader);
  char* const thread = own + kHeader + plan.patch_bytes + w.thread * plan.thread_bytes;
  if (!plan.single || lo != 0 || hi != c.rows) {
    run_blocks(plan, patches, thread, c, lo, hi);
    return;
  }
  Seen& seen = *reinterpret_cast<Seen*>(thread);
  if (__builtin_expect(moved(c.p, seen), 0)) {
    const std::int64_t start[4] = {};
    patch(plan, patches, thread, c.p, start);
    memcpy(seen.p, c.p, sizeof c.p);
  }
  run_steps(reinterpret_cast<const Step*>(thread + kSteps), plan.before + plan.inside + plan.after);
}

// One value into every lane.
template <class T>
void run_splat(const Step& s, std::int64_t) {
  constexpr int L = BW_VECTOR_BYTES / sizeof(T);
  T x;
  memcpy(&x, s.src[0], sizeof x);
  for (int i = 0; i < kLine; i += BW_VECTOR_BYTES) store<T, L>(s.dst + i, Vec<T, L>{} + x);
}

template <class T>
void run_keep(const Step& s, std::int64_t) {
  memcpy(s.dst, s.src[0], sizeof(T));
}

// A row's values, over and over.
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

// Each value as often as there are columns. Writes whole vectors: the next value, or slack, lies behind.
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

struct Movers {
  StepRun splat, keep, repeat, stretch;
};
template <class T>
constexpr Movers kMoversOf = {run_splat<T>, run_keep<T>, run_repeat<T>, run_stretch<T>};

const Movers& movers(DType type) {
  switch (item_bytes(type)) {
    case 8: return kMoversOf<std::int64_t>;
    case 4: return kMoversOf<std::int32_t>;
    default: return kMoversOf<Byte>;
  }
}

// Lays a graph's values out in memory and writes its steps, for one thread at a time: seen
// pointers, steps, spread scalars, blocks.
struct Writer {
  const Graph& g;
  Plan& plan;
  std::int64_t slot_bytes = 0;
  std::int64_t lines_at = 0, blocks_at = 0;  // known after a first pass
  int lines = 0, blocks = 0;
  int free[kMaxValues] = {};
  int n_free = 0;
  std::int32_t place[kMaxValues] = {};  // in the thread's memory, or -1: in an operand's
  Patch patches[kMaxValues * 3] = {};
  Step* steps = nullptr;
  char* thread = nullptr;
  int n_steps = 0;

  std::int64_t bytes() const { return blocks_at + blocks * slot_bytes; }

  int take_line() { return static_cast<int>(lines_at + kLine * lines++); }
  int take_block() {
    if (n_free > 0) return free[--n_free];
    return static_cast<int>(blocks_at + slot_bytes * blocks++);
  }

  bool live(int i) const {
    const Value& v = g.values[i];
    return !v.absorbed && (v.uses > 0 || v.out >= 0);
  }

  // Makes a step's pointer one into an operand.
  template <class T>
  void point(T* const& field, int operand, Axis axis) {
    const auto where = reinterpret_cast<const char*>(&field) - thread;
    patches[plan.patches++] = {static_cast<std::int32_t>(where), static_cast<std::int16_t>(operand),
                               static_cast<std::int16_t>(axis),
                               item_bytes(g.values[operand].type)};
  }

  Step& add(StepRun run, std::int64_t n) {
    Step& s = steps[n_steps++];
    s.run = run;
    s.n = static_cast<std::int32_t>(n);
    s.whole = true;
    return s;
  }

  // Moves an operand that cannot be read in place: a scalar, a repeated row, a stretched column.
  void move(int i, StepRun run, Axis axis, int at) {
    place[i] = at;
    Step& s = add(run, plan.block);
    s.dst = thread + at;
    s.columns = static_cast<std::int16_t>(plan.columns);
    point(s.src[0], i, axis);
  }

  bool one_row() const { return plan.block_rows == 0; }

  void write_before() {
    for (int i = g.n_outs; i < g.n_operands; ++i) {
      place[i] = -1;
      const Spread spread = g.values[i].spread;
      if (!live(i)) continue;
      const Movers& m = movers(g.values[i].type);
      if (spread == Spread::scalar && g.values[i].spread_uses > 0) {
        move(i, m.splat, kNone, take_line());
      }
      if (spread == Spread::row && !one_row()) move(i, m.repeat, kNone, take_block());
    }
    for (int i = g.n_operands; i < g.count; ++i) {
      if (live(i) && g.values[i].spread == Spread::scalar) write_value(i);
    }
    plan.before = n_steps;
  }

  void write_inside() {
    for (int i = g.n_outs; i < g.n_operands; ++i) {
      if (!live(i) || g.values[i].spread != Spread::column) continue;
      const Movers& m = movers(g.values[i].type);
      if (one_row()) move(i, m.splat, kRow, take_line());
      if (!one_row()) move(i, m.stretch, kRow, take_block());
    }
    for (int i = g.n_operands; i < g.count; ++i) {
      if (!live(i) || g.values[i].spread == Spread::scalar) continue;
      write_value(i);
      for (int k = 0; k < g.values[i].sources; ++k) release(g.values[i].src[k], i);
    }
    plan.inside = n_steps - plan.before;
  }

  void release(int source, int reader) {
    const Value& v = g.values[source];
    const bool ours = source >= g.n_operands && v.spread != Spread::scalar && place[source] >= 0;
    if (!ours || v.last_use != reader) return;
    for (int i = 0; i < n_free; ++i) {
      if (free[i] == place[source]) return;  // it is read twice by this reader
    }
    free[n_free++] = place[source];
  }

  void write_value(int i) {
    const Value& v = g.values[i];
    const bool scalar = v.spread == Spread::scalar;
    Step& s = add(v.run, scalar ? kLine / item_bytes(v.type) : plan.block);
    place[i] = scalar ? take_line() : v.out >= 0 ? -1 : take_block();
    if (place[i] >= 0) {
      s.dst = thread + place[i];
    } else {
      s.whole = false;
      point(s.dst, v.out, kFlat);
    }
    for (int k = 0; k < kMaxKept; ++k) {
      if (v.kept[k] >= 0) point(s.kept[k], v.kept[k], kFlat);
    }
    for (int k = 0; k < v.sources; ++k) {
      const int src = v.src[k];
      const Value& x = g.values[src];
      const bool spread = x.spread == Spread::scalar || (x.spread == Spread::column && one_row());
      s.stride[k] = spread ? 0 : static_cast<std::uint8_t>(v.lanes * item_bytes(x.type));
      if (place[src] >= 0) {
        s.src[k] = thread + place[src];
      } else if (x.op != nullptr) {
        point(s.src[k], x.out, kFlat);
      } else {
        const bool one = x.spread == Spread::scalar;  // read as it is, by a tree
        point(s.src[k], src, one ? kNone : x.spread == Spread::row ? kColumn : kFlat);
      }
    }
  }

  void write_after() {
    for (int i = g.n_operands; i < g.count; ++i) {
      const Value& v = g.values[i];
      if (v.out < 0 || v.spread != Spread::scalar) continue;
      Step& s = add(movers(v.type).keep, 1);
      s.src[0] = thread + place[i];
      point(s.dst, v.out, kNone);
    }
    plan.after = n_steps - plan.before - plan.inside;
  }

  void write(char* memory) {
    thread = memory;
    steps = reinterpret_cast<Step*>(memory + kSteps);
    lines = blocks = n_free = n_steps = 0;
    plan.patches = 0;
    write_before();
    write_inside();
    write_after();
  }
};

Plan shape(const Graph& g, std::int64_t block) {
  Plan plan = {};
  plan.columns = g.columns;
  plan.flat = true;
  for (int i = g.n_outs; i < g.n_operands; ++i) {
    const Spread s = g.values[i].spread;
    plan.flat &= s == Spread::full || s == Spread::scalar;
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
  return plan;
}

std::int64_t widest_item(const Graph& g) {
  std::int64_t widest = 1;
  for (int i = 0; i < g.count; ++i) {
    if (item_bytes(g.values[i].type) > widest) widest = item_bytes(g.values[i].type);
  }
  return widest;
}

// As long as the intermediate values stay in the nearest cache; without any, long.
std::int64_t block_for(const Writer& w, std::int64_t item) {
  std::int64_t block = kMaxBlock;
  while (block > kBlock && w.blocks * block * item > kCache) block /= 2;
  return block;
}

const char* bind_map(const Request& r, Call& c) {
  if (r.code == nullptr) return "no code";
  Graph g;
  if (const char* wrong = read_graph(r, g)) return wrong;
  Plan plan = shape(g, kBlock);
  alignas(kLine) char draft[kSteps + kMaxSteps * sizeof(Step)];
  Writer w{g, plan};
  w.write(draft);
  const std::int64_t item = widest_item(g);
  plan = shape(g, block_for(w, item));
  w.slot_bytes = up(plan.block * item, kLine) + kLine;
  w.write(draft);
  w.lines_at = up(kSteps + w.n_steps * sizeof(Step), kLine);
  w.blocks_at = w.lines_at + w.lines * kLine;
  const int threads = r.threads > 0 ? r.threads : 1;
  plan.patch_bytes = up(plan.patches * sizeof(Patch), kLine);
  plan.thread_bytes = up(w.bytes(), kLine);
  const std::int64_t bytes = kHeader + plan.patch_bytes + threads * plan.thread_bytes;
  char* const own = static_cast<char*>(r.own(r.context, bytes));
  for (int t = 0; t < threads; ++t) {
    w.write(own + kHeader + plan.patch_bytes + t * plan.thread_bytes);
  }
  memcpy(own, &plan, sizeof plan);
  memcpy(own + kHeader, w.patches, plan.patches * sizeof(Patch));
  c.own = own;
  c.rows = g.rows;
  c.run = run_map;
  return nullptr;
}

}  // namespace

BW_KERNELS(map) = {
    {"map", bind_map},
    {},
};

}  // namespace brickwork::BW_ISA
