#include "job/redact.h"

#include <gmock/gmock.h>

namespace jouleprint::job {
namespace {

using ::testing::ElementsAre;

TEST(Redact, HidesValuesOfSecretFlagsAndVariables) {
  EXPECT_THAT(WithoutSecrets({"env", "HF_TOKEN=hf_abc", "train", "--api-key", "k1", "--db_password=p"}),
              ElementsAre("env", "HF_TOKEN=***", "train", "--api-key", "***", "--db_password=***"));
  EXPECT_THAT(WithoutSecrets({"x", "--wandb.apiKey=1", "-token", "t"}),
              ElementsAre("x", "--wandb.apiKey=***", "-token", "***"));
}

TEST(Redact, HidesPasswordsInAddresses) {
  EXPECT_THAT(WithoutSecrets({"load", "postgresql://ann:s3cret@db/runs", "https://h/a@b:c"}),
              ElementsAre("load", "postgresql://ann:***@db/runs", "https://h/a@b:c"));
}

TEST(Redact, LeavesOrdinaryWordsAlone) {
  const std::vector<std::string> plain{"train",    "--max-tokens",        "4096", "--tokenizer", "bpe",
                                       "--lr=0.1", "https://host:8080/x", "a=b",  "--",          ""};
  EXPECT_EQ(WithoutSecrets(plain), plain);
}

TEST(Redact, AFlagAfterASecretFlagIsNoValue) {
  EXPECT_THAT(WithoutSecrets({"x", "--token", "--verbose", "y"}),
              ElementsAre("x", "--token", "--verbose", "y"));
}

}  // namespace
}  // namespace jouleprint::job
