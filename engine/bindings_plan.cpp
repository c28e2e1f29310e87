#include <nanobind/stl/string.h>

#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "bindings.hpp"
#include "sweep.hpp"
#include "threads.hpp"

namespace brickwork {
namespace {

// How long a sweep runs, in seconds, before Python may look for signals.
constexpr double kSlice = 0.04;

// A string or a list of T from Python. nanobind's own casters are noexcept: without memory they
// would terminate the process.
template <class T>
bool read(nb::handle object, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    Py_ssize_t size = 0;
    if (!PyUnicode_Check(object.ptr())) return false;
    const char* text = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
    if (text == nullptr) throw nb::python_error();
    value.assign(text, static_cast<std::size_t>(size));
    return true;
  } else {
    return nb::try_cast(object, value, false);
  }
}

template <class T>
bool read(nb::handle object, std::vector<T>& values) {
  if (!PySequence_Check(object.ptr()) || PyUnicode_Check(object.ptr())) return false;
  for (const nb::handle item : nb::iter(object)) {
    T value;
    if (!read(item, value)) return false;
    values.push_back(std::move(value));
  }
  return true;
}

// A tuple in the description of a plan, read item by item; errors name what it describes.
class Fields {
 public:
  Fields(nb::handle object, std::size_t count, const std::string& what) : what_(what) {
    if (!PyTuple_Check(object.ptr()) ||
        PyTuple_Size(object.ptr()) != static_cast<Py_ssize_t>(count)) {
      throw std::invalid_argument(what + ": expected a tuple of " + std::to_string(count));
    }
    tuple_ = nb::borrow<nb::tuple>(object);
  }

  nb::handle operator[](std::size_t i) const { return tuple_[i]; }

  template <class T>
  T get(std::size_t i) const {
    T value;
    if (!read(tuple_[i], value)) {
      throw std::invalid_argument(what_ + ": item " + std::to_string(i) + " has a wrong type");
    }
    return value;
  }

