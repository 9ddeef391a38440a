#include "cli/command_line.h"

#include <memory>

#include "cli/help_page.h"

namespace jouleprint::cli {
namespace {

constexpr const char* kStarMeaning =
    "* also from the environment (--zone: JOULEPRINT_ZONE) or from jouleprint.toml\n"
    "  (zone = \"FR\"); a flag overrides a variable, a variable overrides the file.";

}  // namespace

CommandLine::CommandLine()
    : app_("Measure the energy and carbon of any command, and say how sure the figures are.", "jouleprint") {
  arguments_.run.sysroot.clear();
  app_.formatter(std::make_shared<HelpPage>());
  app_.set_help_flag("-h,--help", "this page; 'jouleprint COMMAND --help' says more")->group(kOtherGroup);
  app_.set_version_flag("--version", std::string("jouleprint ") + JOULEPRINT_VERSION, "the version")
      ->group(kOtherGroup);
  app_.footer(
      "First steps:\n  jouleprint doctor\n  jouleprint run -- python3 train.py\n  jouleprint runs list");
  app_.require_subcommand(1);
}

CLI::App* CommandLine::Add(CLI::App* parent, const std::string& name, Command command,
                           const std::string& what, const std::string& example) {
  CLI::App* sub = parent->add_subcommand(name, what);
  sub->set_help_flag("-h,--help", "this page")->group(kOtherGroup);
  sub->footer("Example:\n  " + example);
  sub->callback([this, command] { arguments_.command = command; });
  sub->add_option("--config", config_,
                  "settings (default: jouleprint.toml here, then in the user's folder); also "
                  "JOULEPRINT_CONFIG")
      ->type_name("FILE")
      ->group(kOtherGroup);
  return sub;
}

CLI::App* CommandLine::AddGroup(const std::string& name, const std::string& what,
                                const std::string& example) {
  CLI::App* group = app_.add_subcommand(name, what);
  group->set_help_flag("-h,--help", "this page; 'jouleprint " + name + " COMMAND --help' says more")
      ->group(kOtherGroup);
  group->require_subcommand(1);
  group->footer("Example:\n  " + example);
  return group;
}

CLI::Option* CommandLine::Setting(CLI::App* sub, const std::string& name, std::string* target,
                                  const std::string& type, const std::string& what) {
  settings_.Add(name, target);
  const std::string footer = sub->get_footer();
  if (footer.find(kStarMeaning) == std::string::npos) sub->footer(footer + "\n\n" + kStarMeaning);
  return sub->add_option("--" + name, *target, what)->type_name(type)->option_text(type + " *");
}

CLI::Option* CommandLine::SeveralSetting(CLI::App* sub, const std::string& name, std::string* target,
                                         const std::string& type, const std::string& what) {
  return Setting(sub, name, target, type, what + "; may be repeated (elsewhere: separated by ;)")
      ->expected(1)
      ->delimiter(';')
      ->multi_option_policy(CLI::MultiOptionPolicy::Join);
}

void CommandLine::Text(CLI::App* sub, const std::string& flag, std::string* target, const std::string& type,
                       const std::string& what, const char* group) {
  sub->add_option(flag, *target, what)->type_name(type)->group(group);
}

void CommandLine::Repeated(CLI::App* sub, const std::string& flag, std::vector<std::string>* target,
                           const std::string& type, const std::string& what, const char* group) {
  sub->add_option(flag, *target, what + "; may be repeated")
      ->type_name(type)
      ->option_text(type)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(group);
}

void CommandLine::StoreSetting(CLI::App* sub) {
  Setting(sub, "db", &arguments_.run.store_path, "FILE",
          "where runs are kept (default: the user's data folder)")
      ->group(kOtherGroup);
}

void CommandLine::MachineSettings(CLI::App* sub) {
  Setting(sub, "sysroot", &arguments_.run.sysroot, "DIR", "read sys/, proc/ and dev/ below DIR")
      ->group(kMachineGroup);
  Setting(sub, "nvml", &arguments_.run.nvml_library, "FILE",
          "NVIDIA's library, when it is not where the system looks")
      ->group(kMachineGroup);
  Setting(sub, "amd-smi", &arguments_.run.amd_smi_library, "FILE",
          "AMD's library (ROCm SMI), when it is not where the system looks")
      ->group(kMachineGroup);
  SeveralSetting(sub, "wattmeter", &texts_.wattmeters, "KIND:WHERE",
                 "a meter at the wall: shelly:HOST, tasmota:HOST, file:PATH, redfish:URL, ...; its figure is "
                 "the whole machine's")
      ->group(kMachineGroup);
  SeveralSetting(sub, "gain", &texts_.gains, "DOMAIN=FACTOR",
                 "what a domain's joules are multiplied with, where its meter is known to be off: gpu-0=1.04")
      ->group(kMachineGroup);
  Setting(sub, "cpu-idle-power", &texts_.cpu_idle_power, "WATTS",
          "what the processors draw with nothing running, as measured; for the model")
      ->group(kMachineGroup);
  Setting(sub, "cpu-max-power", &texts_.cpu_max_power, "WATTS", "the same with all CPUs busy")
      ->group(kMachineGroup);
}

CLI::Option* CommandLine::BoundarySetting(CLI::App* sub) {
  return Setting(
      sub, "boundary", &texts_.boundary, "WHAT",
      "what the figures cover: counted (default; what has a counter), platform (the platform's counter "
      "where there is one), all (and modelled memory)");
}

void CommandLine::Json(CLI::App* sub) {
  sub->add_flag("--json", arguments_.json, "one JSON document on standard output");
}

void CommandLine::Runs(CLI::App* sub, bool required) {
  sub->add_option("RUN", arguments_.runs, "ids, starts of ids, names, or last")
      ->required(required)
      ->expected(required ? 1 : 0, -1);
}

}  // namespace jouleprint::cli
