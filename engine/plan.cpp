#include "plan.hpp"

#include <algorithm>
#include <mutex>
#include <new>
#include <stdexcept>

#include "bound.hpp"
#include "dispatch.hpp"
#include "threads.hpp"

namespace brickwork {
namespace {

// Idle workspaces that a plan keeps: enough for full and partial batches on some threads.
constexpr std::size_t kIdle = 8;

[[noreturn]] void fail(const std::string& what) { throw std::invalid_argument(what); }

std::string place(const char* kind, std::size_t index) {
  return std::string(kind) + " " + std::to_string(index);
}

}  // namespace

std::int64_t Dim::at(std::int64_t batch) const {
  std::int64_t scaled, sum;
  if (__builtin_mul_overflow(k, batch, &scaled) || __builtin_add_overflow(c, scaled, &sum)) {
    throw std::overflow_error("a dimension does not fit 64 bits at batch size " +
                              std::to_string(batch));
  }
  return sum;
}

std::shared_mutex& Gate::mutex() {
  // A forked child may have inherited a lock whose holder does not exist there: it makes a new one.
  if (forks_.load(std::memory_order_acquire) != fork_count()) {
    const std::lock_guard guard(lists_mutex());
    if (forks_.load(std::memory_order_relaxed) != fork_count()) {
      new (memory_) std::shared_mutex;
      forks_.store(fork_count(), std::memory_order_release);
    }
  }
  return *std::launder(reinterpret_cast<std::shared_mutex*>(memory_));
}

void Gate::lock() { mutex().lock(); }
void Gate::unlock() { mutex().unlock(); }
void Gate::lock_shared() { mutex().lock_shared(); }
bool Gate::try_lock_shared() { return mutex().try_lock_shared(); }
void Gate::unlock_shared() { mutex().unlock_shared(); }

Plan::Plan(std::vector<Buffer> buffers, std::vector<Instruction> instructions,
           std::vector<int> outputs, int threads, std::shared_ptr<Gate> gate, int models)
    : buffers_(std::move(buffers)),
      instructions_(std::move(instructions)),
      outputs_(std::move(outputs)),
      threads_(threads),
      models_(models),
      gate_(std::move(gate)),
      timings_(instructions_.size()) {
  idle_.reserve(kIdle);  // so that returning one, which destructors do, needs no memory
  if (threads < 1 || threads > 1024) {
    fail("threads must be 1 to 1024, not " + std::to_string(threads));
  }
  if (models != 1 && models != side_by_side()) {
    fail("models must be 1 or " + std::to_string(side_by_side()) + ", not " +
         std::to_string(models));
  }
  if (models > 1 && threads > 1) fail("several models run on one thread");
  retired_.resize(static_cast<std::size_t>(models));
  check_buffers();
  for (std::size_t i = 0; i < instructions_.size(); ++i) {
    try {
      check_instruction(instructions_[i]);
    } catch (const std::invalid_argument& error) {
      fail(place("instruction", i) + " (" + instructions_[i].kernel + ", " +
           instructions_[i].label + "): " + error.what());
    }
  }
  for (const int id : outputs_) {
    if (id < 0 || id >= static_cast<int>(buffers_.size())) {
      fail("output buffer " + std::to_string(id) + " does not exist");
    }
  }
}

Plan::~Plan() = default;

void Plan::check_buffers() {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    const Buffer& b = buffers_[i];
    if (b.dims.size() > static_cast<std::size_t>(kMaxRank)) {
      fail(place("buffer", i) + " has rank " + std::to_string(b.dims.size()) + ", at most " +
           std::to_string(kMaxRank));
    }
    if (b.of < 0) fail(place("buffer", i) + " refers to a negative index");
    const auto of = static_cast<std::size_t>(b.of);
    if (b.kind == Kind::view) {
      if (of >= i) fail(place("buffer", i) + " is a view of a buffer that does not precede it");
      if (buffers_[of].dtype != b.dtype) {
        fail(place("buffer", i) + " differs in dtype from its base");
      }
    } else if (b.kind == Kind::input) {
      if (of >= inputs_.size()) inputs_.resize(of + 1, -1);
      if (inputs_[of] != -1) fail(place("input", of) + " has two buffers");
      inputs_[of] = static_cast<int>(i);
    } else if (b.kind == Kind::state && of >= state_dtypes_.size()) {
      state_dtypes_.resize(of + 1, b.dtype);
    }
  }
  for (const Buffer& b : buffers_) {
    if (b.kind == Kind::state) state_dtypes_[static_cast<std::size_t>(b.of)] = b.dtype;
  }
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    const Buffer& b = buffers_[i];
    if (b.kind == Kind::state && state_dtypes_[static_cast<std::size_t>(b.of)] != b.dtype) {
      fail(place("buffer", i) + " gives its state a second dtype");
    }
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i] == -1) fail(place("input", i) + " has no buffer");
  }
}

