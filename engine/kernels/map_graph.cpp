// Reads a map's steps into a graph of values and fuses the trees that have a loop of their own.
#include "map_graph.hpp"

#include <string.h>

namespace brickwork::BW_ISA {
namespace {

bool same(const char* a, const char* b) { return strcmp(a, b) == 0; }

bool fits(const StepKernel& k, const MapStep& s, const Value* const* src, DType dst) {
  if (k.sources != s.n_src || k.dst != dst || k.first != src[0]->type || !same(k.op, s.op)) {
    return false;
  }
  for (int i = 1; i < s.n_src; ++i) {
    if (src[i]->type != k.rest) return false;
  }
  return true;
}

const StepKernel* find_step(const MapStep& s, const Value* const* src, DType dst) {
  const StepTable tables[] = {float_steps(), other_steps()};
  for (const StepTable& t : tables) {
    for (int i = 0; i < t.count; ++i) {
      if (fits(t.kernels[i], s, src, dst)) return &t.kernels[i];
    }
  }
  return nullptr;
}

// The simplest equivalent spread: with one row or one column, `row` and `column` are not needed.
Spread plain_spread(const Graph& g, Spread s) {
  if (g.rows * g.columns == 1) return Spread::full;
  if (s == Spread::row && g.columns == 1) return Spread::scalar;
  if (s == Spread::row && g.rows == 1) return Spread::full;
  if (s == Spread::column && g.rows == 1) return Spread::scalar;
  if (s == Spread::column && g.columns == 1) return Spread::full;
  return s;
}

std::int64_t spread_size(const Graph& g, Spread s) {
  return s == Spread::full     ? g.rows * g.columns
         : s == Spread::row    ? g.columns
         : s == Spread::column ? g.rows
                               : 1;
}

const char* read_operands(const Request& r, Graph& g) {
  const MapCode& code = *r.code;
  g.rows = code.rows;
  g.columns = code.columns;
  g.n_outs = r.n_outs;
  g.n_operands = r.n_outs + r.n_ins;
  if (g.n_operands < 0 || g.n_operands > kMaxPointers) return "more operands than a call may have";
  if (g.n_operands > code.n_slots) return "fewer slots than operands";
  if (g.rows < 0 || g.columns < 0) return "a negative extent";
  for (int i = 0; i < g.n_operands; ++i) {
    const View& view = i < r.n_outs ? r.outs[i] : r.ins[i - r.n_outs];
    if (view.dtype != code.slots[i]) return "an operand's dtype is not its slot's";
    if (view.size != spread_size(g, code.spreads[i])) {
      return "an operand's size does not fit its spread over the iteration space";
    }
    Value& v = g.values[i] = {};
    v.type = view.dtype;
    v.spread = plain_spread(g, code.spreads[i]);
    v.tiled = false;
    v.out = v.shares = -1;
    for (int o = 0; o < r.n_outs && i >= r.n_outs; ++o) {
      if (r.outs[o].data == view.data) v.shares = o;
    }
    if (i < r.n_outs && v.spread != Spread::full && v.spread != Spread::scalar) {
      return "an out must be full or a scalar";
    }
  }
  g.count = g.n_operands;
  g.models = r.models;
  g.columns *= r.models;
  return nullptr;
}

int add_value(Graph& g, const char* op, DType type, Spread spread, const StepKernel& k,
              const int* src, int sources) {
  Value& v = g.values[g.count] = {};
  v.type = type;
  v.spread = spread;
  v.op = op;
  v.sources = sources;
  v.run = k.run;
  v.small = k.small;
  v.lanes = k.lanes;
  v.tiled = false;
  v.out = -1;
  for (int& kept : v.kept) kept = -1;
  for (int i = 0; i < sources; ++i) v.src[i] = src[i];
  return g.count++;
}

const char* read_step(const Request& r, const MapStep& s, Graph& g, int* current) {
  const MapCode& code = *r.code;
  if (s.n_src < 1 || s.n_src > 3) return "a step takes one to three sources";
  if (s.dst < 0 || s.dst >= code.n_slots) return "a step writes a slot that is not there";
  if (s.dst >= g.n_outs && s.dst < g.n_operands) return "a step writes one of the ins";
  int src[3];
  const Value* values[3];
  bool scalar = true;
  for (int i = 0; i < s.n_src; ++i) {
    if (s.src[i] < 0 || s.src[i] >= code.n_slots) {
      return "a step reads a slot that is not there";
    }
    src[i] = current[s.src[i]];
    if (src[i] < 0) return "a step reads a slot before it is written";
    values[i] = &g.values[src[i]];
    scalar &= values[i]->spread == Spread::scalar;
  }
  const DType type = code.slots[s.dst];
  if ((same(s.op, "copy") || same(s.op, "cast")) && values[0]->type == type) {
    current[s.dst] = src[0];
    return nullptr;
  }
  const StepKernel* k = find_step(s, values, type);
  if (k == nullptr) {
    static const char kWrong[] = "no op of these dtypes is named ";
    char* text = static_cast<char*>(r.own(r.context, 128));
    memcpy(text, kWrong, sizeof kWrong);
    return strncat(text, s.op, 64);
  }
  const Spread spread = scalar ? Spread::scalar : Spread::full;
  current[s.dst] = add_value(g, k->op, type, spread, *k, src, s.n_src);
  return nullptr;
}

int add_copy(Graph& g, int src, Spread spread) {
  const Value* const source = &g.values[src];
  const MapStep copy = {"copy", 0, {0, 0, 0}, 1};
  return add_value(g, "copy", source->type, spread, *find_step(copy, &source, source->type), &src,
                   1);
}

// Gives every out a separate value with the spread of the out.
const char* bind_outs(Graph& g, const int* current) {
  for (int o = 0; o < g.n_outs; ++o) {
    int v = current[o];
    if (v < 0) return "an out is never written";
    const Value& out = g.values[o];
    const Spread spread = g.values[v].spread;
    if (g.values[v].type != out.type) return "an out's dtype is not its value's";
    if (out.spread == Spread::scalar && spread != Spread::scalar) {
      return "a scalar out takes a value that is not a scalar";
    }
    const bool operand = v < g.n_operands;
    if (operand || g.values[v].out >= 0 || spread != out.spread) v = add_copy(g, v, out.spread);
    g.values[v].out = o;
  }
  return nullptr;
}

void count_uses(Graph& g) {
  for (int i = 0; i < g.count; ++i) {
    g.values[i].uses = g.values[i].spread_uses = 0;
    g.values[i].last_use = -1;
  }
  for (int i = g.count; i-- > g.n_operands;) {
    const Value& v = g.values[i];
    if (v.absorbed || (v.uses == 0 && v.out < 0)) continue;
    for (int k = 0; k < v.sources; ++k) {
      Value& source = g.values[v.src[k]];
      ++source.uses;
      source.spread_uses += !(v.values >> k & 1);
      if (source.last_use < i) source.last_use = i;
    }
  }
}

// Whether an out may be written as early as value `at`: no in of its memory is read after that.
bool may_write(const Request& r, const Graph& g, int out, int at) {
  for (int k = 0; k < r.n_ins; ++k) {
    if (r.ins[k].data == r.outs[out].data && g.values[g.n_outs + k].last_use > at) return false;
  }
  return true;
}

// An out that shares memory with an in is written at the end if the in is still needed.
void protect_ins(const Request& r, Graph& g) {
  const int count = g.count;
  for (int i = g.n_operands; i < count; ++i) {
    const int o = g.values[i].out;
    if (o < 0 || g.values[i].absorbed || may_write(r, g, o, i)) continue;
    g.values[i].out = -1;
    g.values[add_copy(g, i, g.values[i].spread)].out = o;
  }
}

// An attempt to match a tree to the graph, with one choice of swapped sources.
struct Match {
  const Graph& g;
  const TreeKernel& kernel;
  unsigned swapped;
  int next = 0;  // the tree's next item
  int arguments[kMaxSources] = {-1, -1, -1, -1, -1, -1, -1, -1};
  int kept[kMaxKept] = {-1, -1};
  int inner[16] = {};
  int n_inner = 0;
};

bool match(Match& m, int value, bool root) {
  const Word& word = m.kernel.words[m.next++];
  const Value& v = m.g.values[value];
  if (word.op == nullptr) {
    int& argument = m.arguments[word.argument];
    if (argument >= 0 && argument != value) return false;
    argument = value;
    const bool array = v.spread == Spread::full || v.spread == Spread::row;
    const bool value_fits = word.kind == Kind::any || array == (word.kind == Kind::array);
    const bool readable = array || m.g.models == 1 || m.kernel.lanes == m.g.models;
    return v.type == m.kernel.type && v.spread != Spread::column && value_fits && readable;
  }
  if (v.op == nullptr || v.absorbed || v.sources != word.sources || v.type != m.kernel.type ||
      v.spread == Spread::scalar || v.lanes != m.kernel.lanes || !same(v.op, word.op)) {
    return false;
  }
  if (!root) {
    if (v.uses != 1 || (v.out >= 0) != (word.kept >= 0)) return false;
    if (word.kept >= 0) m.kept[word.kept] = v.out;
    m.inner[m.n_inner++] = value;
  }
  const bool swap = word.swaps >= 0 && (m.swapped >> word.swaps & 1);
  for (int i = 0; i < v.sources; ++i) {
    if (!match(m, v.src[swap ? v.sources - 1 - i : i], false)) return false;
  }
  return true;
}

bool fuse_at(const Request& r, Graph& g, int value, const TreeKernel& kernel) {
  Value& v = g.values[value];
  if (v.op == nullptr || !same(v.op, kernel.words[0].op)) return false;
  for (unsigned swapped = 0; swapped < 1u << kernel.swaps; ++swapped) {
    Match m{g, kernel, swapped};
    if (!match(m, value, true)) continue;
    bool safe = true;
    for (int i = 0; i < kernel.kept; ++i) safe &= may_write(r, g, m.kept[i], value);
    if (!safe) continue;
    v.sources = kernel.arguments;
    for (int i = 0; i < kernel.arguments; ++i) v.src[i] = m.arguments[i];
    for (int i = 0; i < kMaxKept; ++i) v.kept[i] = m.kept[i];
    v.run = kernel.run;
    v.op = "";
    v.tree = true;
    v.values = kernel.values;
    for (int i = 0; i < m.n_inner; ++i) g.values[m.inner[i]].absorbed = true;
    return true;
  }
  return false;
}

void fuse(const Request& r, Graph& g, const TreeTable& table) {
  for (int i = g.count; i-- > g.n_operands;) {
    const Value& v = g.values[i];
    if (v.absorbed || (v.uses == 0 && v.out < 0)) continue;
    for (int k = 0; k < table.count; ++k) {
      if (!fuse_at(r, g, i, table.kernels[k])) continue;
      count_uses(g);
      break;
    }
  }
}

// With several models a scalar is a value for each of them. Steps that take as many values at once
// read it as one vector; for others it is repeated over the block.
const char* tile(Graph& g) {
  if (g.models == 1) return nullptr;
  for (int i = g.n_operands; i < g.count; ++i) {
    const Value& v = g.values[i];
    if (v.spread == Spread::scalar || v.lanes == g.models || (v.uses == 0 && v.out < 0)) continue;
    for (int k = 0; k < v.sources; ++k) {
      Value& source = g.values[v.src[k]];
      if (source.spread == Spread::scalar && source.op != nullptr) {
        return "does not run several models: it computes a scalar for steps of another width";
      }
      source.tiled |= source.spread == Spread::scalar || source.spread == Spread::column;
    }
  }
  return nullptr;
}

}  // namespace

const char* read_graph(const Request& r, Graph& g) {
  const MapCode& code = *r.code;
  if (code.n_slots > kMaxSlots || code.n_steps + 2 * kMaxPointers + r.n_outs > kMaxValues) {
    return "more steps than one map may have";
  }
  if (const char* wrong = read_operands(r, g)) return wrong;
  int current[kMaxSlots];
  for (int i = 0; i < kMaxSlots; ++i) current[i] = i < g.n_outs || i >= g.n_operands ? -1 : i;
  for (int i = 0; i < code.n_steps; ++i) {
    if (const char* wrong = read_step(r, code.steps[i], g, current)) return wrong;
  }
  if (const char* wrong = bind_outs(g, current)) return wrong;
  count_uses(g);
  if (const char* wrong = tile(g)) return wrong;
  if (g.rows * g.columns > kSmall) fuse(r, g, tree_steps());
  protect_ins(r, g);
  count_uses(g);
  return nullptr;
}

}  // namespace brickwork::BW_ISA
