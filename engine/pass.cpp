#include "pass.hpp"

#include <stdexcept>
#include <string>

#include "dispatch.hpp"

namespace brickwork {
namespace {

double number(const View& v, std::int64_t i) {
  switch (v.dtype) {
    case DType::f32: return static_cast<const float*>(v.data)[i];
    case DType::f64: return static_cast<const double*>(v.data)[i];
    case DType::i32: return static_cast<const std::int32_t*>(v.data)[i];
    case DType::i64: return static_cast<double>(static_cast<const std::int64_t*>(v.data)[i]);
    case DType::boolean: return static_cast<const bool*>(v.data)[i];
  }
  return 0;
}

// The order of n rows, or of several models' with a seed for each.
void shuffle_all(std::uint32_t* order, std::int64_t n, std::int64_t seed, std::int64_t pass,
                 std::vector<std::int64_t>* seeds) {
  static const Kernel* const kernel = find_kernel("shuffle");
  View out, in;
  out.data = order;
  out.dtype = DType::i32;
  out.size = n;
  const std::int64_t ints[] = {seed, pass};
  Request request{};
  request.outs = &out;
  request.n_outs = 1;
  request.ins = &in;
  request.ints = ints;
  request.n_ints = 2;
  request.threads = request.models = 1;
  Call call;
  call.p[0] = order;
  if (seeds != nullptr) {
    request.n_ins = 1;
    request.models = static_cast<int>(seeds->size());
    call.p[1] = seeds->data();
  }
  if (const char* why = kernel->bind(request, call)) throw std::invalid_argument(why);
  Worker worker;
  call.run(call, 0, call.rows, worker);
}

}  // namespace

void shuffle_order(std::uint32_t* order, std::int64_t n, std::int64_t seed, std::int64_t pass) {
  shuffle_all(order, n, seed, pass, nullptr);
}

Pass::Pass(PassSpec spec) : spec_(std::move(spec)), tuner_(1, 0) {
  if (spec_.rows < 1) throw std::invalid_argument("Pass: there are no rows");
  if (spec_.batch < 1) throw std::invalid_argument("Pass: batch must be at least 1");
  if (spec_.steps < 0) throw std::invalid_argument("Pass: steps must be at least 1");
  if (spec_.shuffle && spec_.rows > 0xffffffffll) {
    throw std::invalid_argument("Pass: more than 2^32 rows cannot be shuffled");
  }
  if (spec_.feeds.size() != spec_.step->inputs().size()) {
    throw std::invalid_argument("Pass: got " + std::to_string(spec_.feeds.size()) +
                                " feeds, the step has " +
                                std::to_string(spec_.step->inputs().size()) + " inputs");
  }
  const auto models = static_cast<std::size_t>(spec_.step->models());
  if (spec_.members.size() != (models > 1 ? models : 0)) {
    throw std::invalid_argument("Pass: got " + std::to_string(spec_.members.size()) +
                                " members, the step runs " + std::to_string(models) + " models");
  }
  for (const Member& member : spec_.members) {
    if (!member.rows.empty() && member.rows.size() != static_cast<std::size_t>(spec_.rows)) {
      throw std::invalid_argument("Pass: a member has another number of rows");
    }
  }
  for (const Plan* plan : {spec_.begin, spec_.end}) {
    if (plan != nullptr && plan->models() != spec_.step->models()) {
      throw std::invalid_argument("Pass: begin and end must run as many models as the step");
    }
  }
  spec_.batch = std::min(spec_.batch, spec_.rows);
  held_ = spec_.rows;
  per_pass_ = spec_.drop ? spec_.rows / spec_.batch : (spec_.rows - 1) / spec_.batch + 1;
  if (spec_.steps == 0 || spec_.steps > per_pass_) spec_.steps = per_pass_;
  epochs_per_pass_ = (per_pass_ - 1) / spec_.steps + 1;
  if (spec_.shuffle || models > 1) order_.resize(static_cast<std::size_t>(spec_.rows) * models);
  for (const Plan* plan : {spec_.begin, spec_.end}) {
    if (plan != nullptr && !plan->inputs().empty()) {
      throw std::invalid_argument("Pass: begin and end take no inputs");
    }
  }
  if (spec_.step->threads() > 1) barrier_ = std::make_unique<Barrier>(spec_.step->threads());
  if (spec_.end == nullptr) return;
  for (const int id : spec_.end->outputs()) {
    std::size_t count = 1;
    for (const Dim& dim : spec_.end->buffers()[static_cast<std::size_t>(id)].dims) {
      if (dim.k != 0) throw std::invalid_argument("Pass: an output of end grows with the batch");
      if (dim.c < 0 || __builtin_mul_overflow(count, static_cast<std::size_t>(dim.c), &count)) {
        throw std::invalid_argument("Pass: an output of end has no size");
      }
    }
    results_ += count * models;
  }
}

void Pass::window(std::vector<Feed> feeds, std::int64_t first, std::vector<std::uint32_t> order) {
  if (spec_.shuffle || !spec_.members.empty()) {
    throw std::invalid_argument("Pass.window: rows that are shuffled come as a whole");
  }
  if (feeds.size() != spec_.feeds.size() || feeds.empty()) {
    throw std::invalid_argument("Pass.window: got " + std::to_string(feeds.size()) +
                                " feeds, expected " + std::to_string(spec_.feeds.size()));
  }
  if (first < 0 || first % spec_.batch != 0) {
    throw std::invalid_argument("Pass.window: first must be a multiple of the batch");
  }
  std::int64_t rows = feeds[0].rows();
  for (const Feed& feed : feeds) rows = std::min(rows, feed.rows());
  for (const std::uint32_t row : order) {
    if (row >= rows) throw std::invalid_argument("Pass.window: the order has a row too many");
  }
  held_ = order.empty() ? rows : static_cast<std::int64_t>(order.size());
  window_ = first;
  spec_.feeds = std::move(feeds);
  order_ = std::move(order);
}

void Pass::open() {
  const std::int64_t rest = spec_.drop ? 0 : spec_.rows % spec_.batch;
  full_ = std::make_unique<Lease>(*spec_.step, spec_.batch);
  if (rest != 0) partial_ = std::make_unique<Lease>(*spec_.step, rest);
  if (spec_.begin != nullptr) begin_ = std::make_unique<Lease>(*spec_.begin, spec_.batch);
  if (spec_.end != nullptr) end_ = std::make_unique<Lease>(*spec_.end, spec_.batch);
  check_feeds(*full_->get());
  if (partial_ != nullptr) check_feeds(*partial_->get());
  if (!spec_.members.empty()) open_members();
  if (!tuned_) tuner_ = Tuner(spec_.step->threads(), full_->get()->flops());
  tuned_ = true;
}

namespace {

// The values in a row of input i.
std::int64_t width_of(const Bound& bound, std::size_t i) {
  const View& v = bound.input_view(static_cast<int>(i));
  std::int64_t width = 1;
  for (int d = 1; d < v.rank; ++d) width *= v.dims[d];
  return width;
}

}  // namespace

void Pass::open_members() {
  static const Kernel* const kernel = find_kernel("members");
  fillings_.clear();
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    if (spec_.feeds[i].direct(0) == nullptr) {
      throw std::invalid_argument("Pass: feed " + std::to_string(i) +
                                  " of several models must have the plan's dtype, contiguous");
    }
    Filling& filling = fillings_.emplace_back();
    const auto bind = [&](Bound& bound, Call& call) {
      Request request{};
      request.outs = &bound.input_view(static_cast<int>(i));
      request.n_outs = request.threads = 1;
      request.models = spec_.step->models();
      const std::int64_t own = width_of(bound, i) != spec_.feeds[i].width();
      request.ints = &own;
      request.n_ints = 1;
      if (const char* why = kernel->bind(request, call)) throw std::invalid_argument(why);
      call.p[0] = bound.input(static_cast<int>(i));
      call.p[1] = spec_.feeds[i].direct(0);
    };
    bind(*full_->get(), filling.full);
    if (partial_ != nullptr) bind(*partial_->get(), filling.partial);
  }
}

