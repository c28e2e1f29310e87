// The floor of a small job: what `fit` does, in C++ that knows every size while it is compiled.
//
//   g++ -O3 -march=native -DSIZES=4,8,6,1 -DBATCH=10 -DBINARY ...   (or -DSPARSE, -DMSE)
//
// Each epoch shuffles the rows (Fisher-Yates); each step gathers its rows, goes forward, sums loss
// and accuracy, goes backward and applies Adam exactly as Keras writes it.  One thread.  Matrices
// are sample-major with rows padded to whole vectors; padding stays zero through training.
#include <cmath>
#include <vector>

#include "vec.hpp"

namespace {

constexpr int sizes[] = {SIZES};
constexpr int Layers = sizeof sizes / sizeof sizes[0] - 1;
constexpr int Batch = BATCH;
constexpr int Inputs = sizes[0], Outputs = sizes[Layers];

constexpr int round_up(int n, int to) { return (n + to - 1) / to * to; }
constexpr int lanes(int n) { return n <= 4 ? 4 : n <= 8 ? 8 : Wide; }
constexpr int pad(int n) { return round_up(n, lanes(n)); }
constexpr int Rows = round_up(Batch, Wide);  // rows that buffers hold: whole vectors of samples

// A last layer of one unit keeps its weights as one row and its results as one row of samples.
constexpr bool single(int l) { return sizes[l + 1] == 1; }
constexpr int kernel_size(int l) {
  return single(l) ? pad(sizes[l]) : sizes[l] * pad(sizes[l + 1]);
}
constexpr int bias_size(int l) { return single(l) ? 4 : pad(sizes[l + 1]); }
constexpr int kernel_at(int l) {
  return l == 0 ? 0 : kernel_at(l - 1) + kernel_size(l - 1) + bias_size(l - 1);
}
constexpr int bias_at(int l) { return kernel_at(l) + kernel_size(l); }
constexpr int Weights = round_up(kernel_at(Layers), Wide);

constexpr int rows_at(int l) { return l == 0 ? 0 : rows_at(l - 1) + Rows * pad(sizes[l - 1]); }
constexpr int flipped_at(int l) {
  return l == 0 ? 0 : flipped_at(l - 1) + round_up(sizes[l], 16) * pad(sizes[l - 1]);
}

struct Net {
  alignas(64) float p[Weights + 16 * Wide], m[Weights], v[Weights], g[Weights];
  alignas(64) float flipped[flipped_at(Layers) + 16];  // each kernel transposed, for backward
  alignas(64) float act[rows_at(Layers + 1)], dz[rows_at(Layers + 1)];
  alignas(64) float target[Rows];
  double power1, power2;  // beta^t
};

// ---- matrix products: C[M x N] from A (any strides) and B (rows of N), tiles in registers -------

template <int MR, int NR, int V, int K, int SM, int SK, int LDB, class Init, class Keep>
inline void tile(const float* a, const float* b, Init init, Keep keep) {
  vec<V> acc[MR][NR];
#pragma GCC unroll 32
  for (int m = 0; m < MR; ++m)
#pragma GCC unroll 4
    for (int n = 0; n < NR; ++n) acc[m][n] = init(n);
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) {
    vec<V> row[NR];
#pragma GCC unroll 4
    for (int n = 0; n < NR; ++n) row[n] = load<V>(b + k * LDB + n * V);
#pragma GCC unroll 32
    for (int m = 0; m < MR; ++m)
#pragma GCC unroll 4
      for (int n = 0; n < NR; ++n) acc[m][n] += a[m * SM + k * SK] * row[n];
  }
#pragma GCC unroll 32
  for (int m = 0; m < MR; ++m)
#pragma GCC unroll 4
    for (int n = 0; n < NR; ++n) keep(m, n, acc[m][n]);
}

