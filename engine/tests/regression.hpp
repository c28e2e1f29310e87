// A model for tests: y = x W by gradient descent, as the plan that a planner would make for it.
#pragma once
#include <memory>
#include <vector>

#include "loop.hpp"

namespace brickwork::tests {

inline Buffer buffer(Kind kind, std::vector<Dim> dims, int of = 0) {
  Buffer b;
  b.kind = kind;
  b.dims = std::move(dims);
  b.of = of;
  return b;
}

inline Instruction instruction(const char* kernel, std::vector<int> outs, std::vector<int> ins,
                               std::vector<Dim> ints, Part::Rule rule, bool barrier) {
  Instruction i;
  i.kernel = kernel;
  i.outs = std::move(outs);
  i.ins = std::move(ins);
  i.ints = std::move(ints);
  i.part.rule = rule;
  i.barrier = barrier;
  return i;
}

class Regression {
 public:
  Regression(std::int64_t features, std::int64_t targets, int threads)
      : features(features),
        targets(targets),
        weights(static_cast<std::size_t>(features * targets)) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      weights[i] = 0.01f * static_cast<float>(i % 17);
    }
    const Dim batch{0, 1}, n{features, 0}, k{targets, 0}, none{0, 0}, one{1, 0}, size{0, targets};
    // 0: x, 1: y, 2: W, 3: x W - y, 4: its sum, 5: x^T (x W - y), 6: bias of zeros
    const std::vector<Buffer> buffers = {
        buffer(Kind::input, {batch, n}, 0),
        buffer(Kind::input, {batch, k}, 1),
        buffer(Kind::state, {n, k}, 0),
        buffer(Kind::temp, {batch, k}),
        buffer(Kind::temp, {}),
        buffer(Kind::temp, {n, k}),
    };
    Instruction difference = instruction("map", {3}, {3, 1}, {}, Part::rows, false);
    difference.code = Code{batch,
                           k,
                           {Spread::full, Spread::full, Spread::full},
                           {{"sub", 0, {1, 2}}},
                           {DType::f32, DType::f32, DType::f32}};
    Instruction update = instruction("map", {2}, {2, 5}, {}, Part::rows, false);
    update.code = Code{n,
                       k,
                       {Spread::full, Spread::full, Spread::full},
                       {{"sub", 0, {1, 2}}},
                       {DType::f32, DType::f32, DType::f32}};
    const Instruction forward =
        instruction("matmul", {3}, {0, 2}, {none, none, none, none, none}, Part::rows, false);
    step = std::make_unique<Plan>(
        buffers,
        std::vector<Instruction>{
            forward, difference,
            instruction("reduce_sum", {4}, {3}, {one, size, one}, Part::one, true),
            instruction("guard", {}, {4}, {}, Part::one, false),
            instruction("matmul", {5}, {0, 3}, {one, none, none, none, none}, Part::rows, true),
            update},
        std::vector<int>{4}, threads, gate);
    step->set_states({{weights.data(), features * targets}});
    std::vector<Buffer> reading = buffers;
    reading.erase(reading.begin() + 4, reading.end());
    reading.erase(reading.begin() + 1);
    reading[1].of = 0;
    predict = std::make_unique<Plan>(
        reading,
        std::vector<Instruction>{
            instruction("matmul", {2}, {0, 1}, {none, none, none, none, none}, Part::rows, false)},
        std::vector<int>{2}, 1, gate);
    predict->set_states({{weights.data(), features * targets}});
  }

  std::int64_t features, targets;
  std::vector<float> weights;
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::unique_ptr<Plan> step, predict;
};

inline std::vector<float> numbers(std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  std::uint32_t bits = 1;
  for (float& v : values) {
    bits = bits * 1664525u + 1013904223u;
    v = static_cast<float>(bits >> 8) * 0x1p-24f * 0.01f;
  }
  return values;
}

inline Feed feed_of(const std::vector<float>& values, std::int64_t width) {
  Source source;
  source.data = reinterpret_cast<const char*>(values.data());
  source.rank = 2;
  source.dims[0] = static_cast<std::int64_t>(values.size()) / width;
  source.dims[1] = width;
  source.strides[0] = width * 4;
  source.strides[1] = 4;
  return Feed(source, DType::f32);
}

}  // namespace brickwork::tests
