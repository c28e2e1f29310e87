// Whole epochs in one call: shuffle, gather, step, metrics, validation.
#pragma once
#include <cstdint>
#include <vector>

#include "pass.hpp"

namespace brickwork {

enum class Status { time, steps, epoch, done, not_finite, out_of_range };
const char* status_name(Status status);

class Loop {
 public:
  // `initial_step` steps of the first epoch are done already, and included in the metrics.
  Loop(Pass& train, Pass* valid, std::int64_t epochs, std::int64_t initial_epoch,
       std::int64_t valid_every, std::int64_t initial_step = 0);

  // Workspaces for the calls of run and current until close; see Pass::open.
  void open();
  void close();

  // Runs for about `seconds`, at most `max_steps` steps (0: any number), and if `stop_at_epoch` at
  // most to the end of the epoch. At least one step is done if any is left.
  Status run(double seconds, std::int64_t max_steps, bool stop_at_epoch);

  // The results of this epoch so far; empty before its first step.
  std::vector<double> current();

  std::int64_t epoch() const { return epoch_; }  // finished epochs, initial_epoch included
  std::int64_t step() const { return step_; }    // done in this phase of the epoch
  bool validating() const { return validating_; }
  std::int64_t steps_done() const { return steps_done_; }  // of training, without skipped ones
  std::int64_t finished() const { return epoch_ - initial_epoch_; }  // by this loop
  std::size_t width() const { return width_; }
  // Results of finished epochs, width() each: training's, then validation's (NaN where skipped).
  const std::vector<double>& rows() const { return rows_; }

 private:
  Pass& pass() { return validating_ ? *valid_ : train_; }
  void begin_phase();
  bool end_phase();
  bool look_at_clock();

  Pass& train_;
  Pass* valid_;
  std::int64_t epochs_, initial_epoch_, epoch_, valid_every_;
  std::int64_t step_ = 0;
  std::int64_t steps_done_ = 0;
  bool validating_ = false;
  bool begun_ = false;
  std::size_t width_;
  std::vector<double> row_;
  std::vector<double> rows_;
  // Of the current call of run:
  std::int64_t budget_ = 1;   // steps until the next check of the clock
  std::int64_t counted_ = 0;  // steps since the last check
  double last_look_ = 0;
  double deadline_ = 0;
};

}  // namespace brickwork
