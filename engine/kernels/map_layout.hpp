// The memory layout of a map's graph: the steps, and the address of each value.
#pragma once
#include "map_graph.hpp"

namespace brickwork::BW_ISA {

constexpr std::int64_t kLine = 64;  // bytes of a broadcast scalar, and of the slack after a block
constexpr std::int64_t kBlock = 256, kMaxBlock = 8192;
constexpr std::int64_t kCache = 16384;  // bytes of intermediate values that stay close

constexpr std::int64_t up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

// The start of a block, in values: in the whole space, in rows, in columns.
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
  std::int64_t block_rows;  // whole rows per block, or 0: pieces of one row
  std::int64_t block;  // values per block
  bool flat;  // no operand is broadcast along rows or columns
  bool single;  // all rows are one block
  bool small;  // its steps pass their results in registers
  int before, inside, after;  // steps: once before the blocks, each block, once after
  int patches;
  std::int64_t patch_bytes, thread_bytes;
  // Followed by patches, then the memory of each thread: seen pointers, steps, blocks.
};

// The operands' pointers that the steps were written for.
struct Seen {
  void* p[kMaxPointers];
};

constexpr int kMaxSteps = kMaxValues + 2 * kMaxPointers;
constexpr std::int64_t kStepBytes = sizeof(Step), kPatchBytes = sizeof(Patch);
constexpr std::int64_t kHeader = up(sizeof(Plan), kLine);
constexpr std::int64_t kSteps = up(sizeof(Seen), kLine);

// The extents of blocks of at most that many values, if rows need not be split for that.
Plan shape(const Graph& g, std::int64_t block);

// Writes a thread's steps: first in a dry run that determines the sizes, then for each thread.
struct Layout {
  const Graph& g;
  Plan& plan;
  std::int64_t slot_bytes = 0;
  std::int64_t lines_at = 0, blocks_at = 0;
  int lines = 0, blocks = 0;  // used so far
  Step* steps = nullptr;
  int n_steps = 0;
  Patch patches[kMaxValues * 3] = {};

  Layout(const Graph& graph, Plan& shape) : g(graph), plan(shape) {}
  void write(char* memory);
  std::int64_t bytes() const { return blocks_at + blocks * slot_bytes; }

 private:
  char* thread = nullptr;
  int free[kMaxValues] = {};
  int n_free = 0;
  std::int32_t place[kMaxValues] = {};  // in the thread's memory, or -1: in an operand's
  int order[kMaxValues] = {};  // of the values that are not scalars
  int n_order = 0;
  int from[kMaxValues] = {};  // which source comes in registers from the step before, or -1

  int take_line() {
    const auto at = static_cast<int>(lines_at + kLine * lines);
    lines += g.models > 1 ? 2 : 1;  // a value of 8 bytes for each of 16 models
    return at;
  }
  int take_block();
  bool live(int i) const;
  bool ready(int i, const bool* done) const;
  int source_from(int i, int before) const;
  void schedule();
  bool read_from_memory(int at) const;
  template <class T>
  void point(T* const& field, int operand, Axis axis);
  Step& add(StepRun run, std::int64_t n);
  void move(int i, StepRun run, Axis axis, int at);
  bool spread(const Value& v) const;
  void point_source(const char*& field, int source);
  void point_sources(Step& s, const Value& v, int skipped);
  void point_tree(Step& s, const Value& v);
  void write_value(int i);
  void write_small(int at);
  void release(int source, int reader);
  void write_before();
  void write_inside();
  void write_after();
};

}  // namespace brickwork::BW_ISA