 private:
  nb::tuple tuple_;
  const std::string& what_;
};

Dim dim_of(nb::handle object, const std::string& what) {
  if (PyLong_Check(object.ptr())) {
    std::int64_t c;
    if (nb::try_cast(object, c, false)) return {c, 0};
  }
  const Fields pair(object, 2, what + ": a dimension is an int or (c, k)");
  return {pair.get<std::int64_t>(0), pair.get<std::int64_t>(1)};
}

std::vector<Dim> dims_of(nb::handle object, const std::string& what) {
  std::vector<Dim> dims;
  for (const nb::handle item : nb::iter(object)) dims.push_back(dim_of(item, what));
  return dims;
}

template <class T>
T one_of(const std::string& name, std::initializer_list<std::pair<const char*, T>> known,
         const std::string& what) {
  std::string names;
  for (const auto& [n, value] : known) {
    if (name == n) return value;
    names += (names.empty() ? "" : ", ") + std::string(n);
  }
  throw std::invalid_argument(what + ": '" + name + "' is not one of " + names);
}

Buffer buffer_of(nb::handle object, const std::string& what) {
  const Fields f(object, 5, what);
  Buffer b;
  b.kind = one_of<Kind>(f.get<std::string>(0),
                        {{"temp", Kind::temp},
                         {"view", Kind::view},
                         {"state", Kind::state},
                         {"const", Kind::constant},
                         {"input", Kind::input}},
                        what);
  b.dtype = dtype_named(f.get<std::string>(1));
  b.dims = dims_of(f[2], what);
  if (b.kind == Kind::constant) {
    if (!PyBytes_Check(f[3].ptr())) throw std::invalid_argument(what + ": item 3 is not bytes");
    b.bytes.assign(PyBytes_AsString(f[3].ptr()), static_cast<std::size_t>(nb::len(f[3])));
  } else {
    b.of = f.get<int>(3);
  }
  b.offset = dim_of(f[4], what);
  return b;
}

Part part_of(nb::handle object, const std::string& what) {
  const bool turns = PyTuple_Check(object.ptr()) && PyTuple_Size(object.ptr()) == 2;
  const Fields f(object, turns ? 2 : 1, what + " part");
  Part part;
  if (turns) part.chunk = f.get<std::int64_t>(1);
  part.rule =
      one_of<Part::Rule>(f.get<std::string>(0),
                         {{"one", Part::one}, {"rows", Part::rows}, {"once", Part::once}}, what);
  return part;
}

Code code_of(nb::handle object, const std::string& what) {
  const Fields f(object, 4, what + " code");
  const Fields space(f[0], 2, what + " space");
  Code code;
  code.rows = dim_of(space[0], what);
  code.columns = dim_of(space[1], what);
  for (const auto& name : f.get<std::vector<std::string>>(1)) {
    code.spreads.push_back(one_of<Spread>(name,
                                          {{"full", Spread::full},
                                           {"scalar", Spread::scalar},
                                           {"row", Spread::row},
                                           {"column", Spread::column}},
                                          what));
  }
  for (const nb::handle item : nb::iter(f[2])) {
    const Fields step(item, 3, what + " step");
    code.steps.push_back(
        {step.get<std::string>(0), step.get<int>(1), step.get<std::vector<int>>(2)});
  }
  for (const auto& name : f.get<std::vector<std::string>>(3)) {
    code.slots.push_back(dtype_named(name));
  }
  return code;
}

Instruction instruction_of(nb::handle object, const std::string& what) {
  const Fields f(object, 9, what);
  Instruction i;
  i.kernel = f.get<std::string>(0);
  i.outs = f.get<std::vector<int>>(1);
  i.ins = f.get<std::vector<int>>(2);
  i.ints = dims_of(f[3], what);
  for (const nb::handle x : nb::iter(f[4])) i.reals.push_back(nb::cast<double>(x));
  i.part = part_of(f[5], what);
  i.barrier = f.get<bool>(6);
  i.label = f.get<std::string>(7);
  if (!f[8].is_none()) i.code = code_of(f[8], what);
  return i;
}

void set_states(PyPlan& self, nb::handle list) {
  if (list.is_none()) {
    self.plan->forget_states();
    return;
  }
  const nb::tuple arrays = nb::tuple(nb::borrow(list));
  std::vector<StateArray> states;
  const std::vector<DType>& dtypes = self.plan->state_dtypes();
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const std::string what = "state " + std::to_string(i);
    PyArrayObject* array =
        i < dtypes.size() ? writable_array(arrays[i], dtypes[i], what) : array_of(arrays[i], what);
    states.push_back({PyArray_DATA(array), static_cast<std::int64_t>(PyArray_SIZE(array))});
  }
  self.plan->set_states(std::move(states));
  self.states = arrays;
}

void make_plan(PyPlan* self, nb::iterable buffers, nb::iterable instructions, nb::handle outputs,
               nb::handle states, int threads, nb::handle gate, int models) {
  std::vector<Buffer> b;
  for (const nb::handle item : buffers) {
    b.push_back(buffer_of(item, "buffer " + std::to_string(b.size())));
  }
  std::vector<Instruction> i;
  for (const nb::handle item : instructions) {
    i.push_back(instruction_of(item, "instruction " + std::to_string(i.size())));
  }
  std::vector<int> o;
  if (!read(outputs, o)) throw nb::type_error("Plan: outputs must be a list of ints");
  // The plan only refers to the gate; the reference to Python's object keeps it alive.
  Gate* known = gate.is_none() ? nullptr : &checked<Gate>(gate, "Plan: gate", "a Gate or None");
  new (self)
      PyPlan{std::make_unique<Plan>(std::move(b), std::move(i), std::move(o), threads,
                                    std::shared_ptr<Gate>(std::shared_ptr<Gate>(), known), models),
             nb::tuple(), nb::borrow(gate)};
  if (states.is_none()) return;
  try {
    set_states(*self, states);
  } catch (...) {
    self->~PyPlan();
    throw;
  }
}

