// What people write after --intensity-from.
#include "carbon/live/source_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carbon/live/live_keys.h"

namespace jouleprint::carbon {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SourceNameTest, AnApiItsRegionAndItsAddress) {
  const SourceName plain = *ParseSourceName("neso");
  EXPECT_EQ(plain.publisher, Publisher::kNeso);
  EXPECT_EQ(plain.region + plain.base_url, "");
  const SourceName full = *ParseSourceName("watttime:CAISO_NORTH@http://127.0.0.1:8080/base/");
  EXPECT_EQ(full.publisher, Publisher::kWattTime);
  EXPECT_EQ(full.region, "CAISO_NORTH");
  EXPECT_EQ(full.base_url, "http://127.0.0.1:8080/base");
  EXPECT_EQ(ParseSourceName("electricity-maps:DE;kind=direct")->kind, "direct");
  EXPECT_EQ(ParseSourceName("entsoe@https://proxy.example")->region, "");
}

TEST(SourceNameTest, AUrlItsPointerAndItsOptions) {
  const SourceName name =
      *ParseSourceName("https://grid.example/now?a=1;2#/data/0/ci;unit=lb/MWh;kind=marginal;step=600");
  EXPECT_EQ(name.publisher, Publisher::kUrl);
  EXPECT_EQ(name.base_url, "https://grid.example/now?a=1;2");
  EXPECT_EQ(name.pointer, "/data/0/ci");
  EXPECT_EQ(name.unit, "lb/MWh");
  EXPECT_EQ(name.kind, "marginal");
  EXPECT_EQ(name.step, Seconds{600});
  EXPECT_EQ(ParseSourceName("http://host/x")->pointer, "");
}

TEST(SourceNameTest, WhatIsNoSourceIsRefusedWithTheChoices) {
  for (const char* text :
       {"", "sun", "neso:", "neso:a/b", "neso@ftp://x", "neso@", "electricity-maps;kind=big",
        "neso;kind=direct", "https://", "https:///path", "http://h#x", "http://h#/a;unit=oz",
        "http://h#/a;step=7", "http://h#/a;x=1", "http://h#/a;kind=nice"}) {
    const Result<SourceName> name = ParseSourceName(text);
    ASSERT_FALSE(name.ok()) << text;
    EXPECT_EQ(name.error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(name.error().hint.empty()) << text;
  }
  EXPECT_THAT(ParseSourceName("solar").error().ToString(), HasSubstr("electricity-maps"));
}

TEST(SourceNameTest, SecretsInAnAddressAreRefusedAndNotRepeated) {
  const Error error = ParseSourceName("https://anna:s3cret@host/x#/a").error();
  EXPECT_THAT(error.ToString(), Not(HasSubstr("s3cret")));
}

TEST(SourceNameTest, KeysGoToTheirApiAndToThisMachineOnly) {
  EXPECT_TRUE(MayCarryKey(*ParseSourceName("entsoe")));
  EXPECT_TRUE(MayCarryKey(*ParseSourceName("entsoe@http://127.0.0.1:81")));
  EXPECT_TRUE(MayCarryKey(*ParseSourceName("entsoe@http://localhost")));
  EXPECT_FALSE(MayCarryKey(*ParseSourceName("entsoe@https://elsewhere.example")));
  EXPECT_FALSE(MayCarryKey(*ParseSourceName("entsoe@http://127.0.0.1.example")));
}

TEST(KeyFileTest, ALinePerKey) {
  const char* text = "# mine\n\nelectricity_maps_key = abc \nwatttime_password=\"a = b\"\r\n";
  EXPECT_EQ(**KeyInText(text, "electricity_maps_key", "keys"), "abc");
  EXPECT_EQ(**KeyInText(text, "watttime_password", "keys"), "a = b");
  EXPECT_FALSE(KeyInText(text, "entsoe_key", "keys")->has_value());
}

TEST(KeyFileTest, ALineThatIsNoneIsNamedAndNotRepeated) {
  for (const char* text : {"entsoe_key = x\ns3cret\n", "\ns3cret = s3cret"}) {
    const Error error = KeyInText(text, "entsoe_key", "keys").error();
    EXPECT_THAT(error.message, HasSubstr("keys line 2"));
    EXPECT_THAT(error.ToString(), Not(HasSubstr("s3cret")));
  }
}

}  // namespace
}  // namespace jouleprint::carbon
