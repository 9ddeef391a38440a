// Any bytes: reading a trace and replaying its events never crashes. The checksums would keep the fuzzer
// out, so the bytes are also taken as the events of a small machine.
#include <cstdint>
#include <string>

#include "sampling/ledger.h"
#include "sampling/trace_reader.h"

namespace {

using namespace jouleprint;

sampling::TraceHeader SmallMachine() {
  sampling::TraceHeader header;
  meters::DomainInfo counter;
  counter.joules_per_count = 1e-6;
  counter.counter_values = 262'143'328'850;
  counter.error.update_period = Seconds{0.001};
  meters::DomainInfo gauge;
  gauge.kind = meters::ReadingKind::kGauge;
  header.lanes.push_back({"a", Seconds{0.1}, {counter, gauge}});
  return header;
}

void Play(const sampling::TraceEvent& event, sampling::Ledger* ledger) {
  if (const auto* tick = std::get_if<sampling::TickEvent>(&event)) ledger->Add(tick->readings, tick->tick);
  if (const auto* begin = std::get_if<sampling::BeginRunEvent>(&event))
    ledger->BeginRun(begin->start, begin->start_utc);
  if (const auto* looks = std::get_if<sampling::BeginLooksEvent>(&event)) ledger->BeginLooks(looks->end);
  if (const auto* look = std::get_if<sampling::LookEvent>(&event)) ledger->Look(look->end, look->readings);
  if (std::holds_alternative<sampling::HeldBackEvent>(event)) ledger->AddWhatIsHeldBack();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  auto reader = sampling::TraceReader::FromBytes(bytes, "fuzz");
  while (reader.ok() && reader->Next()) {
  }
  static_cast<void>(sampling::TraceHeaderFromJson(bytes));
  const sampling::TraceHeader header = SmallMachine();
  sampling::TraceDecoder decoder(header);
  sampling::Ledger ledger(header.lanes[0].domains, header.lanes[0].period, {}, {});
  sampling::ByteReader rest(bytes);
  while (!rest.empty()) {
    const auto event = decoder.Take(&rest);
    if (!event) break;
    Play(*event, &ledger);
  }
  return 0;
}