// init(column) gives the start, keep(row, column, sum) takes the result.
template <int M, int N, int K, int SM, int SK, class Init, class Keep>
inline void matmul(const float* a, const float* b, Init init, Keep keep) {
  constexpr int V = lanes(N), columns = pad(N) / V;
  constexpr int NR = columns % 2 == 0 ? 2 : 1;
  constexpr int most = (Registers - NR - 2) / NR;
  constexpr int tiles = (M + most - 1) / most, MR = (M + tiles - 1) / tiles;
  constexpr int full = M - tiles * (MR - 1);  // this many tiles of MR rows, the rest of MR - 1
  for (int c = 0; c < columns; c += NR) {
    const auto first = [&](int n) { return init((c + n) * V); };
    const auto part = [&](int r) {
      return [&, r](int m, int n, vec<V> sum) { keep(r + m, (c + n) * V, sum); };
    };
    int r = 0;
    for (int t = 0; t < full; ++t, r += MR)
      tile<MR, NR, V, K, SM, SK, pad(N)>(a + r * SM, b + c * V, first, part(r));
    if constexpr (MR > 1 && full < tiles)
      for (int t = full; t < tiles; ++t, r += MR - 1)
        tile<MR - 1, NR, V, K, SM, SK, pad(N)>(a + r * SM, b + c * V, first, part(r));
  }
}

// ---- forward ------------------------------------------------------------------------------------

// z[s] = w . a[s] + b for a layer of one unit: products first, then rows folded by shuffles.
template <int l>
inline void forward_single(Net& net) {
  constexpr int P = pad(sizes[l]), W = P < Wide ? P : Wide, together = Wide / W;
  const float* a = net.act + rows_at(l);
  const float* w = net.p + kernel_at(l);
  wide kernel[P < Wide ? 1 : P / Wide];
  float twice[Wide];
  if constexpr (P < Wide) {
    for (int i = 0; i < Wide; ++i) twice[i] = w[i % P];
    kernel[0] = load<Wide>(twice);
  } else {
    for (int i = 0; i < P / Wide; ++i) kernel[i] = load<Wide>(w + i * Wide);
  }
  for (int s = 0; s < Rows; s += Wide) {
    wide rows[W];
#pragma GCC unroll 16
    for (int r = 0; r < W; ++r) {
      const float* row = a + (s + r * together) * P;
      rows[r] = load<Wide>(row) * kernel[0];
      for (int i = 1; i < P / Wide; ++i) rows[r] += load<Wide>(row + i * Wide) * kernel[i];
    }
    const wide z = reduce<W>(rows, [](wide x, wide y) { return x + y; }) + net.p[bias_at(l)];
    store<Wide>(net.act + rows_at(l + 1) + s, z);
  }
}

template <int l = 0>
inline void forward(Net& net) {
  if constexpr (l < Layers) {
    constexpr int In = sizes[l], Out = sizes[l + 1], V = lanes(Out);
    if constexpr (single(l)) {
      forward_single<l>(net);
    } else {
      const float* bias = net.p + bias_at(l);
      float* out = net.act + rows_at(l + 1);
      matmul<Batch, Out, In, pad(In), 1>(
          net.act + rows_at(l), net.p + kernel_at(l), [=](int c) { return load<V>(bias + c); },
          [=](int r, int c, vec<V> z) {
            if constexpr (l + 1 < Layers) z = z > 0.0f ? z : vec<V>{};
            store<V>(out + r * pad(Out) + c, z);
          });
    }
    forward<l + 1>(net);
  }
}

// ---- loss, accuracy and their gradient at the last layer's sums -----------------------------------

struct Sums {
  double loss = 0;
  long correct = 0;
};

inline double sum(wide v) {
  double total = 0;
  for (int i = 0; i < Wide; ++i) total += v[i];
  return total;
}