// Points an input at the caller's array, or copies the array in.
void feed_whole(Bound& bound, const Plan& plan, std::size_t index, nb::handle object) {
  const std::string what = "input " + std::to_string(index);
  PyArrayObject* array = array_of(object, what);
  const int buffer = plan.inputs()[index];
  const std::vector<std::int64_t> dims = plan.dims(buffer, bound.batch());
  const auto* shape = PyArray_DIMS(array);
  if (std::vector<std::int64_t>(shape, shape + PyArray_NDIM(array)) != dims) {
    throw std::invalid_argument(what + ": got " + describe(array) + ", expected shape " +
                                describe(dims));
  }
  const Feed feed(source_of(array, what), plan.buffers()[static_cast<std::size_t>(buffer)].dtype);
  void* direct = feed.direct(0);
  bound.point(static_cast<int>(index), direct);
  if (direct == nullptr) {
    feed.gather(nullptr, 0, 0, feed.rows(), bound.input(static_cast<int>(index)));
  }
}

[[noreturn]] void throw_stop(int stop) {
  if (stop == kNotFinite) {
    PyErr_SetString(PyExc_FloatingPointError, "the step met a value that is not finite");
    throw nb::python_error();
  }
  throw nb::index_error("the step met an index out of range");
}

nb::list run(PyPlan& self, nb::sequence inputs, std::int64_t batch) {
  Plan& plan = *self.plan;
  const nb::object states = self.states;  // kept for the time without the GIL
  const nb::tuple arrays = nb::tuple(inputs);
  if (plan.models() > 1) throw std::invalid_argument("run: the plan is for several models");
  if (arrays.size() != plan.inputs().size()) {
    throw std::invalid_argument("run: got " + std::to_string(arrays.size()) + " inputs, expected " +
                                std::to_string(plan.inputs().size()));
  }
  Lease bound(plan, batch);
  std::vector<void*> data;
  nb::list results;
  for (std::size_t i = 0; i < arrays.size(); ++i) feed_whole(*bound, plan, i, arrays[i]);
  for (std::size_t i = 0; i < plan.outputs().size(); ++i) {
    const View& v = bound->output(static_cast<int>(i));
    results.append(new_array(v.dtype, v.dims, v.rank));
    data.push_back(PyArray_DATA(reinterpret_cast<PyArrayObject*>(nb::handle(results[i]).ptr())));
  }
  int stop;
  {
    const nb::gil_scoped_release released;
    const FlushDenormals flush;
    const Passage passage(plan);
    stop = bound->run_tuned();
    for (std::size_t i = 0; i < data.size(); ++i) {
      const View& v = bound->output(static_cast<int>(i));
      std::memcpy(data[i], v.data, static_cast<std::size_t>(v.size * item_bytes(v.dtype)));
    }
  }
  if (stop != kGoOn) throw_stop(stop);
  return results;
}

// The sweep's feeds and new arrays for its outputs.
nb::list sweep(PyPlan& self, nb::sequence inputs, std::int64_t rows, std::int64_t portion,
               int threads, nb::handle progress) {
  Plan& plan = *self.plan;
  const nb::object states = self.states;  // kept for the time without the GIL
  const nb::tuple arrays = nb::tuple(inputs);
  SweepSpec spec{&plan, {}, {}, rows, portion, threads};
  for (std::size_t i = 0; i < arrays.size() && i < plan.inputs().size(); ++i) {
    const std::string what = "input " + std::to_string(i);
    const DType to = plan.buffers()[static_cast<std::size_t>(plan.inputs()[i])].dtype;
    spec.feeds.push_back(feed_of(arrays[i], to, what));
  }
  nb::list results;
  for (const int output : plan.outputs()) {
    const std::vector<std::int64_t> dims = plan.dims(output, rows);
    results.append(new_array(plan.buffers()[static_cast<std::size_t>(output)].dtype, dims.data(),
                             static_cast<int>(dims.size())));
    auto* array = reinterpret_cast<PyArrayObject*>(nb::handle(results[results.size() - 1]).ptr());
    spec.outputs.push_back(static_cast<char*>(PyArray_DATA(array)));
  }
  Sweep sweep(std::move(spec));
  while (sweep.done() < rows) {
    int stop;
    {
      const nb::gil_scoped_release released;
      const FlushDenormals flush;
      const Passage passage(plan);
      stop = sweep.run(kSlice);
    }
    if (stop != kGoOn) throw_stop(stop);
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (!progress.is_none()) progress(sweep.done());
  }
  return results;
}

}  // namespace

