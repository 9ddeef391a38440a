// A multilayer perceptron: fully connected layers with ReLU between them, softmax cross-entropy at
// the end, trained with Adam. One column is one example throughout.
//
//   Network network({64, 1024, 512, 10}, seed);
//   Score score = network.Train(images, labels, 1e-3F);   // one step on one batch
//   Score held_back = network.Evaluate(images, labels);
#ifndef JOULEPRINT_EXAMPLES_DIGITS_NETWORK_H_
#define JOULEPRINT_EXAMPLES_DIGITS_NETWORK_H_

#include <Eigen/Core>
#include <cstdint>
#include <vector>

namespace digits {

/// Sums over the examples that were scored, so that batches of any size add up.
struct Score {
  double loss_sum = 0;
  std::int64_t right = 0;
  std::int64_t count = 0;

  double loss() const { return count == 0 ? 0 : loss_sum / static_cast<double>(count); }
  double accuracy() const { return count == 0 ? 0 : static_cast<double>(right) / static_cast<double>(count); }
  Score& operator+=(const Score& other);
};

class Network {
 public:
  /// `widths` from input to output, at least two of them; the seed fixes the first weights.
  Network(const std::vector<Eigen::Index>& widths, std::uint64_t seed);

  /// One step of Adam on the batch's mean loss; the score is the one before the step.
  Score Train(const Eigen::MatrixXf& images, const std::vector<int>& labels, float learning_rate);
  Score Evaluate(const Eigen::MatrixXf& images, const std::vector<int>& labels);

  /// Fills each layer's gradients for the batch without a step, for whoever wants to look at them.
  Score ComputeGradients(const Eigen::MatrixXf& images, const std::vector<int>& labels);

  struct Layer {
    Eigen::MatrixXf weights, weights_gradient, weights_mean, weights_square;
    Eigen::VectorXf bias, bias_gradient, bias_mean, bias_square;
    Eigen::MatrixXf output;
  };
  std::vector<Layer>& layers() { return layers_; }

 private:
  void Forward(const Eigen::MatrixXf& images);
  // Turns the last layer's output into probabilities in place and scores them.
  Score ScoreSoftmax(const std::vector<int>& labels);

  std::vector<Layer> layers_;
  std::int64_t steps_ = 0;
};

}  // namespace digits

#endif  // JOULEPRINT_EXAMPLES_DIGITS_NETWORK_H_
