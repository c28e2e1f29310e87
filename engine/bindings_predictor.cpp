// Predictor: a plan with one input and one output, called on a row in a fraction of a microsecond.
//
// It is a plain type of the C API with a vectorcall slot: any binding layer would cost as much as
// the network itself. All but the simplest calls go to the `fallback` given at construction.
#include <cstddef>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <shared_mutex>

#include "bindings.hpp"

#include <structmember.h>

#include "threads.hpp"

namespace brickwork {
namespace {

// More work than this is left to the fallback, and above the other the GIL is released.
constexpr double kMostFlops = 1e9, kShortFlops = 1e6;
constexpr std::int64_t kMostRows = 4096;

struct Predictor {
  PyObject_HEAD
  vectorcallfunc vectorcall;
  PyObject* plan_object;
  PyObject* fallback;
  Plan* plan;
  Bound* bound;      // for the batch size of the last call; used under the GIL only
  PyObject* states;  // the arrays that it reads
  const Buffer* input;
  int input_type;
  std::int64_t most_rows;  // more are too much work
};

void drop_bound(Predictor* self) {
  delete self->bound;
  self->bound = nullptr;
  Py_CLEAR(self->states);
}

// The bound plan for this batch size; null if it would be too large.
Bound* bound_for(Predictor* self, std::int64_t rows) {
  Bound* bound = self->bound;
  if (bound != nullptr && bound->batch() == rows && bound->version() == self->plan->version()) {
    return bound;
  }
  if (rows > self->most_rows || !self->plan->knows_states()) return nullptr;
  auto fresh = std::make_unique<Bound>(*self->plan, rows, self->plan->version());
  if (fresh->flops() > kMostFlops) {
    self->most_rows = rows - 1;
    return nullptr;
  }
  drop_bound(self);
  self->states = Py_NewRef(nb::cast<PyPlan&>(nb::handle(self->plan_object)).states.ptr());
  return self->bound = fresh.release();
}

bool fits(const Predictor* self, PyObject* object) {
  if (!PyArray_CheckExact(object)) return false;
  auto* array = reinterpret_cast<PyArrayObject*>(object);
  const std::vector<Dim>& dims = self->input->dims;
  if (PyArray_TYPE(array) != self->input_type ||
      PyArray_NDIM(array) != static_cast<int>(dims.size()) || !PyArray_ISCARRAY_RO(array)) {
    return false;
  }
  for (std::size_t d = 1; d < dims.size(); ++d) {
    if (PyArray_DIM(array, static_cast<int>(d)) != dims[d].c) return false;
  }
  return true;
}

// Runs without the GIL. Meanwhile the predictor has no bound plan: a call in another thread makes
// one of its own.
template <class Work>
int run_long(Predictor* self, const Work& work) {
  std::unique_ptr<Bound> bound(self->bound);
  nb::object states = nb::steal(self->states);
  self->bound = nullptr;
  self->states = nullptr;
  int stop;
  {
    const nb::gil_scoped_release released;
    stop = work();
  }
  if (self->bound == nullptr) {
    self->bound = bound.release();
    self->states = states.release().ptr();
  }
  return stop;
}

// The prediction; null without an error if the fallback must compute it.
PyObject* predict(Predictor* self, PyObject* object) {
  if (!fits(self, object)) return nullptr;
  auto* array = reinterpret_cast<PyArrayObject*>(object);
  Bound* bound = bound_for(self, PyArray_DIM(array, 0));
  if (bound == nullptr) return nullptr;
  const View& v = bound->output(0);
  nb::object result = new_array(v.dtype, v.dims, v.rank);
  void* const data = PyArray_DATA(reinterpret_cast<PyArrayObject*>(result.ptr()));
  // A gate that is let through is passed on to the guard, which opens it again whatever happens.
  std::shared_lock<Gate> passage;
  if (Gate* gate = self->plan->gate()) {
    passage = std::shared_lock(*gate, std::try_to_lock);
    if (!passage) return nullptr;
  }
  const auto run = [&] {
    const FlushDenormals flush;
    bound->point(0, PyArray_DATA(array));
    const int stop = bound->run_tuned();
    if (stop == kGoOn) {
      std::memcpy(data, v.data, static_cast<std::size_t>(v.size * item_bytes(v.dtype)));
    }
    return stop;
  };
  const int stop = bound->flops() > kShortFlops ? run_long(self, run) : run();
  return stop == kGoOn ? result.release().ptr() : nullptr;
}

PyObject* call(PyObject* object, PyObject* const* args, std::size_t flags, PyObject* names) {
  auto* self = reinterpret_cast<Predictor*>(object);
  if (PyVectorcall_NARGS(flags) == 1 && names == nullptr) {
    try {
      if (PyObject* result = predict(self, args[0])) return result;
    } catch (nb::python_error& error) {
      error.restore();
      return nullptr;
    } catch (const std::bad_alloc&) {
      return PyErr_NoMemory();
    } catch (const std::exception& error) {
      PyErr_SetString(PyExc_RuntimeError, error.what());
      return nullptr;
    }
  }
  return PyObject_Vectorcall(self->fallback, args, flags, names);
}

const char* unfit(const Plan& plan) {
  if (plan.inputs().size() != 1 || plan.outputs().size() != 1) {
    return "Predictor: the plan needs one input and one output";
  }
  if (plan.writes_state()) return "Predictor: the plan writes a state";
  const Buffer& input = plan.buffers()[static_cast<std::size_t>(plan.inputs()[0])];
  if (input.dims.empty() || input.dims[0].c != 0 || input.dims[0].k != 1) {
    return "Predictor: the input's first dimension must be the batch";
  }
  for (std::size_t d = 1; d < input.dims.size(); ++d) {
    if (input.dims[d].k != 0) return "Predictor: only the first dimension may be the batch";
  }
  return nullptr;
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  static const char* names[] = {"plan", "fallback", nullptr};
  PyObject *plan, *fallback;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:Predictor", const_cast<char**>(names), &plan,
                                   &fallback)) {
    return nullptr;
  }
  PyPlan* known;
  if (!nb::try_cast(nb::handle(plan), known) || known == nullptr) {
    PyErr_Format(PyExc_TypeError, "Predictor: plan: got %s, expected a Plan",
                 type_of(plan).c_str());
    return nullptr;
  }
  if (!PyCallable_Check(fallback)) {
    PyErr_Format(PyExc_TypeError, "Predictor: fallback: got %s, expected a callable",
                 type_of(fallback).c_str());
    return nullptr;
  }
  if (const char* why = unfit(*known->plan)) {
    PyErr_SetString(PyExc_ValueError, why);
    return nullptr;
  }
  auto* self = reinterpret_cast<Predictor*>(PyType_GenericAlloc(type, 0));
  if (self == nullptr) return nullptr;
  self->vectorcall = call;
  self->plan_object = Py_NewRef(plan);
  self->fallback = Py_NewRef(fallback);
  self->plan = known->plan.get();
  self->input = &self->plan->buffers()[static_cast<std::size_t>(self->plan->inputs()[0])];
  self->most_rows = kMostRows;
  self->input_type = numpy_type(self->input->dtype);
  return reinterpret_cast<PyObject*>(self);
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  auto* self = reinterpret_cast<Predictor*>(object);
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->plan_object);
  Py_VISIT(self->fallback);
  Py_VISIT(self->states);
  return 0;
}

