// mlpack's feed-forward network in float32 behind a few C functions.  -DLOSS_BINARY, _SPARSE or _MSE
// picks the loss.  mlpack's column-major points and kernels are, in memory, NumPy's rows and Keras's
// kernels, so nothing is transposed.
#include <dlfcn.h>

#include <mlpack.hpp>

using Mat = arma::fmat;
#if defined(LOSS_BINARY)
using Loss = mlpack::BCELossType<Mat>;
static Loss make_loss() { return Loss(1e-7); }
#elif defined(LOSS_SPARSE)
using Loss = mlpack::NegativeLogLikelihoodType<Mat>;
static Loss make_loss() { return Loss(); }
#else
using Loss = mlpack::MeanSquaredErrorType<Mat>;
static Loss make_loss() { return Loss(); }
#endif
using Network = mlpack::FFN<Loss, mlpack::GlorotInitialization, Mat>;

struct Model {
  Network net;
  int inputs, outputs, batch;
};

extern "C" {

const char* mlp_version() {
  static const std::string text = std::to_string(MLPACK_VERSION_MAJOR) + "." +
                                  std::to_string(MLPACK_VERSION_MINOR) + "." +
                                  std::to_string(MLPACK_VERSION_PATCH);
  return text.c_str();
}

// 1 if the BLAS that was loaded is an OpenBLAS, whose threads are then set.
int mlp_threads(int count) {
  using Set = void (*)(int);
  const auto set = reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (set) set(count);
  return set != nullptr;
}

Model* mlp_new(const int* sizes, int layers, int batch) {
  auto* model = new Model{Network(make_loss()), sizes[0], sizes[layers], batch};
  for (int l = 1; l <= layers; ++l) {
    model->net.template Add<mlpack::LinearType<Mat>>(sizes[l]);
    if (l < layers) model->net.template Add<mlpack::ReLUType<Mat>>();
  }
#if defined(LOSS_BINARY)
  model->net.template Add<mlpack::SigmoidType<Mat>>();
#elif defined(LOSS_SPARSE)
  model->net.template Add<mlpack::LogSoftMaxType<Mat>>();
#endif
  model->net.Reset(sizes[0]);
  return model;
}
void mlp_free(Model* model) { delete model; }

void mlp_set(Model* model, const float* weights) {
  std::copy_n(weights, model->net.Parameters().n_elem, model->net.Parameters().memptr());
}
void mlp_get(const Model* model, float* weights) {
  std::copy_n(model->net.Parameters().memptr(), model->net.Parameters().n_elem, weights);
}

// Losses are sums over the batch here; epsilon grows with them, and the steps are Keras's.
double mlp_fit(Model* model, float* x, float* y, int rows, int epochs) {
  Mat points(x, model->inputs, rows, false, true), targets(y, 1, rows, false, true);
  ens::Adam adam(1e-3, model->batch, 0.9, 0.999, 1e-7 * model->batch,
                 std::size_t(rows) * epochs, -1.0, true);
  return model->net.Train(points, targets, adam) / rows;
}

void mlp_predict(Model* model, float* x, int rows, float* out) {
  Mat points(x, model->inputs, rows, false, true), answer(out, model->outputs, rows, false, true);
  model->net.Predict(points, answer);
#if defined(LOSS_SPARSE)
  answer = arma::exp(answer);
#endif
}

// Seconds for `times` predictions of one row, so that no Python is in the figure.
double mlp_latency(Model* model, float* x, int times) {
  Mat point(x, model->inputs, 1, false, true), answer;
  arma::wall_clock clock;
  clock.tic();
  for (int i = 0; i < times; ++i) model->net.Predict(point, answer);
  return clock.toc();
}

}  // extern "C"

// The cold start: files of raw floats in, one epoch of the lesson's network, a line when it is done.
int main(int count, char** arguments) {
  if (count != 5) return 2;
  const int sizes[] = {4, 8, 6, 1}, rows = std::atoi(arguments[4]);
  std::vector<float> parts[3];
  for (int i = 0; i < 3; ++i) {
    std::ifstream file(arguments[i + 1], std::ios::binary | std::ios::ate);
    parts[i].resize(std::size_t(file.tellg()) / 4);
    file.seekg(0);
    file.read(reinterpret_cast<char*>(parts[i].data()), std::streamsize(parts[i].size() * 4));
  }
  Model* model = mlp_new(sizes, 3, 10);
  mlp_set(model, parts[2].data());
  mlp_fit(model, parts[0].data(), parts[1].data(), rows, 1);
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM", 0) == 0) std::cout << line << std::endl;
  mlp_free(model);
}
