// The interface between a plan and its kernels.
//
// A kernel is two functions: `bind` sees shapes and pointers once, when a plan meets a batch size,
// checks them and picks the specialised `run`; `run` does the work on rows [lo, hi), nothing else.
// This header is included by files compiled for one instruction set, so it holds plain data only:
// no inline library code that the linker could carry from one instruction set into another.
#pragma once
#include <cstddef>
#include <cstdint>

namespace brickwork {

enum class DType : std::uint8_t { f32, f64, i32, i64, boolean };

constexpr std::int64_t item_bytes(DType t) {
  return t == DType::f64 || t == DType::i64 ? 8 : t == DType::boolean ? 1 : 4;
}

constexpr int kMaxRank = 8;
constexpr int kMaxPointers = 20;
constexpr int kMaxInts = 24;
constexpr int kMaxReals = 4;

// An operand whose dimensions are known: row-major, contiguous.
struct View {
  void* data = nullptr;
  DType dtype = DType::f32;
  int rank = 0;
  std::int64_t dims[kMaxRank] = {};
  std::int64_t size = 1;
};

// How an operand of a map is broadcast over the iteration space of rows x columns.
enum class Spread : std::uint8_t {
  full,    // rows x columns values
  scalar,  // one value for all
  row,     // `columns` values, the same for every row (a bias)
  column,  // `rows` values, the same along every row
};

// One elementwise step of a map. Slots below the operand count are operands, the others scratch.
struct MapStep {
  const char* op;  // e.g. "add", "exp", "where", "cast"
  int dst;
  int src[3];
  int n_src;
};

struct MapCode {
  std::int64_t rows;     // the iteration space: rows x columns
  std::int64_t columns;
  const Spread* spreads;  // one per operand: outs first, then ins
  const MapStep* steps;
  int n_steps;
  const DType* slots;  // dtype of every slot, operands included
  int n_slots;
};

// The state of a thread while it runs a plan.
struct Worker {
  int thread = 0;
  int threads = 1;
  // Set by a kernel to stop the step: `guard` (a loss that is not finite), an id out of range.
  int* stop = nullptr;
};

enum Stop : int { kGoOn = 0, kNotFinite = 1, kOutOfRange = 2 };

struct Call;
using Run = void (*)(const Call&, std::int64_t lo, std::int64_t hi, Worker&);

// A resolved instruction as a flat record: what `run` needs is in one or two cache lines.
struct Call {
  Run run = nullptr;
  std::int64_t rows = 1;  // extent that threads divide; [lo, hi) is within it
  void* p[kMaxPointers] = {};
  std::int64_t n[kMaxInts] = {};
  double x[kMaxReals] = {};
  void* own = nullptr;  // memory from Request::own, for this call alone
};

// What `bind` may read and request.
struct Request {
  const View* outs;
  int n_outs;
  const View* ins;
  int n_ins;
  const std::int64_t* ints;
  int n_ints;
  const double* reals;
  int n_reals;
  const MapCode* code;  // for "map" only
  int threads;
  // Models that the plan runs side by side: 1, or as many as a vector has floats. Value i of an
  // operand is then `models` values, one for each model; extents and sizes do not count them.
  int models;
  // Of each model, a byte that is not 0 once nothing more is asked of it; see `guard`.
  unsigned char* retired;
  // 64-byte aligned memory that lives as long as the bound plan and is used only by this call.
  // Zeroed. `context` is passed back unchanged.
  void* (*own)(void* context, std::int64_t bytes);
  void* context;
};

// Returns null, or a message why these operands do not fit (a fault of the planner, not a user's).
using Bind = const char* (*)(const Request&, Call&);

struct Kernel {
  const char* name;
  Bind bind;
  bool several = false;  // whether it can run several models side by side
};

// All kernels of one instruction set: the list of each file, ended by an entry without a name.
struct KernelTable {
  const char* isa;
  int floats;  // of a vector
  const Kernel* const* lists;
  int count;
};

}  // namespace brickwork
