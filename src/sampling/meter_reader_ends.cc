// Both ends of a run, as a MeterReader sees them: how much the counters hold back there (renewal.h), and when
// a lane's books are closed.
#include <algorithm>

#include "sampling/meter_reader.h"

namespace jouleprint::sampling {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Between two looks at a counter that is about to be renewed.
constexpr auto kLook = std::chrono::microseconds{200};

}  // namespace

std::shared_ptr<LaneBooks> MeterReader::FirstOf(const std::function<bool(const LaneBooks&)>& wanted) {
  const auto found =
      std::find_if(books_.begin(), books_.end(), [&](const auto& books) { return wanted(*books); });
  return found == books_.end() ? nullptr : *found;
}

void MeterReader::LookAtStarts() noexcept {
  for (;;) {
    std::shared_ptr<LaneBooks> books;
    {
      const std::scoped_lock lock(wish_mutex_);
      books = FirstOf([](const LaneBooks& one) { return one.starts; });
      if (!books) return;
      books->starts = false;
    }
    WatchRenewal(books.get(), RunEnd::kStart);
  }
}

// Those whose last reading has been taken.
void MeterReader::EndBooks(Ticket upto) noexcept {
  for (;;) {
    std::shared_ptr<LaneBooks> books;
    {
      const std::scoped_lock lock(wish_mutex_);
      books =
          FirstOf([upto](const LaneBooks& one) { return one.last_ticket != 0 && one.last_ticket <= upto; });
    }
    if (!books) return;
    CorrectShortRun(books.get());
    const std::scoped_lock lock(wish_mutex_);
    books->ended = true;
    Remove(books.get());
  }
}

void MeterReader::WatchRenewal(LaneBooks* books, RunEnd end) noexcept {
  const std::scoped_lock reading(read_mutex_);
  {
    const std::scoped_lock lock(ledger_mutex_);
    if (!books->ledger.BeginLooks(end)) return;
    if (books->tap) books->tap->OnBeginLooks(end);
  }
  const os::BootTime until = clock_.Boot() + books->ledger.look_patience();
  const auto pause = [&] {
    const std::uint32_t heard = wished_.Count();
    {
      const std::scoped_lock lock(wish_mutex_);
      // At the start nobody waits for this; whoever does after all is served at once.
      if (end == RunEnd::kStart && asked_ != answered_) return false;
    }
    wished_.Await(heard, SteadyClock::now() + kLook);
    return true;
  };
  do {
    meter_->Read(clock_, readings_);
    const std::scoped_lock lock(ledger_mutex_);
    if (books->tap) books->tap->OnLook(end, readings_);
    if (books->ledger.Look(end, readings_)) return;
  } while (clock_.Boot() < until && pause());
}

void MeterReader::CorrectShortRun(LaneBooks* books) noexcept {
  {
    const std::scoped_lock lock(ledger_mutex_);
    if (!books->ledger.LagMatters(clock_.Boot())) return;
  }
  WatchRenewal(books, RunEnd::kEnd);
  const std::scoped_lock lock(ledger_mutex_);
  books->ledger.AddWhatIsHeldBack();
  if (books->tap) books->tap->OnHeldBack();
}

}  // namespace jouleprint::sampling
