#include "deploy/cli/profile.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/did_you_mean.h"

namespace faultline::deploy {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string ConfigPath() {
  if (std::string path = Environment("FAULTLINE_CONFIG"); !path.empty()) return path;
  if (const std::string base = Environment("XDG_CONFIG_HOME"); !base.empty()) return base + "/faultline/config.yaml";
  const std::string home = Environment("HOME");
  return home.empty() ? "" : home + "/.config/faultline/config.yaml";
}

absl::StatusOr<YAML::Node> ReadFile(const std::string& path) {
  try {
    YAML::Node file = YAML::LoadFile(path);
    if (file.IsNull()) return YAML::Node(YAML::NodeType::Map);
    if (!file.IsMap()) return absl::InvalidArgumentError(absl::StrCat(path, ": must hold `default` and `profiles`"));
    return file;
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":", error.mark.line + 1, ": ", error.msg));
  }
}

// "default: x" as text; empty where it is not said.
std::string TextOf(const YAML::Node& node, const char* key) {
  const YAML::Node value = node[key];
  return value && value.IsScalar() ? value.Scalar() : "";
}

absl::Status Fill(const std::string& where, const YAML::Node& profile,
                  const std::map<std::string, std::string*>& slots) {
  std::vector<std::string_view> known;
  for (const auto& [key, slot] : slots) known.push_back(key);
  for (const auto& entry : profile) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    const auto slot = slots.find(key);
    if (slot == slots.end()) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": unknown key ", key, query::DidYouMean(key, known)));
    }
    if (!entry.second.IsScalar())
      return absl::InvalidArgumentError(absl::StrCat(where, ": ", key, " must be one text"));
    if (slot->second->empty()) *slot->second = entry.second.Scalar();
  }
  return absl::OkStatus();
}

absl::Status NoSuchProfile(const std::string& path, const std::string& name, const YAML::Node& profiles) {
  std::vector<std::string> names;
  if (profiles && profiles.IsMap()) {
    for (const auto& entry : profiles) names.push_back(entry.first.Scalar());
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  return absl::NotFoundError(absl::StrCat(path, ": has no profile ", name, query::DidYouMean(name, known)));
}

}  // namespace

absl::Status ApplyProfile(const std::string& profile, ReadOptions& options) {
  const std::string path = ConfigPath();
  std::string name = profile.empty() ? Environment("FAULTLINE_PROFILE") : profile;
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) {
    if (name.empty()) return absl::OkStatus();
    return absl::NotFoundError(absl::StrCat("profile ", name, ": there is no ", path.empty() ? "HOME" : path));
  }
  ASSIGN_OR_RETURN(const YAML::Node file, ReadFile(path));
  if (name.empty()) name = TextOf(file, "default");
  if (name.empty()) return absl::OkStatus();
  const YAML::Node profiles = file["profiles"];
  const YAML::Node chosen = profiles && profiles.IsMap() ? profiles[name] : YAML::Node();
  if (!chosen || !chosen.IsMap()) return NoSuchProfile(path, name, profiles);

  TargetOptions& target = options.target;
  std::string server, store;
  RETURN_IF_ERROR(Fill(absl::StrCat(path, ": profile ", name), chosen,
                       {{"server", &server},
                        {"store", &store},
                        {"timeout", &target.timeout},
                        {"output", &options.output.format},
                        {"color", &options.output.color},
                        {"tz", &options.tz},
                        {"tls_ca", &target.tls.authority_file},
                        {"tls_certificate", &target.tls.certificate_file},
                        {"tls_key", &target.tls.key_file}}));
  const bool named = !target.server.empty() || !target.store.empty() || !target.files.empty() ||
                     !Environment("FAULTLINE_SERVER").empty() || !Environment("FAULTLINE_STORE").empty();
  if (!named) {
    target.server = server;
    target.store = store;
  }
  return absl::OkStatus();
}

}  // namespace faultline::deploy