void bind_plan(nb::module_& module) {
  nb::exception<StatesMoved>(module, "Moved", PyExc_RuntimeError).attr("__doc__") =
      "A plan was run while its states move: between set_states(None) and the next set_states.";
  nb::class_<Gate>(module, "Gate",
                   "Lets many threads read a model's states or one write them.\n\n"
                   "Give the same gate to every plan of a model: a prediction beside training\n"
                   "then sees the weights of a finished step.")
      .def(nb::init<>());
  nb::class_<PyPlan>(module, "Plan",
                     "A flat list of kernels over buffers; the batch size is left open.")
      .def("__init__", &make_plan, nb::arg("buffers"), nb::arg("instructions"),
           nb::arg("outputs") = nb::tuple(), nb::arg("states") = nb::none(), nb::arg("threads") = 1,
           nb::arg("gate") = nb::none(), nb::arg("models") = 1)
      .def("set_states", &set_states, nb::arg("states").none(),
           "Put the states into these arrays: C-contiguous, writeable, of the plan's dtypes.\n\n"
           "None: they are about to move; until they are set again a run is refused.")
      .def("run", &run, nb::arg("inputs"), nb::arg("batch"),
           "Run once; returns the outputs as new arrays.")
      .def("sweep", &sweep, nb::arg("inputs"), nb::arg("rows"), nb::arg("portion"),
           nb::arg("threads") = 1, nb::arg("progress") = nb::none(),
           "Run on rows that do not depend on one another, `portion` rows at a time, shared by\n"
           "threads; returns the outputs for all of them. progress(rows done) is called every\n"
           "40 ms or so.")
      .def_prop_rw(
          "retired",
          [](const PyPlan& self) {
            nb::list marks;
            for (const unsigned char mark : self.plan->retired()) marks.append(int{mark});
            return marks;
          },
          [](PyPlan& self, nb::sequence marks) {
            std::vector<unsigned char>& retired = self.plan->retired();
            if (nb::len(marks) != retired.size()) {
              throw std::invalid_argument("retired: expected a number for each model");
            }
            for (std::size_t i = 0; i < retired.size(); ++i) {
              retired[i] = nb::cast<unsigned char>(marks[i]);
            }
          },
          "Of each model: 0, 1 once nothing more is asked of it, 2 since its loss was not finite.")
      .def_prop_rw(
          "timed", [](const PyPlan& self) { return self.plan->timed.load(); },
          [](PyPlan& self, bool on) { self.plan->timed = on; },
          "Whether runs measure the time of each instruction, for `timings`.")
      .def(
          "timings",
          [](const PyPlan& self) {
            nb::list rows;
            const std::vector<Timing> timings = self.plan->timings();
            for (std::size_t i = 0; i < timings.size(); ++i) {
              const Instruction& in = self.plan->instructions()[i];
              const Timing& t = timings[i];
              rows.append(nb::make_tuple(in.label, in.kernel, t.calls,
                                         static_cast<double>(t.nanoseconds) * 1e-9, t.bytes,
                                         t.flops));
            }
            return rows;
          },
          "Of each instruction: (label, kernel, calls, seconds, bytes, flops), summed up.")
      .def(
          "clear_timings", [](PyPlan& self) { self.plan->clear_timings(); },
          "Start the timings anew.");
}

}  // namespace brickwork
