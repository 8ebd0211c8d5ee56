#include "deploy/server/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "deploy/server/config_fields.h"
#include "fmt/format.h"
#include "query/did_you_mean.h"

namespace faultline::deploy {
namespace {

const ConfigField* FindField(const std::vector<ConfigField>& fields, const std::string& key) {
  const auto field = std::find_if(fields.begin(), fields.end(), [&](const ConfigField& f) { return f.key == key; });
  return field == fields.end() ? nullptr : &*field;
}

std::string NotKnown(const std::vector<ConfigField>& fields, const std::string& key) {
  std::vector<std::string_view> known;
  for (const ConfigField& field : fields) known.push_back(field.key);
  return "is not known" + query::DidYouMean(key, known);
}

// Walks a YAML file down to the keys.
class FileReader {
 public:
  FileReader(std::string file, const std::vector<ConfigField>& fields) : file_(std::move(file)), fields_(fields) {}

  absl::Status Read() {
    std::ifstream stream(file_, std::ios::binary);
    if (!stream) return absl::NotFoundError("cannot read the configuration file " + file_);
    std::stringstream text;
    text << stream.rdbuf();
    try {
      const YAML::Node root = YAML::Load(text.str());
      return root.IsNull() ? absl::OkStatus() : Walk("", root);
    } catch (const YAML::Exception& error) {
      return absl::InvalidArgumentError(fmt::format("{}:{}: {}", file_, error.mark.line + 1, error.msg));
    }
  }

 private:
  absl::Status Error(const YAML::Mark& mark, const std::string& key, std::string_view what) const {
    return absl::InvalidArgumentError(fmt::format("{}:{}: {}: {}", file_, mark.line + 1, key, what));
  }

  absl::Status Walk(const std::string& prefix, const YAML::Node& node) {
    if (!node.IsMap()) return Error(node.Mark(), prefix.empty() ? "file" : prefix, "must hold keys and values");
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return Error(entry.first.Mark(), prefix, "a key must be a word");
      const std::string key = (prefix.empty() ? "" : prefix + ".") + entry.first.Scalar();
      if (!seen_.insert(key).second) return Error(entry.first.Mark(), key, "is given twice");
      if (const ConfigField* field = FindField(fields_, key); field != nullptr) {
        const absl::Status set = field->set(entry.second);
        if (!set.ok()) {
          return Error(entry.second.Mark(), key, std::string_view(set.message().data(), set.message().size()));
        }
      } else if (!IsGroup(key)) {
        return Error(entry.first.Mark(), key, NotKnown(fields_, key));
      } else if (!entry.second.IsNull()) {
        RETURN_IF_ERROR(Walk(key, entry.second));
      }
    }
    return absl::OkStatus();
  }

  bool IsGroup(const std::string& key) const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const ConfigField& field) { return field.key.rfind(key + ".", 0) == 0; });
  }

  const std::string file_;
  const std::vector<ConfigField>& fields_;
  std::set<std::string> seen_;
};

absl::Status SetFromText(const ConfigField& field, const std::string& text, const std::string& where) {
  absl::Status set;
  try {
    set = field.set(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    set = absl::InvalidArgumentError(error.msg);
  }
  return set.ok() ? set : absl::InvalidArgumentError(where + ": " + std::string(set.message()));
}

absl::Status CheckOtlp(const Config& config) {
  if (config.otlp.listen.empty()) return absl::OkStatus();
  if (config.kafka.brokers.empty()) {
    return absl::InvalidArgumentError(
        "otlp.listen: needs kafka.brokers: what is sent there is put into a Kafka topic first, so that nothing is lost "
        "and all can be read again; without Kafka let an OpenTelemetry Collector write files (docs/shipping.md) and "
        "name them in files.paths");
  }
  if (config.otlp.topic.empty()) return absl::InvalidArgumentError("otlp.topic: must be set when otlp.listen is");
  return absl::OkStatus();
}

absl::Status Check(const Config& config) {
  if (config.store.path.empty()) return absl::InvalidArgumentError("store.path: must be set");
  RETURN_IF_ERROR(CheckOtlp(config));
  if (config.role == "query") return absl::OkStatus();
  if (!config.kafka.brokers.empty() && !config.files.paths.empty()) {
    return absl::InvalidArgumentError("kafka.brokers and files.paths: set one of the two; a process has one source");
  }
  if (!config.kafka.brokers.empty() && config.kafka.topics.empty()) {
    return absl::InvalidArgumentError("kafka.topics: must be set when kafka.brokers is");
  }
  if (config.role == "ingest" && !config.ingests()) {
    return absl::InvalidArgumentError("role: ingest needs kafka.brokers or files.paths");
  }
  return absl::OkStatus();
}

}  // namespace

bool Config::http_queries() const {
  if (http.queries != "auto") return http.queries == "on";
  return http.listen.starts_with("127.") && grpc.tls.client_authority_file.empty();
}

absl::StatusOr<Config> LoadConfig(const ConfigSources& sources) {
  Config config;
  const std::vector<ConfigField> fields = ConfigFields(config);
  if (!sources.file.empty()) RETURN_IF_ERROR(FileReader(sources.file, fields).Read());
  for (const ConfigField& field : fields) {
    const std::string variable = EnvironmentName(field.key);
    const char* value = sources.environment ? sources.environment(variable.c_str()) : nullptr;
    if (value != nullptr) RETURN_IF_ERROR(SetFromText(field, value, variable));
  }
  for (const auto& [key, value] : sources.flags) {
    const ConfigField* field = FindField(fields, key);
    if (field == nullptr) return absl::InvalidArgumentError("--set " + key + ": " + NotKnown(fields, key));
    RETURN_IF_ERROR(SetFromText(*field, value, "--set " + key));
  }
  RETURN_IF_ERROR(Check(config));
  return config;
}

std::vector<std::pair<std::string, std::string>> ShowConfig(const Config& config) {
  Config copy = config;
  std::vector<std::pair<std::string, std::string>> shown;
  for (const ConfigField& field : ConfigFields(copy)) shown.emplace_back(field.key, field.show());
  return shown;
}

std::string EnvironmentName(const std::string& key) {
  std::string name = "FAULTLINE_" + absl::AsciiStrToUpper(key);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

}  // namespace faultline::deploy
