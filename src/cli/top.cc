// `jouleprint top`: a full screen on a terminal, else one page (or one JSON document) and done.
#include <unistd.h>

#include "cli/commands.h"
#include "cli/screen.h"
#include "jouleprint/top.h"
#include "os/signals.h"
#include "os/terminal.h"
#include "os/wait.h"
#include "report/top_page.h"

namespace jouleprint::cli {
namespace {

constexpr std::size_t kHistoryKept = 1000;
// On no terminal a page may be as long as it likes.
constexpr std::size_t kEndless = 10000;

ConsumerKind Other(ConsumerKind by) {
  return by == ConsumerKind::kProcess ? ConsumerKind::kContainer : ConsumerKind::kProcess;
}

class LiveTop {
 public:
  LiveTop(const TopOptions& options, const os::FullScreen& screen) : options_(options), screen_(screen) {
    view_.keys = true;
    view_.by = options.by;
  }

  int Run(Seconds interval) {
    while (!leaving_) {
      Result<std::unique_ptr<PowerWatch>> watch = PowerWatch::Start(options_);
      if (!watch.ok()) return Fail(watch.error());
      changing_ = false;
      while (!leaving_ && !changing_) ShowOne(watch->get(), interval);
    }
    return 0;
  }

 private:
  void ShowOne(PowerWatch* watch, Seconds interval) {
    const PowerSnapshot snapshot = watch->Take(interval, [this](Seconds left) { return Wait(left); });
    if (leaving_ || changing_) return;
    view_.history_w.push_back(snapshot.power_w);
    if (view_.history_w.size() > kHistoryKept) view_.history_w.erase(view_.history_w.begin());
    const os::ScreenSize size = screen_.size();
    report::Style style = StyleOf(STDOUT_FILENO);
    style.width = size.columns;
    view_.rows = static_cast<std::size_t>(size.rows);
    screen_.Show(report::TopPage(snapshot, view_, style));
  }

  // False when the snapshot is not wanted any more.
  bool Wait(Seconds left) {
    os::WaitReadable({signals_.fd(), screen_.fd()}, left);
    while (const auto signal = signals_.Next()) leaving_ = leaving_ || os::EndsProgram(signal->number);
    while (const auto key = screen_.Key()) {
      if (*key == 'q') leaving_ = true;
      if (*key == 'c') {
        options_.by = view_.by = Other(options_.by);
        changing_ = true;
      }
    }
    return !leaving_ && !changing_;
  }

  TopOptions options_;
  const os::FullScreen& screen_;
  os::SignalInbox signals_;
  report::TopView view_;
  bool leaving_ = false;
  bool changing_ = false;
};

int Once(const TopOptions& options, Seconds interval, bool json) {
  Result<std::unique_ptr<PowerWatch>> watch = PowerWatch::Start(options);
  if (!watch.ok()) return Fail(watch.error());
  const PowerSnapshot snapshot = (*watch)->Take(interval);
  report::TopView view;
  view.by = options.by;
  view.rows = kEndless;
  return Deliver(
      {}, json ? report::TopJson(snapshot) : report::TopPage(snapshot, view, StyleOf(STDOUT_FILENO)) + "\n");
}

}  // namespace

int Top(const Arguments& arguments) {
  const TopOptions options{.measuring = arguments.run, .by = arguments.consumers};
  if (!arguments.json && !arguments.once) {
    Result<os::FullScreen> screen = os::FullScreen::Open();
    if (screen.ok()) return LiveTop(options, *screen).Run(arguments.top_interval);
  }
  return Once(options, arguments.top_interval, arguments.json);
}

}  // namespace jouleprint::cli