void Plan::check_instruction(Instruction& instruction) {
  const auto index = static_cast<std::size_t>(&instruction - instructions_.data());
  if (instruction.part.rule == Part::once && index > 0 &&
      instructions_[index - 1].part.rule != Part::once) {
    fail("is done once, so it must stand before all that are done in each step");
  }
  instruction.found = find_kernel(instruction.kernel);
  if (instruction.found == nullptr) fail("no such kernel");
  if (models_ > 1 && !instruction.found->several) fail("does not run several models side by side");
  if (instruction.outs.size() + instruction.ins.size() > static_cast<std::size_t>(kMaxPointers)) {
    fail("more than " + std::to_string(kMaxPointers) + " operands");
  }
  if (instruction.ints.size() > static_cast<std::size_t>(kMaxInts)) fail("too many integers");
  if (instruction.reals.size() > static_cast<std::size_t>(kMaxReals)) fail("too many reals");
  const auto check = [&](int id) {
    if (id < 0 || id >= static_cast<int>(buffers_.size())) {
      fail("buffer " + std::to_string(id) + " does not exist");
    }
  };
  for (const int id : instruction.ins) check(id);
  for (const int id : instruction.outs) {
    check(id);
    const Kind root = buffers_[static_cast<std::size_t>(root_of(buffers_, id))].kind;
    if (root == Kind::constant || root == Kind::input) fail("writes to a constant or an input");
    if (root == Kind::state) writes_state_ = true;
  }
  if (!instruction.code) return;
  const Code& code = *instruction.code;
  const std::size_t operands = instruction.outs.size() + instruction.ins.size();
  if (code.spreads.size() != operands) fail("needs one spread for each operand");
  if (code.slots.size() < operands) fail("needs a dtype for each operand's slot");
  for (const Step& step : code.steps) {
    if (step.src.size() > 3) fail("step " + step.op + " has more than three sources");
    std::vector<int> used = step.src;
    used.push_back(step.dst);
    for (const int slot : used) {
      if (slot < 0 || slot >= static_cast<int>(code.slots.size())) {
        fail("step " + step.op + " uses slot " + std::to_string(slot) + ", which does not exist");
      }
    }
  }
}

void Plan::set_states(std::vector<StateArray> states) {
  if (states.size() < state_dtypes_.size()) {
    fail("got " + std::to_string(states.size()) + " states, the plan uses " +
         std::to_string(state_dtypes_.size()));
  }
  const std::lock_guard guard(lists_mutex());
  states_ = std::move(states);
  ++version_;
}

void Plan::forget_states() noexcept {
  const std::lock_guard guard(lists_mutex());
  states_.clear();
  ++version_;
}

std::unique_ptr<Bound> Plan::acquire(std::int64_t batch) {
  std::uint64_t version;
  std::vector<std::unique_ptr<Bound>> stale;  // freed outside the lock
  stale.reserve(kIdle);
  {
    const std::lock_guard guard(lists_mutex());
    version = version_;
    for (std::size_t i = idle_.size(); i-- > 0;) {
      if (idle_[i]->version() != version) {
        stale.push_back(std::move(idle_[i]));
        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
      } else if (idle_[i]->batch() == batch) {
        std::unique_ptr<Bound> found = std::move(idle_[i]);
        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
        return found;
      }
    }
  }
  return std::make_unique<Bound>(*this, batch, version);
}

void Plan::release(std::unique_ptr<Bound> bound) {
  std::unique_ptr<Bound> oldest;  // outlives the lock
  const std::lock_guard guard(lists_mutex());
  if (idle_.size() >= kIdle) {
    oldest = std::move(idle_.front());
    idle_.erase(idle_.begin());
  }
  idle_.push_back(std::move(bound));
}

std::vector<std::int64_t> Plan::dims(int buffer, std::int64_t batch) const {
  std::vector<std::int64_t> known;
  for (const Dim& d : buffers_[static_cast<std::size_t>(buffer)].dims) known.push_back(d.at(batch));
  return known;
}

void Plan::add_timing(int instruction, std::int64_t nanoseconds, double bytes, double flops) {
  const std::lock_guard guard(lists_mutex());
  Timing& t = timings_[static_cast<std::size_t>(instruction)];
  ++t.calls;
  t.nanoseconds += nanoseconds;
  t.bytes += bytes;
  t.flops += flops;
}

std::vector<Timing> Plan::timings() const {
  const std::lock_guard guard(lists_mutex());
  return timings_;
}

void Plan::clear_timings() {
  const std::lock_guard guard(lists_mutex());
  timings_.assign(instructions_.size(), {});
}

int root_of(const std::vector<Buffer>& buffers, int buffer) {
  while (buffers[static_cast<std::size_t>(buffer)].kind == Kind::view) {
    buffer = buffers[static_cast<std::size_t>(buffer)].of;
  }
  return buffer;
}

}  // namespace brickwork
