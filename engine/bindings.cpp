#define BW_IMPORTS_NUMPY
#include "bindings.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "dispatch.hpp"
#include "threads.hpp"

namespace brickwork {

static int import_numpy() {
  import_array1(-1);
  return 0;
}

}  // namespace brickwork

NB_MODULE(_engine, module) {
  using namespace brickwork;
  if (import_numpy() != 0) throw nb::python_error();
#ifndef BW_CHECKED
  // Objects that a script or another library still holds when Python exits are not a fault, and not
  // reported to users. Checked builds, in which the tests run under sanitizers, report them.
  nb::set_leak_warnings(false);
#endif
  module.doc() = "brickwork's native engine: plans of kernels, run without Python.";
  module.attr("isa") = isa();
  module.attr("isas") = nb::cast(usable_isas());
  module.attr("side_by_side") = side_by_side();
  module.def("kernels", &kernel_names, "The names of all kernels.");
  module.def("release_threads", &release_threads, nb::call_guard<nb::gil_scoped_release>(),
             "End the engine's idle threads; they come back when needed.");
  module.def(
      "most_threads", [] { return most_threads().load(); },
      "How many threads may work for one caller; what was planned for more runs on one.");
  module.def(
      "limit_threads", [](int most) { most_threads() = std::max(most, 1); }, nb::arg("most"),
      "Set most_threads.");
  bind_plan(module);
  bind_loop(module);
  bind_predictor(module);
  bind_checks(module);
}
