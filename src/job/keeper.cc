#include "job/keeper.h"

#include <unistd.h>

#include <cstdlib>

#include "os/file.h"
#include "os/host.h"
#include "os/spawn.h"
#include "record/json.h"

namespace jouleprint::job {
namespace {

bool IsAlive(const Writer& writer) {
  return writer.boot_id == os::BootId(os::Sysroot()) &&
         os::ProcessStart(static_cast<pid_t>(writer.pid)) == writer.pid_start;
}

Writer ThisProcess() { return {::getpid(), os::ProcessStart(::getpid()), os::BootId(os::Sysroot())}; }

// $TMPDIR/jouleprint-UID/RUN.json
Result<std::string> WriteAside(const RunRecord& run) {
  const char* temporary = std::getenv("TMPDIR");
  const std::string folder = std::string(temporary != nullptr && *temporary != '\0' ? temporary : "/tmp") +
                             "/jouleprint-" + std::to_string(::getuid());
  if (Status made = os::MakeDirectories(folder); !made.ok()) return made.error();
  const std::string path = folder + "/" + run.run_id + ".json";
  if (Status written = os::WriteFileAtomically(path, record::ToJson(run, 2) + "\n"); !written.ok()) {
    return written.error();
  }
  return path;
}

}  // namespace

Result<Keeper> Keeper::Open(const RunOptions& options, std::vector<std::string>* notices) {
  Keeper keeper;
  keeper.keep_ = options.keep;
  if (!options.keep) return keeper;
  keeper.path_ = options.store_path.empty() ? DefaultStorePath() : options.store_path;
  Result<std::unique_ptr<Store>> store = OpenStore(keeper.path_);
  if (!store.ok()) {
    if (!options.store_path.empty()) return store.error();
    notices->push_back("the run cannot be kept in the store: " + store.error().ToString());
    return keeper;
  }
  keeper.store_ = std::move(*store);
  for (std::string& sentence : RecoverRuns(keeper.store_.get())) notices->push_back(std::move(sentence));
  keeper.writer_ = ThisProcess();
  return keeper;
}

void Keeper::Checkpoint(const RunRecord& run, const PowerSeries* series) {
  // A checkpoint that fails costs nothing yet: the next one, or the end, tries again and says so.
  if (!store_ || !store_->Save(run, writer_).ok() || series == nullptr) return;
  static_cast<void>(store_->SaveSeries(run.run_id, *series).ok());
}

std::string Keeper::Finish(const RunRecord& run, const PowerSeries& series,
                           std::vector<std::string>* notices) {
  if (!keep_) return {};
  if (store_) {
    Status saved = store_->Save(run);
    if (saved.ok() && !os::Exists(path_)) {
      saved = Error{ErrorCode::kIo, path_ + " was removed during the run", {}};
    }
    if (saved.ok()) {
      const Status drawn = store_->SaveSeries(run.run_id, series);
      if (!drawn.ok()) notices->push_back("power over time could not be kept: " + drawn.error().ToString());
      return path_;
    }
    notices->push_back("the store could not be written: " + saved.error().ToString());
  }
  const Result<std::string> aside = WriteAside(run);
  if (aside.ok()) {
    notices->push_back("the record was written to " + *aside + " instead; 'jouleprint runs import " + *aside +
                       "' takes it in later");
    return *aside;
  }
  notices->push_back("the record could be kept nowhere: " + aside.error().ToString());
  return {};
}

std::vector<std::string> RecoverRuns(Store* store) {
  std::vector<std::string> sentences;
  const Result<std::vector<RunRecord>> recovered = store->Recover(&IsAlive);
  if (!recovered.ok()) return sentences;
  for (const RunRecord& run : *recovered) {
    sentences.push_back("recovered the run " + run.run_id + (run.name.empty() ? "" : " (" + run.name + ")") +
                        ": jouleprint was killed while it ran; its record ends at the last checkpoint, " +
                        run.end.ToString());
  }
  return sentences;
}

}  // namespace jouleprint::job
