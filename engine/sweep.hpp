// Runs a plan over many independent rows, in portions that threads take one by one.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "bound.hpp"
#include "gather.hpp"
#include "plan.hpp"

namespace brickwork {

struct SweepSpec {
  Plan* plan = nullptr;  // writes no state; the batch is the first axis of inputs and outputs
  std::vector<Feed> feeds;  // of each input
  std::vector<char*> outputs;  // where the rows of each output go
  std::int64_t rows = 0;
  std::int64_t portion = 1;  // rows at a time
  int threads = 1;
};

// Each thread takes the next portion when it has finished one, with its own workspace: no thread
// waits for another, and a core that is busy with other work delays only its own thread.
class Sweep {
 public:
  // Leases workspaces, so hold Python's lock; throws std::invalid_argument where arrays don't fit.
  explicit Sweep(SweepSpec spec);

  // Runs for about `seconds`, in whole portions. Returns a Stop.
  int run(double seconds);
  // Rows of the portions started so far; after run() all of them are finished.
  std::int64_t done() const;

 private:
  struct Share;
  int take(int thread);
  static void work(void* share, int thread);
  void check(Bound& bound) const;

  SweepSpec spec_;
  std::int64_t portions_;
  std::vector<std::unique_ptr<Lease>> full_;  // by thread
  std::unique_ptr<Lease> partial_;  // of the last portion, if it is shorter
  std::vector<std::int64_t> row_bytes_;  // of each output
  std::atomic<std::int64_t> next_{0};
  double cost_ = 0;  // seconds per portion, last measured on one thread
};

}  // namespace brickwork
