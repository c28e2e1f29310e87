// map: a list of elementwise steps over one iteration space, done block by block.
//
// A block's intermediate values stay in the first-level cache. Scalars are broadcast to one vector
// before the blocks. If the whole space is one block, a run is just the sequence of the steps; in
// small maps intermediate values stay in registers.
#include <string.h>

#include "map_layout.hpp"

namespace brickwork::BW_ISA {
namespace {

inline void patch(const Plan& plan, const Patch* patches, char* thread, void* const* p,
                  const std::int64_t* index) {
  for (int i = 0; i < plan.patches; ++i) {
    const Patch& x = patches[i];
    char* at = static_cast<char*>(p[x.operand]) + index[x.axis] * x.bytes;
    memcpy(thread + x.where, static_cast<const void*>(&at), sizeof at);
  }
}

inline void run_steps(const Step* s, int count) {
  for (const Step* const end = s + count; s != end; ++s) s->run(*s, s->n);
}
inline void run_steps(const Step* s, int count, std::int64_t n) {
  for (const Step* const end = s + count; s != end; ++s) s->run(*s, n);
}

template <int... K>
inline void run_small(const Step* s, std::int64_t n, Indices<K...>) {
  s->small(s, n, Same<K, Register>{}...);
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
}

inline bool moved(void* const* p, const Seen& seen) {
  std::uintptr_t differ = 0;
  for (int i = 0; i < kMaxPointers; ++i) {
    differ |= reinterpret_cast<std::uintptr_t>(p[i]) ^ reinterpret_cast<std::uintptr_t>(seen.p[i]);
  }
  return differ != 0;
}

// A part of the rows, or blocks: pointers are advanced, and discarded afterwards.
[[gnu::noinline]] void run_parts(const Call& c, char* thread, const Patch* patches, std::int64_t lo,
                                 std::int64_t hi) {
  const Plan& plan = *static_cast<const Plan*>(c.own);
  if (plan.small) {
    const std::int64_t index[4] = {0, lo * plan.columns, 0, 0};
    patch(plan, patches, thread, c.p, index);
    run_small(reinterpret_cast<const Step*>(thread + kSteps), (hi - lo) * plan.columns,
              Count<kRegisters>::type{});
  } else {
    run_blocks(plan, patches, thread, c, lo, hi);
  }
  memset(thread, 0, sizeof(Seen));
}

[[gnu::noinline]] void note(const Plan& plan, const Patch* patches, char* thread, const Call& c) {
  const std::int64_t start[4] = {};
  patch(plan, patches, thread, c.p, start);
  memcpy(thread, static_cast<const void*>(c.p), sizeof(Seen));
}

void run_map(const Call& c, std::int64_t lo, std::int64_t hi, Worker& w) {
  if (lo >= hi) return;
  char* const own = static_cast<char*>(c.own);
  const Plan& plan = *reinterpret_cast<const Plan*>(own);
  const Patch* const patches = reinterpret_cast<const Patch*>(own + kHeader);
  char* const thread = own + kHeader + plan.patch_bytes + w.thread * plan.thread_bytes;
  if (!plan.single || lo != 0 || hi != c.rows) return run_parts(c, thread, patches, lo, hi);
  if (__builtin_expect(moved(c.p, *reinterpret_cast<Seen*>(thread)), 0)) {
    note(plan, patches, thread, c);
  }
  const Step* const steps = reinterpret_cast<const Step*>(thread + kSteps);
  if (plan.small) return run_small(steps, plan.block, Count<kRegisters>::type{});
  run_steps(steps, plan.before + plan.inside + plan.after);
}

std::int64_t widest_item(const Graph& g) {
  std::int64_t widest = 1;
  for (int i = 0; i < g.count; ++i) {
    if (item_bytes(g.values[i].type) > widest) widest = item_bytes(g.values[i].type);
  }
  return widest;
}

// As large as possible with the intermediate values in the first-level cache; without any, large.
std::int64_t block_for(const Layout& layout, std::int64_t item) {
  std::int64_t block = kMaxBlock;
  while (block > kBlock && layout.blocks * block * item > kCache) block /= 2;
  return block;
}

const char* bind_map(const Request& r, Call& c) {
  if (r.code == nullptr) return "no code";
  Graph g;
  if (const char* wrong = read_graph(r, g)) return wrong;
  Plan plan = shape(g, kBlock);
  // Room for the steps; operands of trees and broadcast scalars, not placed yet, use it too.
  alignas(kLine) char draft[kSteps + 2 * kMaxSteps * kStepBytes];
  Layout layout(g, plan);
  layout.write(draft);
  const std::int64_t item = widest_item(g);
  plan = shape(g, block_for(layout, item));
  const std::int64_t slot = plan.small ? kSmall : plan.block;
  layout.slot_bytes = up(slot * item, kLine) + kLine;
  layout.write(draft);
  layout.lines_at = up(kSteps + layout.n_steps * kStepBytes, kLine);
  layout.blocks_at = layout.lines_at + layout.lines * kLine;
  const int threads = r.threads > 0 ? r.threads : 1;
  plan.patch_bytes = up(plan.patches * kPatchBytes, kLine);
  plan.thread_bytes = up(layout.bytes(), kLine);
  const std::int64_t bytes = kHeader + plan.patch_bytes + threads * plan.thread_bytes;
  char* const own = static_cast<char*>(r.own(r.context, bytes));
  for (int t = 0; t < threads; ++t) {
    layout.write(own + kHeader + plan.patch_bytes + t * plan.thread_bytes);
  }
  memcpy(own, &plan, sizeof plan);
  memcpy(own + kHeader, layout.patches, plan.patches * kPatchBytes);
  c.own = own;
  c.rows = g.rows;
  c.run = run_map;
  return nullptr;
}

}  // namespace

BW_KERNELS(map) = {
    {"map", bind_map, true},
    {},
};

}  // namespace brickwork::BW_ISA