void Pass::check_feeds(Bound& bound) const {
  std::int64_t rows = order_.empty() || spec_.shuffle ? held_ : 0;  // `window` has looked at it
  for (const Member& member : spec_.members) {
    for (const std::uint32_t row : member.rows) rows = std::max<std::int64_t>(rows, row + 1LL);
  }
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    const View& v = bound.input_view(static_cast<int>(i));
    const Feed& f = spec_.feeds[i];
    const std::int64_t wanted = width_of(bound, i);
    // Of several models all have the same rows to read from, or each has values of its own there.
    const bool fits = f.width() == wanted || f.width() == wanted * spec_.step->models();
    if (v.rank < 1 || v.dims[0] != bound.batch() || f.rows() < rows || !fits) {
      throw std::invalid_argument("Pass: feed " + std::to_string(i) + " has " +
                                  std::to_string(f.rows()) + " rows of " +
                                  std::to_string(f.width()) + " values, expected " +
                                  std::to_string(rows) + " of " + std::to_string(wanted));
    }
  }
}

void Pass::close() {
  team_.reset();
  for (auto* lease : {&full_, &partial_, &begin_, &end_}) lease->reset();
}

void Pass::begin() {
  if (begin_ != nullptr) begin_->get()->run();
}

void Pass::end(double* results) {
  if (end_ == nullptr) return;
  Bound& bound = *end_->get();
  bound.run();
  const int count = static_cast<int>(spec_.end->outputs().size());
  for (int i = 0; i < count; ++i) {
    const View& view = bound.output(i);
    const std::int64_t values = view.size * spec_.end->models();
    for (std::int64_t k = 0; k < values; ++k) *results++ = number(view, k);
  }
}

void Pass::order_rows(std::int64_t data_pass) {
  if (data_pass == ordered_ || !(spec_.shuffle || !spec_.members.empty())) return;
  if (spec_.members.empty()) {
    shuffle_order(order_.data(), spec_.rows, spec_.seed, data_pass);
  } else if (spec_.shuffle || ordered_ < 0) {
    order_members(data_pass);
  }
  ordered_ = data_pass;
}

