// A plan: buffers and a flat list of instructions over them, for any batch size.
//
// A plan knows nothing about networks. `Bound` (bound.hpp) is a plan at one batch size.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel.hpp"

namespace brickwork {

// A number that may depend on the batch size: c + k * batch.
struct Dim {
  std::int64_t c = 0;
  std::int64_t k = 0;
  std::int64_t at(std::int64_t batch) const;  // throws std::overflow_error
};

enum class Kind : std::uint8_t {
  temp,      // workspace
  view,      // part of another buffer
  state,     // part of an array that outlives the step: weights, moments, metrics
  constant,  // bytes that the plan owns
  input,     // filled for each step
};

struct Buffer {
  Kind kind = Kind::temp;
  DType dtype = DType::f32;
  std::vector<Dim> dims;
  int of = 0;  // view: its base's id; state and input: their index
  Dim offset;  // view and state: in elements
  std::string bytes;  // constant
};

// How threads share an instruction's rows.
struct Part {
  enum Rule : std::uint8_t {
    one,   // thread 0 does all rows
    rows,  // thread t of T does [rows * t / T, rows * (t + 1) / T)
    once,  // depends only on the batch size: done when the plan is bound, before all others
  };
  Rule rule = one;
  // Rows at a time, alternating with the next instruction, which has the same number; 0: all.
  std::int64_t chunk = 0;
};

struct Step {
  std::string op;
  int dst = 0;
  std::vector<int> src;
};

struct Code {
  Dim rows, columns;
  std::vector<Spread> spreads;
  std::vector<Step> steps;
  std::vector<DType> slots;
};

struct Instruction {
  std::string kernel;
  std::vector<int> outs, ins;
  std::vector<Dim> ints;
  std::vector<double> reals;
  Part part;
  bool barrier = false;
  std::string label;
  std::optional<Code> code;
  const Kernel* found = nullptr;  // filled by Plan
};

// Lets many threads read a model's states, or one write them. Plans of one model share one.
class Gate {
 public:
  void lock();
  void unlock();
  void lock_shared();
  bool try_lock_shared();
  void unlock_shared();

 private:
  std::shared_mutex& mutex();
  alignas(std::shared_mutex) unsigned char memory_[sizeof(std::shared_mutex)];
  std::atomic<std::uint32_t> forks_{~0u};
};

// Time spent in one instruction, over all timed runs of a plan.
struct Timing {
  std::int64_t calls = 0;
  std::int64_t nanoseconds = 0;
  double bytes = 0;
  double flops = 0;
};

struct StateArray {
  void* data = nullptr;
  std::int64_t size = 0;
};

// Thrown if a plan is run between forget_states and the next set_states.
class StatesMoved : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Bound;

class Plan {
 public:
  // Throws std::invalid_argument if ids, ranks or names are inconsistent.
  // `models` is 1 or the lanes of a vector (dispatch.hpp): that many models run side by side.
  Plan(std::vector<Buffer> buffers, std::vector<Instruction> instructions, std::vector<int> outputs,
       int threads, std::shared_ptr<Gate> gate, int models = 1);
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const std::vector<Buffer>& buffers() const { return buffers_; }
  const std::vector<Instruction>& instructions() const { return instructions_; }
  const std::vector<int>& outputs() const { return outputs_; }
  // The buffer of each input, by input index.
  const std::vector<int>& inputs() const { return inputs_; }
  // The dtype of each state, by state index.
  const std::vector<DType>& state_dtypes() const { return state_dtypes_; }
  int threads() const { return threads_; }
  // Models side by side. Each value of a buffer is then that many, one for each model, and so is
  // each value of a state; a constant may have one value for all of them.
  int models() const { return models_; }
  // A byte for each model: 0, or what it is no longer asked for: retired by the caller, or failed
  // since its loss was not finite.
  std::vector<unsigned char>& retired() { return retired_; }
  bool writes_state() const { return writes_state_; }
  Gate* gate() const { return gate_.get(); }

  // The arrays given to set_states(). The caller keeps the memory alive.
  void set_states(std::vector<StateArray> states);
  const std::vector<StateArray>& states() const { return states_; }
  // The states are about to move: the plan cannot be run until set_states is called again.
  void forget_states() noexcept;
  bool knows_states() const { return states_.size() >= state_dtypes_.size(); }

  // Incremented by set_states: plans bound before that read the old arrays.
  std::uint64_t version() const { return version_; }

  // A bound plan for this batch size, an idle one if there is one. It must be given back.
  std::unique_ptr<Bound> acquire(std::int64_t batch);
  void release(std::unique_ptr<Bound> bound);

  // The dimensions of a buffer at a batch size.
  std::vector<std::int64_t> dims(int buffer, std::int64_t batch) const;

  // Timed runs; when off they cost one load per step.
  std::atomic<bool> timed{false};
  void add_timing(int instruction, std::int64_t nanoseconds, double bytes, double flops);
  std::vector<Timing> timings() const;
  void clear_timings();

 private:
  void check_buffers();
  void check_instruction(Instruction& instruction);

  std::vector<Buffer> buffers_;
  std::vector<Instruction> instructions_;
  std::vector<int> outputs_;
  std::vector<int> inputs_;
  std::vector<DType> state_dtypes_;
  int threads_;
  int models_;
  std::vector<unsigned char> retired_;
  bool writes_state_ = false;
  std::shared_ptr<Gate> gate_;
  std::vector<StateArray> states_;
  std::uint64_t version_ = 0;
  std::vector<std::unique_ptr<Bound>> idle_;
  std::vector<Timing> timings_;
};

// The buffer whose memory a view shares, through any number of views.
int root_of(const std::vector<Buffer>& buffers, int buffer);

}  // namespace brickwork
