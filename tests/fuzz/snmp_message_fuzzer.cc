// Any datagram: an answer with a finite number and an OID that can be asked for again, or an error with a
// hint.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "meters/bmc/snmp_message.h"

using namespace jouleprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<meters::SnmpAnswer> answer = meters::DecodeSnmpAnswer({data, size});
  if (!answer.ok()) {
    if (answer.error().message.empty() || answer.error().hint.empty()) std::abort();
    return 0;
  }
  if (!std::isfinite(answer->number) || answer->oid.size() < 2) std::abort();
  if (meters::EncodeSnmpGet("public", answer->request_id, answer->oid).size() < 20) std::abort();
  return 0;
}
