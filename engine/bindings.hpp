// Declarations shared by the files of the Python module.
#pragma once
#include <memory>

#include "arrays.hpp"
#include "bound.hpp"
#include "plan.hpp"

namespace brickwork {

// A plan and the arrays that its states live in.
struct PyPlan {
  std::unique_ptr<Plan> plan;
  nb::object states;  // a tuple; runs hold it, so that set_states cannot free it under them
  nb::object gate;    // or None
};

// Holds a plan's gate, for one writer or for readers. Acquire it without the GIL.
class Passage {
 public:
  explicit Passage(const Plan& plan) : gate_(plan.gate()), writes_(plan.writes_state()) {
    if (gate_ == nullptr) return;
    if (writes_) {
      gate_->lock();
    } else {
      gate_->lock_shared();
    }
  }
  ~Passage() {
    if (gate_ == nullptr) return;
    if (writes_) {
      gate_->unlock();
    } else {
      gate_->unlock_shared();
    }
  }
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

 private:
  Gate* gate_;
  bool writes_;
};

// The object as a T; throws a type_error with the object's type and `expected`.
template <class T>
T& checked(nb::handle object, const char* what, const char* expected) {
  T* found = nullptr;
  if (!nb::try_cast(object, found, false) || found == nullptr) {
    throw nb::type_error(
        (std::string(what) + ": got " + type_of(object) + ", expected " + expected).c_str());
  }
  return *found;
}

void bind_plan(nb::module_& module);
void bind_loop(nb::module_& module);
void bind_predictor(nb::module_& module);
void bind_checks(nb::module_& module);

}  // namespace brickwork
