// An epoch of training or of validation: its data and its plans.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "bound.hpp"
#include "gather.hpp"
#include "plan.hpp"
#include "threads.hpp"
#include "tuner.hpp"

namespace brickwork {

// Writes the order of rows in pass `pass` over n rows; see kernels/shuffle.cpp.
void shuffle_order(std::uint32_t* order, std::int64_t n, std::int64_t seed, std::int64_t pass);

// One of several models that train side by side.
struct Member {
  std::int64_t seed = 0;            // of its order of rows
  std::vector<std::uint32_t> rows;  // its rows of the data, as many as PassSpec::rows; empty: all
};

// The data of such an epoch, and its plans: for a step, before the first and after the last one.
// The position within the data is a function of (epoch, step) only.
struct PassSpec {
  Plan* step = nullptr;
  Plan* begin = nullptr;  // may be null: resets metrics
  Plan* end = nullptr;  // may be null: its outputs are the epoch's results
  std::vector<Feed> feeds;
  std::int64_t rows = 0;
  std::int64_t batch = 1;
  bool shuffle = false;
  std::int64_t seed = 0;
  std::vector<Member> members = {};  // of a plan that runs several models: one for each
  std::int64_t steps = 0;  // the most steps of an epoch; 0: one pass over the data
  bool restart = false;  // with steps: each epoch begins at the first row again
  std::int64_t first_epoch = 0;  // the epoch that begins the first pass over the data
  bool drop = false;  // leave out the last batch of a pass if it is not full
};

class Pass {
 public:
  explicit Pass(PassSpec spec);

  const PassSpec& spec() const { return spec_; }
  // Steps of an epoch. A pass over the data ends with an epoch, which may therefore be shorter.
  std::int64_t steps(std::int64_t epoch) const {
    return std::min(spec_.steps, per_pass_ - first_step(epoch));
  }
  // The number of values that end() writes: those of all outputs, one after the other.
  std::size_t results() const { return results_; }

  // Lets the feeds be those of some rows of the pass over the data, from row `first` on, which is a
  // multiple of the batch; steps that need other rows fail. `order` is of these rows; empty for the
  // one that they are in. Not where the pass itself shuffles.
  void window(std::vector<Feed> feeds, std::int64_t first, std::vector<std::uint32_t> order);

  // Leases workspaces. Plans may be re-bound here, so hold the GIL or be the only user.
  void open();
  void close();

  void begin();
  void end(double* results);

  // Runs up to `count` steps of the epoch from `step` on, within one pass over the data. Adds the
  // number of finished ones to *done. Returns a Stop.
  int run(std::int64_t epoch, std::int64_t step, std::int64_t count, std::int64_t* done);

  Tuner& tuner() { return tuner_; }

 private:
  struct Share;
  // The calls that fill an input of several models: of a full batch, and of the last one.
  struct Filling {
    Call full, partial;
  };
  void check_feeds(Bound& bound) const;
  void order_rows(std::int64_t data_pass);
  void order_members(std::int64_t data_pass);
  void open_members();
  // The position of an epoch in its pass over the data.
  std::int64_t first_step(std::int64_t epoch) const {
    return spec_.restart ? 0 : (epoch - spec_.first_epoch) % epochs_per_pass_ * spec_.steps;
  }
  Bound& bound_for(std::int64_t index) {
    return *(rows_at(index) == spec_.batch ? full_ : partial_)->get();
  }
  std::int64_t rows_at(std::int64_t index) const {
    return std::min(spec_.batch, spec_.rows - index * spec_.batch);
  }
  const std::uint32_t* order() const { return order_.empty() ? nullptr : order_.data(); }
  Bound& fill(std::int64_t index);
  Bound& fill_members(std::int64_t index);
  bool has_team();
  int run_shared(std::int64_t index, std::int64_t count, std::int64_t* done);
  static void work(void* share, int thread);

  PassSpec spec_;
  std::int64_t window_ = 0;  // the row of the pass over the data that the feeds begin with
  std::int64_t held_ = 0;  // how many rows they have
  std::int64_t per_pass_ = 0;  // steps that one pass over the data takes
  std::int64_t epochs_per_pass_ = 1;  // epochs that one pass is divided into
  std::size_t results_ = 0;
  std::vector<std::uint32_t> order_;  // of the pass or the window; of members theirs, by row
  std::vector<Filling> fillings_;  // by feed
  std::int64_t ordered_ = -1;  // the pass over the data that order_ is for
  std::unique_ptr<Lease> full_, partial_, begin_, end_;
  std::unique_ptr<Team> team_;
  std::unique_ptr<Barrier> barrier_;
  Tuner tuner_;
  bool tuned_ = false;
};

}  // namespace brickwork