#if defined(BINARY) || defined(MSE)
inline void head(Net& net, int rows, Sums& sums) {
  const float each = 1.0f / rows;
  for (int s = 0; s < Rows; s += Wide) {
    const iwide in = iota<Wide>() + float(s) < float(rows);
    wide z = load<Wide>(net.act + rows_at(Layers) + s), y = load<Wide>(net.target + s);
    wide loss, dz;
#ifdef BINARY
    const wide p = 1.0f / (1.0f + vexp(-z));
    wide q = y > 0.5f ? p : 1.0f - p;  // the probability given to the truth, clipped as Keras does
    q = q < 1e-7f ? fill<Wide>(1e-7f) : q > 1.0f - 1e-7f ? fill<Wide>(1.0f - 1e-7f) : q;
    loss = -vlog(q);
    dz = (p - y) * each;
    const iwide right = ((p > 0.5f) == (y > 0.5f)) & in;
    int hits = 0;
    for (int i = 0; i < Wide; ++i) hits -= right[i];
    sums.correct += hits;
#else
    loss = (z - y) * (z - y);
    dz = 2.0f * (z - y) * each;
#endif
    store<Wide>(net.dz + rows_at(Layers) + s, in ? dz : wide{});
    sums.loss += sum(in ? loss : wide{});
  }
}
#else
constexpr int Pieces = (Outputs + Wide - 1) / Wide;
static_assert(Pieces == 1, "softmax over one vector of classes");

inline void head(Net& net, int rows, Sums& sums) {
  constexpr int P = pad(Outputs), W = P < Wide ? P : Wide, together = Wide / W;
  const auto larger = [](wide x, wide y) { return x > y ? x : y; };
  const auto plus = [](wide x, wide y) { return x + y; };
  wide class_of = iota<Wide>();
  for (int i = 0; i < Wide; ++i) class_of[i] = i % P;
  const iwide real = class_of < float(Outputs);
  const float each = 1.0f / rows;
  for (int s = 0; s < Rows; s += Wide) {
    const float* z = net.act + rows_at(Layers) + s * P;
    float* dz = net.dz + rows_at(Layers) + s * P;
    float top[Wide], inverse[Wide], share[Wide];
    wide r[W], e[W];
    for (int i = 0; i < W; ++i)
      r[i] = real ? load<Wide>(z + i * together * P) : fill<Wide>(-3e38f);
    const wide most = reduce<W>(r, larger);
    store<Wide>(top, most);
    const auto spread = [&](const float* of, int i) {  // each row's value in all its lanes
      if constexpr (together == 1) return fill<Wide>(of[i]);
      else return class_of * 0.0f + (iota<Wide>() < float(P) ? of[2 * i] : of[2 * i + 1]);
    };
    for (int i = 0; i < W; ++i) {
      e[i] = real ? vexp(load<Wide>(z + i * together * P) - spread(top, i)) : wide{};
      r[i] = e[i];
    }
    const wide total = reduce<W>(r, plus);
    const wide truth = load<Wide>(net.target + s);
    wide own;
    for (int i = 0; i < Wide; ++i) own[i] = z[i * P + int(truth[i])];
    const iwide in = iota<Wide>() + float(s) < float(rows);
    sums.loss += sum(in ? vlog(total) + most - own : wide{});
    const iwide right = (own >= most) & in;
    for (int i = 0; i < Wide; ++i) sums.correct -= right[i];
    store<Wide>(inverse, in ? each / total : wide{});
    store<Wide>(share, in ? fill<Wide>(each) : wide{});
    for (int i = 0; i < W; ++i) {
      const iwide hit = class_of == spread(net.target + s, i);
      store<Wide>(dz + i * together * P, e[i] * spread(inverse, i) - (hit ? spread(share, i) : wide{}));
    }
  }
}
#endif

// ---- backward -----------------------------------------------------------------------------------

