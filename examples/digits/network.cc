#include "digits/network.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace digits {
namespace {

// Adam with the constants its authors recommend: Kingma and Ba, 2015, arXiv:1412.6980, algorithm 1.
constexpr float kMeanDecay = 0.9F;
constexpr float kSquareDecay = 0.999F;
constexpr float kEpsilon = 1e-8F;

template <class Values>
void StepAdam(Values& values, const Values& gradient, Values& mean, Values& square, float rate) {
  mean = kMeanDecay * mean + (1 - kMeanDecay) * gradient;
  square.array() = kSquareDecay * square.array() + (1 - kSquareDecay) * gradient.array().square();
  values.array() -= rate * mean.array() / (square.array().sqrt() + kEpsilon);
}

}  // namespace

Score& Score::operator+=(const Score& other) {
  loss_sum += other.loss_sum;
  right += other.right;
  count += other.count;
  return *this;
}

Network::Network(const std::vector<Eigen::Index>& widths, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    const Eigen::Index in = widths[i];
    const Eigen::Index out = widths[i + 1];
    // He et al., 2015, arXiv:1502.01852, equation 10: keeps the variance through layers of ReLU.
    std::normal_distribution<float> he(0.0F, std::sqrt(2.0F / static_cast<float>(in)));
    Layer layer;
    layer.weights = Eigen::MatrixXf::NullaryExpr(out, in, [&] { return he(random); });
    layer.weights_gradient = layer.weights_mean = layer.weights_square = Eigen::MatrixXf::Zero(out, in);
    layer.bias = layer.bias_gradient = layer.bias_mean = layer.bias_square = Eigen::VectorXf::Zero(out);
    layers_.push_back(std::move(layer));
  }
}

void Network::Forward(const Eigen::MatrixXf& images) {
  const Eigen::MatrixXf* input = &images;
  for (Layer& layer : layers_) {
    layer.output.noalias() = layer.weights * *input;
    layer.output.colwise() += layer.bias;
    if (&layer != &layers_.back()) layer.output = layer.output.cwiseMax(0.0F);
    input = &layer.output;
  }
}

Score Network::ScoreSoftmax(const std::vector<int>& labels) {
  // A probability that underflows to 0 would make the loss infinite.
  constexpr float kLeast = 1e-30F;
  Eigen::MatrixXf& output = layers_.back().output;
  Score score;
  for (Eigen::Index i = 0; i < output.cols(); ++i) {
    auto column = output.col(i);
    Eigen::Index guess = 0;
    const float largest = column.maxCoeff(&guess);
    column = (column.array() - largest).exp();
    column /= column.sum();
    const int label = labels[static_cast<std::size_t>(i)];
    score.loss_sum -= std::log(static_cast<double>(std::max(column(label), kLeast)));
    score.right += guess == label ? 1 : 0;
    ++score.count;
  }
  return score;
}

Score Network::ComputeGradients(const Eigen::MatrixXf& images, const std::vector<int>& labels) {
  Forward(images);
  const Score score = ScoreSoftmax(labels);
  // The gradient of softmax cross-entropy is the probabilities minus 1 at the right class.
  Eigen::MatrixXf delta = layers_.back().output;
  for (Eigen::Index i = 0; i < delta.cols(); ++i) delta(labels[static_cast<std::size_t>(i)], i) -= 1.0F;
  delta /= static_cast<float>(delta.cols());
  for (std::size_t i = layers_.size(); i-- > 0;) {
    Layer& layer = layers_[i];
    const Eigen::MatrixXf& input = i == 0 ? images : layers_[i - 1].output;
    layer.weights_gradient.noalias() = delta * input.transpose();
    layer.bias_gradient = delta.rowwise().sum();
    if (i == 0) break;
    Eigen::MatrixXf below = layer.weights.transpose() * delta;
    delta = (input.array() > 0.0F).select(below, 0.0F);
  }
  return score;
}

Score Network::Train(const Eigen::MatrixXf& images, const std::vector<int>& labels, float learning_rate) {
  const Score score = ComputeGradients(images, labels);
  ++steps_;
  const auto steps = static_cast<float>(steps_);
  const float rate =
      learning_rate * std::sqrt(1 - std::pow(kSquareDecay, steps)) / (1 - std::pow(kMeanDecay, steps));
  for (Layer& layer : layers_) {
    StepAdam(layer.weights, layer.weights_gradient, layer.weights_mean, layer.weights_square, rate);
    StepAdam(layer.bias, layer.bias_gradient, layer.bias_mean, layer.bias_square, rate);
  }
  return score;
}

Score Network::Evaluate(const Eigen::MatrixXf& images, const std::vector<int>& labels) {
  Forward(images);
  return ScoreSoftmax(labels);
}

}  // namespace digits
