// The floor of a large job: the matrix products of one step and nothing else, by a BLAS that the
// caller found (its cblas_sgemm comes as a pointer, with 32- or 64-bit integers).
#include <cstdint>
#include <vector>

namespace {

enum { RowMajor = 101, Plain = 111, Transposed = 112 };

template <class Int>
using Sgemm = void (*)(int, int, int, Int, Int, Int, float, const float*, Int, const float*, Int,
                       float, float*, Int);

template <class Int>
void run(Sgemm<Int> sgemm, const int* sizes, int layers, int batch, int steps) {
  std::vector<std::vector<float>> a, w, z;
  for (int l = 0; l <= layers; ++l) {
    a.emplace_back(std::size_t(batch) * sizes[l], 0.5f);
    z.emplace_back(std::size_t(batch) * sizes[l], 0.5f);
    if (l < layers) w.emplace_back(std::size_t(sizes[l]) * sizes[l + 1], 0.5f);
  }
  std::vector<std::vector<float>> g = w;
  for (int step = 0; step < steps; ++step) {
    for (int l = 0; l < layers; ++l) {  // z = a w
      const Int in = sizes[l], out = sizes[l + 1];
      sgemm(RowMajor, Plain, Plain, batch, out, in, 1, a[l].data(), in, w[l].data(), out, 0,
            z[l + 1].data(), out);
    }
    for (int l = layers - 1; l >= 0; --l) {  // dw = a' dz, da = dz w' except at the first layer
      const Int in = sizes[l], out = sizes[l + 1];
      sgemm(RowMajor, Transposed, Plain, in, out, batch, 1, a[l].data(), in, z[l + 1].data(), out,
            0, g[l].data(), out);
      if (l > 0)
        sgemm(RowMajor, Plain, Transposed, batch, in, out, 1, z[l + 1].data(), out, w[l].data(),
              out, 0, z[l].data(), in);
    }
  }
}

}  // namespace

extern "C" void gemm_steps(void* sgemm, int wide_integers, const int* sizes, int layers, int batch,
                           int steps) {
  if (wide_integers)
    run(reinterpret_cast<Sgemm<int64_t>>(sgemm), sizes, layers, batch, steps);
  else
    run(reinterpret_cast<Sgemm<int>>(sgemm), sizes, layers, batch, steps);
}
