#include "job/run_book.h"

#include <iterator>
#include <utility>

#include "carbon/footprint/footprint.h"
#include "energy/account.h"
#include "job/figures.h"
#include "job/ranks.h"
#include "job/redact.h"
#include "job/reservation.h"
#include "job/run_trace.h"
#include "job/samples_file.h"
#include "jouleprint/store.h"
#include "os/cgroup.h"
#include "os/file.h"
#include "os/the_clock.h"
#include "os/user_dirs.h"
#include "record/json.h"
#include "record/run_id.h"

namespace jouleprint::job {
namespace {

// A run that is killed loses this much of its record at most; docs/formats/store.md promises it.
constexpr Seconds kFirstCheckpoint{1};
constexpr Seconds kCheckpointEvery{5};
// The series is larger than the record and says nothing of the totals.
constexpr Seconds kSeriesEvery{60};

std::string StoreOf(const RunOptions& options) {
  return options.store_path.empty() ? DefaultStorePath() : options.store_path;
}

// Files that a run writes: each one's own, and writable before anything is started.
Status CheckOutputs(const RunOptions& options) {
  const std::vector<std::pair<std::string, std::string>> files{{"the record", options.json_file},
                                                               {"the samples", options.samples_file},
                                                               {"the trace", options.trace_file}};
  for (auto file = files.begin(); file != files.end(); ++file) {
    const std::string& path = file->second;
    if (path.empty()) continue;
    for (auto other = std::next(file); other != files.end(); ++other) {
      if (!os::SameFile(path, other->second)) continue;
      return Error{ErrorCode::kInvalidArgument,
                   file->first + " and " + other->first + " cannot both go to " + path, "name two files"};
    }
    if (os::SameFile(path, StoreOf(options))) {
      return Error{ErrorCode::kInvalidArgument, path + " is where runs are kept", "name another file"};
    }
    if (Status writable = os::CheckWritable(path); !writable.ok()) {
      return Error{ErrorCode::kInvalidArgument, writable.error().message, writable.error().hint};
    }
  }
  return {};
}

Reservation DescribeReservation(const meters::Catalog& catalog, const RunOptions& options) {
  constexpr double kBytesPerGibibyte = 1024.0 * 1024.0 * 1024.0;
  return ReservationOf({.given_cpus = options.reserved_cpus,
                        .cgroup_folders = os::OwnCgroupFolders(),
                        .variable = os::EnvironmentVariable,
                        .logical_cpus = catalog.cpu.logical_cpus,
                        .memory_bytes = catalog.cpu.memory_gib * kBytesPerGibibyte,
                        .gpus = static_cast<int>(catalog.gpus.size())});
}

}  // namespace

Result<RunBook> RunBook::Open(const RunOptions& options, std::vector<std::string>* notices) {
  if (Status apart = CheckOutputs(options); !apart.ok()) return apart.error();
  Result<Place> place = PlaceOf(options);
  if (!place.ok()) return place.error();
  Result<Pricing> pricing = Pricing::Prepare(options, os::TheClock().Utc(), &*place);
  if (!pricing.ok()) return pricing.error();
  for (const std::string& notice : pricing->notices()) notices->push_back(notice);
  Result<Keeper> keeper = Keeper::Open(options, notices);
  if (!keeper.ok()) return keeper.error();
  return RunBook(options, std::move(*place), std::move(*pricing), std::move(*keeper));
}

RunBook::RunBook(const RunOptions& options, Place place, Pricing pricing, Keeper keeper)
    : options_(options), place_(std::move(place)), pricing_(std::move(pricing)), keeper_(std::move(keeper)) {}

void RunBook::Describe(const Measurement& measurement) {
  record_.name = options_.name;
  record_.project = options_.project;
  record_.tags = options_.tags;
  record_.command = WithoutSecrets(options_.command);
  record_.host = DescribeHost(measurement.catalog(), os::Sysroot(options_.sysroot));
  record_.job.reserved = DescribeReservation(measurement.catalog(), options_);
  record_.pue = place_.pue;
  record_.pue_given = place_.pue_given;
  record_.pue_source = place_.pue_source;
  record_.zone = place_.zone;
  record_.intensity = place_.intensity;
  Membership membership = MembershipOf(options_, os::EnvironmentVariable);
  record_.group = std::move(membership.group);
  record_.rank = std::move(membership.rank);
  record_.version = JOULEPRINT_VERSION;
}

void RunBook::Begin(const Measurement& measurement) {
  record_.start = measurement.start_utc();
  record_.run_id = record::MakeRunId(record_.start);
  next_checkpoint_ = kFirstCheckpoint;
  next_series_ = kSeriesEvery;
}

void RunBook::BringUpToNow(const Measurement& measurement, const sampling::UsersEvent& users) {
  FillFigures(QuestionOf(measurement, record_.job.reserved, users, options_.idle_split), measurement, users,
              &record_);
  pricing_.Price(measurement.Series(), &record_);
}

void RunBook::AddUp(Seconds own_cpu) {
  carbon::FillFootprint(place_.footprint, &record_);
  record_.overhead.cpu_s = own_cpu.value();
}

RunBook::KeptState RunBook::TakeCheckpoint(const Measurement& measurement) {
  const Seconds now = measurement.duration();
  next_checkpoint_ = now + kCheckpointEvery;
  KeptState state{record_, std::nullopt};
  if (now >= next_series_) {
    next_series_ = now + kSeriesEvery;
    state.series = measurement.Series();
  }
  return state;
}

void RunBook::LookInStore(UtcTime end) {
  if (options_.keep) pricing_.LookInStore(StoreOf(options_), record_.start, end);
}

void RunBook::WriteFiles(const PowerSeries& series, std::vector<std::string>* notices) const {
  if (!options_.json_file.empty()) {
    const Status written = os::WriteFileAtomically(options_.json_file, record::ToJson(record_, 2) + "\n");
    if (!written.ok()) notices->push_back("the record could not be written: " + written.error().ToString());
  }
  if (!options_.samples_file.empty()) {
    const Status written = os::WriteFileAtomically(options_.samples_file, SamplesCsv(series));
    if (!written.ok()) notices->push_back("the samples could not be written: " + written.error().ToString());
  }
}

std::string RunBook::Finish(const Measurement& measurement, std::vector<std::string>* notices) {
  record_.state = RunState::kFinished;
  const PowerSeries series = measurement.Series();
  std::string path = keeper_.Finish(record_, series, notices);
  WriteFiles(series, notices);
  return path;
}

RunProgress RunBook::Progress(const Measurement& measurement) const {
  RunProgress progress;
  progress.elapsed_s = measurement.duration().value();
  progress.power_w = measurement.PowerNow();
  const energy::Account account = energy::MakeAccount(
      {.uses = measurement.Uses(), .total = measurement.Total(), .duration = measurement.duration()});
  progress.energy_kwh = account.kwh.machine;
  const Emissions priced = carbon::Footprint(account.kwh.machine, record_.pue, record_.intensity);
  progress.emissions_gco2e =
      carbon::TotalSoFar(place_.footprint, record_, priced.operational, measurement.duration());
  return progress;
}

}  // namespace jouleprint::job
