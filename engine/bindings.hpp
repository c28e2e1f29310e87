// What the files of the Python module share.
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
};

// Holds a plan's gate: for one writer, or for readers. Take it without the GIL.
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

// A bound plan for one batch size, given back at the end.
class Lease {
 public:
  Lease(Plan& plan, std::int64_t batch) : plan_(plan), bound_(plan.acquire(batch)) {}
  ~Lease() { plan_.release(std::move(bound_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Bound& operator*() { return *bound_; }
  Bound* operator->() { return bound_.get(); }

 private:
  Plan& plan_;
  std::unique_ptr<Bound> bound_;
};

void bind_plan(nb::module_& module);

}  // namespace brickwork