// The plan is kept: a call while a cycle is being collected must still find it.
int clear(PyObject* object) {
  Py_CLEAR(reinterpret_cast<Predictor*>(object)->fallback);
  return 0;
}

void destroy(PyObject* object) {
  PyObject_GC_UnTrack(object);
  auto* self = reinterpret_cast<Predictor*>(object);
  PyTypeObject* type = Py_TYPE(object);
  drop_bound(self);
  Py_CLEAR(self->fallback);
  Py_CLEAR(self->plan_object);
  PyObject_GC_Del(object);
  Py_DECREF(type);
}

constexpr char kDoc[] =
    "Predictor(plan, fallback)\n--\n\n"
    "A fast call of a plan with one input and one output.\n\n"
    "predictor(x) runs the plan where x is a plain array as the plan wants it: its dtype,\n"
    "C-contiguous, its shape. Any other call goes to fallback unchanged.";

}  // namespace

void bind_predictor(nb::module_& module) {
  static PyMemberDef members[] = {
      {"__vectorcalloffset__", T_PYSSIZET, offsetof(Predictor, vectorcall), READONLY, nullptr},
      {nullptr, 0, 0, 0, nullptr},
  };
  static PyType_Slot slots[] = {
      {Py_tp_doc, const_cast<char*>(kDoc)},
      {Py_tp_new, reinterpret_cast<void*>(make)},
      {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
      {Py_tp_members, members},
      {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
      {Py_tp_clear, reinterpret_cast<void*>(clear)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
      {0, nullptr},
  };
  static PyType_Spec spec = {"brickwork._engine.Predictor", sizeof(Predictor), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
                             slots};
  const nb::object type = nb::steal(PyType_FromSpec(&spec));
  if (!type.is_valid()) throw nb::python_error();
  module.attr("Predictor") = type;
}

}  // namespace brickwork
