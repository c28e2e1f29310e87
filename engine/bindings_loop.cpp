#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <stdexcept>

#include "bindings.hpp"
#include "loop.hpp"

namespace brickwork {
namespace {

// A pass and what keeps its memory alive.
struct PyPass {
  nb::object step, begin, end;  // Plan or None
  nb::tuple feeds;
  std::unique_ptr<Pass> pass;
  bool busy = false;
};

struct PyLoop {
  nb::object train, valid;  // Pass or None
  std::unique_ptr<Loop> loop;
};

Plan* plan_of(nb::handle object, const char* what) {
  return checked<PyPlan>(object, what, "a Plan").plan.get();
}

Plan* plan_or_none(nb::handle object, const char* what) {
  return object.is_none() ? nullptr : plan_of(object, what);
}

// Indices of rows, a uint32 array; empty for None.
std::vector<std::uint32_t> rows_of(nb::handle object, const char* what) {
  if (object.is_none()) return {};
  PyArrayObject* rows = array_of(object, what);
  if (PyArray_TYPE(rows) != NPY_UINT32 || PyArray_NDIM(rows) != 1 || !PyArray_ISCARRAY_RO(rows)) {
    throw std::invalid_argument(std::string(what) + " are uint32, of one dimension, contiguous");
  }
  const auto* data = static_cast<const std::uint32_t*>(PyArray_DATA(rows));
  return {data, data + PyArray_SIZE(rows)};
}

// (seed, rows): rows are uint32 indices of the data, or None: all of them.
Member member_of(nb::handle object) {
  const nb::tuple pair = nb::cast<nb::tuple>(object);
  if (pair.size() != 2) throw std::invalid_argument("Pass: a member is (seed, rows)");
  return {nb::cast<std::int64_t>(pair[0]), rows_of(pair[1], "Pass: a member's rows")};
}

// The arrays of a step's inputs.
std::vector<Feed> feeds_of(const Plan& step, const nb::tuple& arrays) {
  const std::vector<int>& inputs = step.inputs();
  std::vector<Feed> feeds;
  for (std::size_t i = 0; i < arrays.size() && i < inputs.size(); ++i) {
    const std::string what = "Pass: feed " + std::to_string(i);
    const DType to = step.buffers()[static_cast<std::size_t>(inputs[i])].dtype;
    feeds.push_back(feed_of(arrays[i], to, what));
  }
  if (arrays.size() != inputs.size()) {
    throw std::invalid_argument("Pass: got " + std::to_string(arrays.size()) +
                                " feeds, the step has " + std::to_string(inputs.size()) +
                                " inputs");
  }
  return feeds;
}

void make_pass(PyPass* self, nb::handle step, nb::handle begin, nb::handle end, nb::sequence feeds,
               std::int64_t rows, std::int64_t batch, bool shuffle, std::int64_t seed,
               std::optional<std::int64_t> steps, bool restart, std::int64_t first_epoch, bool drop,
               nb::handle members) {
  const nb::tuple arrays = nb::tuple(feeds);
  PassSpec spec{plan_of(step, "Pass: step"),
                plan_or_none(begin, "Pass: begin"),
                plan_or_none(end, "Pass: end"),
                {},
                rows,
                batch,
                shuffle,
                seed,
                {},
                0,
                restart,
                first_epoch,
                drop};
  if (steps.has_value()) {
    if (*steps < 1) throw std::invalid_argument("Pass: steps must be at least 1 or None");
    spec.steps = *steps;
  }
  if (!members.is_none()) {
    for (const nb::handle item : nb::iter(members)) spec.members.push_back(member_of(item));
  }
  spec.feeds = feeds_of(*spec.step, arrays);
  new (self) PyPass{nb::borrow(step), nb::borrow(begin), nb::borrow(end), arrays,
                    std::make_unique<Pass>(std::move(spec))};
}

void window(PyPass& self, nb::sequence feeds, std::int64_t first, nb::handle order) {
  if (self.busy) throw std::runtime_error("Pass.window: a loop over it is running");
  const nb::tuple arrays = nb::tuple(feeds);
  self.pass->window(feeds_of(*self.pass->spec().step, arrays), first,
                    rows_of(order, "Pass.window: order's rows"));
  self.feeds = arrays;
}

std::int64_t steps(const PyPass& self, std::int64_t epoch) {
  if (epoch < self.pass->spec().first_epoch) {
    throw std::invalid_argument("Pass.steps: epoch is before first_epoch");
  }
  return self.pass->steps(epoch);
}

void make_loop(PyLoop* self, nb::handle train, nb::handle valid, std::int64_t epochs,
               std::int64_t initial_epoch, std::int64_t valid_every, std::int64_t initial_step) {
  Pass& train_pass = *checked<PyPass>(train, "Loop: train", "a Pass").pass;
  Pass* valid_pass = nullptr;
  if (!valid.is_none()) {
    valid_pass = checked<PyPass>(valid, "Loop: valid", "a Pass or None").pass.get();
  }
  new (self) PyLoop{nb::borrow(train), nb::borrow(valid),
                    std::make_unique<Loop>(train_pass, valid_pass, epochs, initial_epoch,
                                           valid_every, initial_step)};
}

// A running loop: workspaces are leased, arrays of states kept alive, other callers excluded.
class Session {
 public:
  explicit Session(PyLoop& self) : self_(self) {
    for (const nb::object* object : {&self.train, &self.valid}) {
      if (object->is_none()) continue;
      auto& pass = nb::cast<PyPass&>(*object);
      if (pass.busy) throw std::runtime_error("Loop: this loop or a pass of it is running already");
      passes_.push_back(&pass);
      for (const nb::object* plan : {&pass.step, &pass.begin, &pass.end}) {
        if (!plan->is_none()) states_.push_back(nb::cast<PyPlan&>(*plan).states);
      }
    }
    try {
      self_.loop->open();
    } catch (...) {
      self_.loop->close();
      throw;
    }
    for (PyPass* pass : passes_) pass->busy = true;
  }
  ~Session() {
    for (PyPass* pass : passes_) pass->busy = false;
    self_.loop->close();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Without Python's lock, behind the model's gate.
  template <class Work>
  auto alone(Work work) {
    const Plan& plan = *nb::cast<PyPlan&>(nb::cast<PyPass&>(self_.train).step).plan;
    const nb::gil_scoped_release released;
    const Passage passage(plan);
    return work(*self_.loop);
  }

 private:
  PyLoop& self_;
  std::vector<PyPass*> passes_;
  std::vector<nb::object> states_;
};

nb::tuple run(PyLoop& self, double seconds, std::int64_t max_steps, bool stop_at_epoch) {
  if (max_steps < 0) throw std::invalid_argument("Loop.run: max_steps must not be negative");
  Session session(self);
  const Status status =
      session.alone([&](Loop& l) { return l.run(seconds, max_steps, stop_at_epoch); });
  return nb::make_tuple(status_name(status), self.loop->epoch(), self.loop->step());
}

std::vector<double> current(PyLoop& self) {
  Session session(self);
  return session.alone([](Loop& l) { return l.current(); });
}

const Loop& resting(const PyLoop& self) {
  if (nb::cast<PyPass&>(self.train).busy) {
    throw std::runtime_error("Loop: it is running in another thread");
  }
  return *self.loop;
}

nb::object rows(const PyLoop& self, std::int64_t first) {
  const Loop& loop = resting(self);
  const auto width = static_cast<std::int64_t>(loop.width());
  const std::int64_t all = loop.finished();
  if (first < 0 || first > all) throw nb::index_error("Loop.rows: no such epoch");
  const std::int64_t dims[] = {all - first, width};
  nb::object array = new_array(DType::f64, dims, 2);
  auto* data = static_cast<double*>(PyArray_DATA(reinterpret_cast<PyArrayObject*>(array.ptr())));
  std::copy(loop.rows().begin() + first * width, loop.rows().end(), data);
  return array;
}

nb::object order(std::int64_t n, std::int64_t seed, std::int64_t epoch) {
  if (n < 0 || n > 0xffffffffll) {
    throw std::invalid_argument("shuffle_order: n must be 0 to 2^32-1");
  }
  npy_intp shape[] = {static_cast<npy_intp>(n)};
  PyObject* array = PyArray_SimpleNew(1, shape, NPY_UINT32);
  if (array == nullptr) throw nb::python_error();
  const nb::object result = nb::steal(array);
  if (n == 0) return result;
  auto* data = static_cast<std::uint32_t*>(PyArray_DATA(reinterpret_cast<PyArrayObject*>(array)));
  shuffle_order(data, n, seed, epoch);
  return result;
}

}  // namespace

void bind_loop(nb::module_& module) {
  nb::class_<PyPass>(module, "Pass",
                     "One kind of epoch: data and the plans for its steps, its begin and its end.")
      .def("__init__", &make_pass, nb::arg("step").none(), nb::arg("begin").none(),
           nb::arg("end").none(), nb::arg("feeds"), nb::arg("rows"), nb::arg("batch"),
           nb::arg("shuffle") = false, nb::arg("seed") = 0, nb::arg("steps") = nb::none(),
           nb::arg("restart") = false, nb::arg("first_epoch") = 0, nb::arg("drop") = false,
           nb::arg("members") = nb::none())
      .def(
          "window", &window, nb::arg("feeds"), nb::arg("first"), nb::arg("order") = nb::none(),
          "Let the feeds hold some rows of the pass over the data, from row `first` on.\n\n"
          "`first` is a multiple of the batch; `order` is of these rows, uint32 (rows,), or None.\n"
          "A step that needs other rows raises ValueError.")
      .def("steps", &steps, nb::arg("epoch"),
           "Steps of an epoch; a pass over the data ends with one, which may be shorter.");
  nb::class_<PyLoop>(module, "Loop", "Many epochs of training, with their validation.")
      .def("__init__", &make_loop, nb::arg("train").none(), nb::arg("valid").none(),
           nb::arg("epochs"), nb::arg("initial_epoch") = 0, nb::arg("valid_every") = 1,
           nb::arg("initial_step") = 0)
      .def("run", &run, nb::arg("seconds"), nb::arg("max_steps") = 0,
           nb::arg("stop_at_epoch") = false,
           "Go on for about `seconds`; returns (status, finished epochs, step).\n\n"
           "status: time, steps, epoch, done, not_finite or out_of_range. After the last two the\n"
           "states are as they were before the step, and the next run passes that batch over.")
      .def("rows", &rows, nb::arg("first") = 0,
           "The results of the epochs finished so far (from the `first` one on): (k, n) float64.")
      .def("current", &current, "The results so far in this epoch; [] before its first step.")
      .def_prop_ro(
          "epoch", [](const PyLoop& self) { return resting(self).epoch(); },
          "Finished epochs, the initial ones included.")
      .def_prop_ro(
          "step", [](const PyLoop& self) { return resting(self).step(); },
          "Steps behind us in this epoch's training, or in its validation.")
      .def_prop_ro(
          "validating", [](const PyLoop& self) { return resting(self).validating(); },
          "Whether the epoch's validation is at work.")
      .def_prop_ro(
          "steps_done", [](const PyLoop& self) { return resting(self).steps_done(); },
          "Training steps done, without those passed over.");
  module.def("shuffle_order", &order, nb::arg("n"), nb::arg("seed"), nb::arg("epoch"),
             "The order of n rows in one pass over the data: uint32 (n,).");
}

}  // namespace brickwork
