#include "sampling/lane.h"

#include <utility>

#include "os/chrono.h"
#include "sampling/integrator.h"

namespace jouleprint::sampling {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

Lane::Lane(std::unique_ptr<meters::Meter> meter, const os::Clock& clock, Seconds period)
    : Lane(std::make_shared<MeterReader>(std::move(meter), clock), period) {}

Lane::Lane(std::shared_ptr<MeterReader> reader, Seconds period)
    : reader_(std::move(reader)),
      books_(std::make_shared<LaneBooks>(
          Ledger(reader_->meter().domains(), period, reader_->clock().Boot(), reader_->clock().Utc()),
          period)) {
  reader_->Join(books_);
}

Lane::~Lane() { Abandon(); }

void Lane::BeginRun(os::BootTime start, UtcTime start_utc) {
  const auto lock = Hold();
  books_->ledger.BeginRun(start, start_utc);
  if (books_->tap) books_->tap->OnBeginRun(start, start_utc);
}

void Lane::Ask() {
  may_await_ = reader_->Answered(ticket_);
  if (may_await_) ticket_ = reader_->Ask();
}

bool Lane::Await(SteadyClock::time_point deadline) { return may_await_ && reader_->Await(ticket_, deadline); }

bool Lane::ReadNow(Seconds patience) {
  Ask();
  return Await(SteadyClock::now() + os::ToChrono(patience));
}

bool Lane::AwaitStop(SteadyClock::time_point deadline) { return reader_->AwaitEnd(books_.get(), deadline); }

bool Lane::Stop(Seconds patience) {
  AskToStop();
  return AwaitStop(SteadyClock::now() + os::ToChrono(patience));
}

void Lane::Abandon() { reader_->Leave(books_.get()); }

std::vector<DomainTotals> Lane::totals() const {
  const auto lock = Hold();
  return books_->ledger.totals();
}

std::vector<Gap> Lane::gaps() const {
  const auto lock = Hold();
  return {books_->ledger.gaps().begin(), books_->ledger.gaps().end()};
}

MergedGaps Lane::more_gaps() const {
  const auto lock = Hold();
  return books_->ledger.more_gaps();
}

BlockedReads Lane::blocked() const {
  const auto lock = Hold();
  return books_->ledger.blocked();
}

std::vector<Rollup> Lane::rollups() const {
  const auto lock = Hold();
  return books_->ledger.rollups();
}

std::int64_t Lane::ticks() const {
  const auto lock = Hold();
  return books_->ledger.ticks();
}

std::optional<os::BootTime> Lane::hanging() const {
  const std::optional<os::BootTime> since = reader_->busy_since();
  if (!since || reader_->clock().Boot() - *since < ShortestGap(period())) return std::nullopt;
  return since;
}

}  // namespace jouleprint::sampling