template <int l>
inline void gradient_single(Net& net) {
  constexpr int P = pad(sizes[l]), V = lanes(sizes[l]);
  const float* a = net.act + rows_at(l);
  const float* dz = net.dz + rows_at(Layers);
  float* before = net.dz + rows_at(l);
  for (int c = 0; c < P; c += V) {
    const vec<V> w = load<V>(net.p + kernel_at(l) + c);
    vec<V> even{}, odd{};
    for (int s = 0; s < Rows; s += 2) {
      const vec<V> x = load<V>(a + s * P + c), y = load<V>(a + (s + 1) * P + c);
      even += dz[s] * x;
      odd += dz[s + 1] * y;
      if constexpr (l > 0) {
        store<V>(before + s * P + c, x > 0.0f ? dz[s] * w : vec<V>{});
        store<V>(before + (s + 1) * P + c, y > 0.0f ? dz[s + 1] * w : vec<V>{});
      }
    }
    store<V>(net.g + kernel_at(l) + c, even + odd);
  }
  wide total{};
  for (int s = 0; s < Rows; s += Wide) total += load<Wide>(dz + s);
  net.g[bias_at(l)] = float(sum(total));
}

template <int l>
inline void gradient(Net& net) {
  constexpr int In = sizes[l], Out = sizes[l + 1], V = lanes(Out);
  const float* dz = net.dz + rows_at(l + 1);
  float* g = net.g + kernel_at(l);
  matmul<In, Out, Batch, 1, pad(In)>(
      net.act + rows_at(l), dz, [](int) { return vec<V>{}; },
      [=](int r, int c, vec<V> sum) { store<V>(g + r * pad(Out) + c, sum); });
  for (int c = 0; c < pad(Out); c += V) {
    vec<V> even{}, odd{};
    for (int s = 0; s < Batch; s += 2) {
      even += load<V>(dz + s * pad(Out) + c);
      if (s + 1 < Batch) odd += load<V>(dz + (s + 1) * pad(Out) + c);
    }
    store<V>(net.g + bias_at(l) + c, even + odd);
  }
}

template <int l = Layers - 1>
inline void backward(Net& net) {
  if constexpr (single(l)) {
    gradient_single<l>(net);
  } else {
    constexpr int In = sizes[l], Out = sizes[l + 1], V = lanes(In);
    gradient<l>(net);
    if constexpr (l > 0) {
      const float* a = net.act + rows_at(l);
      float* before = net.dz + rows_at(l);
      matmul<Batch, In, Out, pad(Out), 1>(
          net.dz + rows_at(l + 1), net.flipped + flipped_at(l), [](int) { return vec<V>{}; },
          [=](int r, int c, vec<V> sum) {
            const int at = r * pad(In) + c;
            store<V>(before + at, load<V>(a + at) > 0.0f ? sum : vec<V>{});
          });
    }
  }
  if constexpr (l > 0) backward<l - 1>(net);
}

// ---- update -------------------------------------------------------------------------------------

// W transposed for the next backward pass, in register blocks.  Lanes past the end of a short block
// hold whatever follows the kernel: the relu mask of a padding lane, always false, removes them.
template <int l = Layers - 1>
inline void flip(Net& net) {
  if constexpr (l > 0) {
    if constexpr (!single(l)) {
      constexpr int In = sizes[l], Out = sizes[l + 1];
      constexpr int T = lanes(In) < lanes(Out) ? lanes(In) : lanes(Out);
      for (int r = 0; r < pad(In); r += T)
        for (int c = 0; c < pad(Out); c += T) {
          vec<T> block[T];
#pragma GCC unroll 16
          for (int i = 0; i < T; ++i)
            block[i] = load<T>(net.p + kernel_at(l) + (r + i) * pad(Out) + c);
          transpose<T>(block);
#pragma GCC unroll 16
          for (int i = 0; i < T; ++i)
            store<T>(net.flipped + flipped_at(l) + (c + i) * pad(In) + r, block[i]);
        }
    }
    flip<l - 1>(net);
  }
}