void Pass::order_members(std::int64_t data_pass) {
  const auto models = static_cast<std::int64_t>(spec_.members.size());
  if (spec_.shuffle) {
    std::vector<std::int64_t> seeds;
    seeds.reserve(spec_.members.size());
    for (const Member& member : spec_.members) seeds.push_back(member.seed);
    shuffle_all(order_.data(), spec_.rows, 0, data_pass, &seeds);
  } else {
    for (std::int64_t i = 0; i < spec_.rows * models; ++i) {
      order_[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(i / models);
    }
  }
  for (std::int64_t m = 0; m < models; ++m) {
    const std::vector<std::uint32_t>& rows = spec_.members[static_cast<std::size_t>(m)].rows;
    if (rows.empty()) continue;
    for (std::int64_t r = 0; r < spec_.rows; ++r) {
      std::uint32_t& row = order_[static_cast<std::size_t>(r * models + m)];
      row = rows[row];
    }
  }
}

int Pass::run(std::int64_t epoch, std::int64_t step, std::int64_t count, std::int64_t* done) {
  const std::int64_t index = first_step(epoch) + step;
  order_rows(spec_.restart ? 0 : (epoch - spec_.first_epoch) / epochs_per_pass_);
  count = std::min(count, per_pass_ - index);
  const std::int64_t end = std::min((index + count) * spec_.batch, spec_.rows);
  if (count > 0 && (index * spec_.batch < window_ || end > window_ + held_)) {
    throw std::invalid_argument("Pass: the rows of a step are outside of the window");
  }
  if (tuner_.shared() && has_team()) return run_shared(index, count, done);
  for (std::int64_t i = 0; i < count; ++i) {
    Bound& bound = spec_.members.empty() ? fill(index + i) : fill_members(index + i);
    int stop = bound.run();
    // The guard has marked a model whose loss is not finite. The step has changed nothing yet: the
    // others go on.
    while (stop == kNotFinite && !spec_.members.empty()) stop = bound.run();
    if (stop != kGoOn) return stop;
    ++*done;
  }
  return kGoOn;
}

// The workspace of this step, with its inputs filled.
Bound& Pass::fill(std::int64_t index) {
  Bound& bound = bound_for(index);
  const std::int64_t first = index * spec_.batch - window_;
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    const Feed& feed = spec_.feeds[i];
    void* direct = order() == nullptr ? feed.direct(first) : nullptr;
    bound.point(static_cast<int>(i), direct);
    if (direct == nullptr) {
      feed.gather(order(), first, 0, bound.batch(), bound.input(static_cast<int>(i)));
    }
  }
  return bound;
}

// The same with several models: each has rows of its own.
Bound& Pass::fill_members(std::int64_t index) {
  Bound& bound = bound_for(index);
  const std::size_t first = static_cast<std::size_t>(index * spec_.batch) * spec_.members.size();
  Worker worker;
  for (Filling& filling : fillings_) {
    Call& call = bound.batch() == spec_.batch ? filling.full : filling.partial;
    call.p[2] = order_.data() + first;
    call.run(call, 0, call.rows, worker);
  }
  return bound;
}

bool Pass::has_team() {
  if (spec_.step->timed.load(std::memory_order_relaxed)) return false;
  if (spec_.step->threads() > most_threads()) return false;
  if (team_ == nullptr) team_ = std::make_unique<Team>(spec_.step->threads());
  return team_->size() == spec_.step->threads();
}

struct Pass::Share {
  Pass* pass;
  std::int64_t index, count;
  std::int64_t done = 0;
  int stop = kGoOn;
};

int Pass::run_shared(std::int64_t index, std::int64_t count, std::int64_t* done) {
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    full_->get()->point(static_cast<int>(i), nullptr);
    if (partial_ != nullptr) partial_->get()->point(static_cast<int>(i), nullptr);
  }
  Share share{this, index, count};
  team_->run(&Pass::work, &share);
  *done += share.done;
  return share.stop;
}

// The work of each thread for some steps. All see the same `stop` at the same step.
void Pass::work(void* context, int thread) {
  auto& share = *static_cast<Share*>(context);
  Pass& pass = *share.pass;
  const PassSpec& spec = pass.spec_;
  const std::int64_t threads = spec.step->threads();
  std::int64_t done = 0;
  int stop = kGoOn;
  for (; done < share.count; ++done) {
    Bound& bound = pass.bound_for(share.index + done);
    const std::int64_t first = (share.index + done) * spec.batch - pass.window_;
    const std::int64_t lo = bound.batch() * thread / threads;
    const std::int64_t hi = bound.batch() * (thread + 1) / threads;
    for (std::size_t i = 0; i < spec.feeds.size(); ++i) {
      spec.feeds[i].gather(pass.order(), first, lo, hi, bound.input(static_cast<int>(i)));
    }
    stop = bound.run_shared(thread, *pass.barrier_);
    if (stop != kGoOn) break;
  }
  if (thread == 0) {
    share.done = done;
    share.stop = stop;
  }
}

}  // namespace brickwork
