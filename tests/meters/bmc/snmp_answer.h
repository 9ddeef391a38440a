// The answer that belongs to a question of SNMP, for tests.
#ifndef JOULEPRINT_TESTS_METERS_BMC_SNMP_ANSWER_H_
#define JOULEPRINT_TESTS_METERS_BMC_SNMP_ANSWER_H_

#include <cstdint>
#include <vector>

namespace jouleprint::meters {

/// `question`, shorter than 127 bytes, with the null at its end made a gauge of `watts` (up to 127).
inline std::vector<std::uint8_t> AnswerTo(const std::vector<std::uint8_t>& question, std::uint8_t watts) {
  std::vector<std::uint8_t> answer = question;
  answer.erase(answer.end() - 2, answer.end());
  answer.insert(answer.end(), {0x42, 0x01, watts});
  // Every length that the number is part of grows by the one byte that it has more than the null.
  const std::size_t pdu = 2 + 3 + 2u + question[6];
  answer[pdu] = 0xA2;
  std::size_t bindings = pdu + 2;
  for (int i = 0; i < 3; ++i) bindings += 2u + answer[bindings + 1];  // request id, status, index
  for (const std::size_t sequence : {std::size_t{0}, pdu, bindings, bindings + 2}) ++answer[sequence + 1];
  return answer;
}

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_TESTS_METERS_BMC_SNMP_ANSWER_H_