inline void adam(Net& net) {
  constexpr float b1 = 0.9f, b2 = 0.999f, epsilon = 1e-7f, rate = 1e-3f;
  net.power1 *= b1;
  net.power2 *= b2;
  const float alpha = float(rate * std::sqrt(1.0 - net.power2) / (1.0 - net.power1));
  for (int i = 0; i < Weights; ++i) {
    const float g = net.g[i];
    const float m = net.m[i] + (g - net.m[i]) * (1.0f - b1);
    const float v = net.v[i] + (g * g - net.v[i]) * (1.0f - b2);
    net.m[i] = m;
    net.v[i] = v;
    net.p[i] -= alpha * m / (std::sqrt(v) + epsilon);
  }
}

// ---- the epoch ------------------------------------------------------------------------------------

inline void gather(Net& net, const float* x, const float* y, const uint32_t* order, int rows) {
  for (int s = 0; s < rows; ++s) {
    std::memcpy(net.act + s * pad(Inputs), x + size_t(order[s]) * Inputs, Inputs * 4);
    net.target[s] = y[order[s]];
  }
}

// The next batch's rows are random places in memory: asked for now, they are near when needed.
inline void prefetch(const float* x, const float* y, const uint32_t* order, int rows) {
  if constexpr (Inputs <= 16)
    for (int s = 0; s < rows; ++s) {
      __builtin_prefetch(x + size_t(order[s]) * Inputs);
      __builtin_prefetch(y + order[s]);
    }
}

inline void shuffle(std::vector<uint32_t>& order, uint64_t& state) {
  for (uint32_t i = uint32_t(order.size()); i > 1; --i) {
    state += 0x9e3779b97f4a7c15ull;
    uint64_t z = state * 0xd1342543de82ef95ull;
    z ^= z >> 32;
    const uint32_t j = uint32_t((uint64_t(uint32_t(z * 0xaf251af3b0f025b5ull >> 32)) * i) >> 32);
    std::swap(order[i - 1], order[j]);
  }
}

template <class Each>  // each(net's array, the caller's array, rows, columns, row stride)
void for_weights(Each each) {
  for (int l = 0, at = 0; l < Layers; ++l) {
    const int in = sizes[l], out = sizes[l + 1], stride = single(l) ? 1 : pad(out);
    for (int r = 0; r < in; ++r)
      for (int c = 0; c < out; ++c) each(kernel_at(l) + r * stride + c, at++);
    for (int c = 0; c < out; ++c) each(bias_at(l) + c, at++);
  }
}

}  // namespace

extern "C" {

Net* floor_new() { return new Net(); }
void floor_free(Net* net) { delete net; }

// Weights come and go in Keras's order: kernel (rows: inputs), bias, layer by layer.
void floor_set(Net* net, const float* weights) {
  *net = Net();
  net->power1 = net->power2 = 1.0;
  for_weights([=](int own, int theirs) { net->p[own] = weights[theirs]; });
  flip(*net);
}
void floor_get(const Net* net, float* weights) {
  for_weights([=](int own, int theirs) { weights[theirs] = net->p[own]; });
}

// loss and accuracy take one entry an epoch: the History.
void floor_fit(Net* net, const float* x, const float* y, int rows, int epochs, uint64_t seed,
               double* loss, double* accuracy) {
  std::vector<uint32_t> order(rows);
  for (int i = 0; i < rows; ++i) order[i] = uint32_t(i);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    Sums sums;
    shuffle(order, seed);
    for (int at = 0; at < rows; at += Batch) {
      const int count = rows - at < Batch ? rows - at : Batch;
      gather(*net, x, y, order.data() + at, count);
      if (const int left = rows - at - count; left > 0)
        prefetch(x, y, order.data() + at + count, left < Batch ? left : Batch);
      forward(*net);
      head(*net, count, sums);
      backward(*net);
      adam(*net);
      flip(*net);
    }
    loss[epoch] = sums.loss / rows;
    accuracy[epoch] = double(sums.correct) / rows;
  }
}

}  // extern "C"
