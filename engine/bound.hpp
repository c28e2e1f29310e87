// A plan at one batch size: memory is laid out, kernels are bound, and it can be run many times.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "plan.hpp"
#include "threads.hpp"
#include "tuner.hpp"

namespace brickwork {

// 64-byte aligned memory, with readable bytes after its end for full-width loads.
class Arena {
 public:
  explicit Arena(std::int64_t bytes);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  char* data() const { return data_; }

 private:
  char* data_;
};

class Bound {
 public:
  Bound(Plan& plan, std::int64_t batch, std::uint64_t version);
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;

  std::int64_t batch() const { return batch_; }
  std::uint64_t version() const { return version_; }

  // Where an input's values go, unless point() has set another address.
  void* input(int index) const { return homes_[index]; }
  // Reads an input from `data` from now on; null for its own memory.
  void point(int index, void* data);

  const View& input_view(int index) const {
    return views_[static_cast<std::size_t>(plan_.inputs()[static_cast<std::size_t>(index)])];
  }
  const View& output(int index) const { return outputs_[index]; }

  // Multiplications and additions of a step, roughly.
  double flops() const;

  // One step on this thread. Returns a Stop.
  int run();
  // One step on as many threads as measurements showed to be faster.
  int run_tuned();
  // This thread's share of one step; every thread of the team calls it.
  int run_shared(int thread, Barrier& barrier);

 private:
  struct Patch {
    std::int32_t call;
    std::int32_t slot;
    std::int64_t offset;
  };
  struct Span {
    std::int64_t lo, hi;
  };

  std::int64_t bytes_of(DType dtype) const;  // of one value of all models
  void lay_out();
  void bind(int index);
  void pair(std::size_t index);
  void run_turns(std::size_t index, std::int64_t lo, std::int64_t hi, Worker& worker) const;
  int run_in_turns();
  void share(const Instruction& instruction, const Call& call);
  View view(int buffer) const;
  static void* own(void* self, std::int64_t bytes);
  int run_timed();

  Plan& plan_;
  std::int64_t batch_;
  std::uint64_t version_;
  std::unique_ptr<Arena> arena_;
  std::vector<std::unique_ptr<Arena>> owned_;
  std::vector<View> views_;  // of every buffer
  std::vector<Call> calls_;
  std::vector<Span> spans_;  // threads x calls
  std::vector<unsigned char> barriers_;
  std::vector<std::int64_t> chunks_;  // rows at a time, alternating with the next call; 0: all
  bool turns_ = false;                // whether any calls alternate
  std::size_t first_ = 0;  // calls before it run only once
  std::vector<void*> homes_;                 // by input
  std::vector<void*> pointed_;               // by input
  std::vector<std::vector<Patch>> patches_;  // by input
  std::vector<View> outputs_;
  Tuner tuner_{1, 0};
  std::vector<double> bytes_, flops_;  // by instruction, for the timed mode
};

// A bound plan for the duration of one call, returned at the end.
class Lease {
 public:
  Lease(Plan& plan, std::int64_t batch) : plan_(&plan), bound_(plan.acquire(batch)) {}
  ~Lease() { plan_->release(std::move(bound_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Bound& operator*() { return *bound_; }
  Bound* operator->() { return bound_.get(); }
  Bound* get() { return bound_.get(); }

 private:
  Plan* plan_;
  std::unique_ptr<Bound> bound_;
};

}  // namespace brickwork
