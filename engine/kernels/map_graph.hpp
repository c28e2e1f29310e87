// A map's steps as a graph of values: every value is written once, unused ones are removed, and
// trees of ops that have their own loop are one value.
#pragma once
#include "map.hpp"

namespace brickwork::BW_ISA {

constexpr int kMaxValues = 320;
constexpr int kMaxSlots = 320;

struct Value {
  DType type;
  Spread spread;
  const char* op;  // null for an operand
  int src[kMaxSources];
  int sources;
  StepRun run;
  SmallRuns small;
  int shares;  // of an in: the out that shares its memory, or -1
  int lanes;
  bool tree;
  unsigned values;  // of a tree: the sources that it reads in place
  int out;        // the out that it is written to, or -1
  int uses;       // by other values
  int spread_uses;  // uses that need a scalar in every lane of a vector
  int last_use;   // the last value that reads it, or -1
  int kept[kMaxKept];  // outs that a tree writes besides its own value, or -1
  bool tiled;  // of one value for each model: repeated over the block, not read as one vector
  bool absorbed;       // used only inside a tree
};

struct Graph {
  Value values[kMaxValues];  // operands first: outs, then ins; then results, in order
  int count;
  int n_outs;
  int n_operands;
  std::int64_t rows;
  std::int64_t columns;  // of all models: those of one model are next to each other
  int models;  // side by side: 1 or kLanesF. A scalar, and a row's value, is one for each of them.
};

// Returns null, or a message that says what is wrong.
const char* read_graph(const Request& r, Graph& g);

}  // namespace brickwork::BW_ISA
