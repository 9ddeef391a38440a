// SNMP byte for byte: the question as it must be, and answers that are well or broken.
#include "meters/bmc/snmp_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "meters/bmc/snmp_answer.h"

namespace jouleprint::meters {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes Join(std::uint8_t tag, std::initializer_list<Bytes> parts) {
  Bytes content;
  for (const Bytes& part : parts) std::copy(part.begin(), part.end(), std::back_inserter(content));
  Bytes whole{tag, static_cast<std::uint8_t>(content.size())};
  std::copy(content.begin(), content.end(), std::back_inserter(whole));
  return whole;
}

// An answer to request 0x1234 for 1.3.6.1.4.1.318 with `value`, itself tag, length and content.
Bytes AnswerWith(const Bytes& value, std::uint8_t status = 0, std::uint8_t version = 1,
                 std::uint8_t pdu = 0xA2) {
  const Bytes oid{0x06, 0x07, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x3E};
  return Join(0x30, {{0x02, 0x01, version},
                     {0x04, 0x06, 'p', 'u', 'b', 'l', 'i', 'c'},
                     Join(pdu, {{0x02, 0x02, 0x12, 0x34},
                                {0x02, 0x01, status},
                                {0x02, 0x01, 0x00},
                                Join(0x30, {Join(0x30, {oid, value})})})});
}

double NumberIn(const Bytes& value) {
  const Result<SnmpAnswer> answer = DecodeSnmpAnswer(AnswerWith(value));
  EXPECT_TRUE(answer.ok()) << answer.error().message;
  return answer.ok() ? answer->number : -1;
}

ErrorCode CodeOf(const Bytes& message) {
  const Result<SnmpAnswer> answer = DecodeSnmpAnswer(message);
  return answer.ok() ? ErrorCode::kInternal : answer.error().code;
}

TEST(SnmpMessageTest, AsksAsTheStandardHasIt) {
  // As net-snmp's snmpget sends it: snmpget -v2c -c public HOST 1.3.6.1.4.1.318
  const Bytes expected{0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x06, 'p',  'u',  'b',  'l',  'i',  'c',
                       0xA0, 0x18, 0x02, 0x02, 0x12, 0x34, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30,
                       0x0C, 0x30, 0x0A, 0x06, 0x06, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x63, 0x05, 0x00};
  EXPECT_EQ(EncodeSnmpGet("public", 0x1234, {1, 3, 6, 1, 4, 1, 99}), expected);
}

TEST(SnmpMessageTest, ReadsEveryKindOfNumber) {
  EXPECT_EQ(NumberIn({0x42, 0x02, 0x01, 0x59}), 345);
  EXPECT_EQ(NumberIn({0x41, 0x05, 0x00, 0xFF, 0xFF, 0xFF, 0xFF}), 4294967295.0);
  EXPECT_EQ(NumberIn({0x46, 0x09, 0x00, 0x80, 0, 0, 0, 0, 0, 0, 0}), 9223372036854775808.0);
  EXPECT_EQ(NumberIn({0x02, 0x01, 0xFF}), -1);
  EXPECT_EQ(NumberIn({0x02, 0x01, 0x7F}), 127);
  EXPECT_EQ(NumberIn({0x04, 0x05, '3', '4', '5', '.', '5'}), 345.5);
  EXPECT_EQ(NumberIn({0x44, 0x07, 0x9F, 0x78, 0x04, 0x43, 0xAC, 0xC0, 0x00}), 345.5);
}

TEST(SnmpMessageTest, SaysWhatThereIsInsteadOfANumber) {
  EXPECT_EQ(CodeOf(AnswerWith({0x80, 0x00})), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(AnswerWith({0x81, 0x00})), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(AnswerWith({0x05, 0x00}, 2)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(AnswerWith({0x05, 0x00}, 16)), ErrorCode::kNotPermitted);
  EXPECT_EQ(CodeOf(AnswerWith({0x05, 0x00}, 5)), ErrorCode::kIo);
  EXPECT_EQ(CodeOf(AnswerWith({0x04, 0x03, 'A', 'P', 'C'})), ErrorCode::kRefused);
  EXPECT_EQ(CodeOf(AnswerWith({0x04, 0x03, 'i', 'n', 'f'})), ErrorCode::kRefused);
  EXPECT_EQ(CodeOf(AnswerWith({0x44, 0x07, 0x9F, 0x78, 0x04, 0x7F, 0x80, 0x00, 0x00})), ErrorCode::kRefused);
}

TEST(SnmpMessageTest, RefusesWhatIsNoAnswer) {
  const Bytes watts{0x42, 0x01, 0x07};
  ASSERT_EQ(CodeOf(AnswerWith(watts)), ErrorCode::kInternal);
  EXPECT_EQ(CodeOf(AnswerWith(watts, 0, 0)), ErrorCode::kCorrupt) << "SNMPv1";
  EXPECT_EQ(CodeOf(AnswerWith(watts, 0, 1, 0xA0)), ErrorCode::kCorrupt) << "a question";
  const Bytes whole = AnswerWith(watts);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(CodeOf(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
              ErrorCode::kCorrupt)
        << size;
  }
  EXPECT_EQ(CodeOf({0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}), ErrorCode::kCorrupt);
}

TEST(SnmpMessageTest, ReadsOids) {
  EXPECT_EQ(*ParseOid("1.3.6.1"), (Oid{1, 3, 6, 1}));
  EXPECT_EQ(*ParseOid(".1.3.6.4294967295"), (Oid{1, 3, 6, 4294967295}));
  for (const char* wrong : {"", ".", "1", "1.3", "1.3.", "1..3.6", "1.3.6.", "3.1.1", "1.40.1", "1.3.6.x",
                            "1.3.6.-1", "1.3.6.4294967296", "iso.3.6.1", "1.3.6 "}) {
    EXPECT_EQ(ParseOid(wrong).error().code, ErrorCode::kInvalidArgument) << wrong;
  }
}

TEST(SnmpMessageTest, AnyOidAndRequestGoThereAndBack) {
  EXPECT_TRUE(
      rc::check([](const std::vector<std::uint32_t>& arcs, std::int32_t id, const std::string& community) {
        Oid oid{1, 3, 6};
        oid.insert(oid.end(), arcs.begin(),
                   arcs.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(arcs.size(), 12)));
        const Bytes question = EncodeSnmpGet(community.substr(0, 10), id, oid);
        const Result<SnmpAnswer> answer = DecodeSnmpAnswer(AnswerTo(question, 34));
        RC_ASSERT(answer.ok());
        RC_ASSERT(answer->oid == oid);
        RC_ASSERT(answer->request_id == id);
        RC_ASSERT(answer->number == 34);
      }));
}

}  // namespace
}  // namespace jouleprint::meters
