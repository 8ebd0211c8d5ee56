#include "deploy/server/config.h"

#include <fstream>
#include <map>
#include <sstream>

#include "deploy/server/config_fields.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::deploy {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::TempDir;
using ::testing::HasSubstr;

class ConfigTest : public ::testing::Test {
 protected:
  absl::StatusOr<Config> Load(const std::string& yaml) {
    sources_.file = folder_ / "faultline.yaml";
    std::ofstream(sources_.file) << yaml;
    sources_.environment = [this](const char* name) {
      const auto found = variables_.find(name);
      return found == variables_.end() ? nullptr : found->second.c_str();
    };
    return LoadConfig(sources_);
  }
  void ExpectError(const std::string& yaml, const std::string& message) {
    const absl::StatusOr<Config> config = Load(yaml);
    ASSERT_THAT(config, HasCode(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(std::string(config.status().message()), HasSubstr(message));
  }

  TempDir folder_;
  ConfigSources sources_;
  std::map<std::string, std::string> variables_;
};

std::string DocumentedFile() { return std::string(FAULTLINE_SOURCE_DIR) + "/deploy/faultline.yaml"; }

TEST_F(ConfigTest, TheDocumentedFileHoldsTheDefaults) {
  sources_.file = DocumentedFile();
  const absl::StatusOr<Config> config = LoadConfig(sources_);
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(ShowConfig(*config), ShowConfig(Config()));
}

TEST_F(ConfigTest, TheDocumentedFileNamesEveryKey) {
  const YAML::Node root = YAML::LoadFile(DocumentedFile());
  Config config;
  for (const ConfigField& field : ConfigFields(config)) {
    const size_t dot = field.key.find('.');
    const YAML::Node value =
        dot == std::string::npos ? root[field.key] : root[field.key.substr(0, dot)][field.key.substr(dot + 1)];
    EXPECT_TRUE(value.IsDefined()) << field.key;
  }
}

TEST_F(ConfigTest, AFlagBeatsTheEnvironmentWhichBeatsTheFile) {
  variables_["FAULTLINE_STORE_BUCKET"] = "3h";
  variables_["FAULTLINE_STORE_RETENTION"] = "48h";
  sources_.flags = {{"store.bucket", "4h"}};
  const absl::StatusOr<Config> config = Load("store: {bucket: 2h, retention: 24h, merge_fan_in: 8}");
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(config->store.bucket_hours, 4);
  EXPECT_EQ(config->store.retention_hours, 48);
  EXPECT_EQ(config->store.merge_fan_in, 8U);
}

TEST_F(ConfigTest, ListsMapsAndTopicsAreRead) {
  variables_["FAULTLINE_KAFKA_BROKERS"] = "a:9092, b:9092";
  const absl::StatusOr<Config> config = Load(R"(
kafka:
  topics: ['^logs\.', other]
  properties: {security.protocol: ssl}
ingest:
  topics: [{topic: "logs.*", format: json, side: CLIENT}]
)");
  ASSERT_THAT(config, IsOk());
  EXPECT_THAT(config->kafka.brokers, ::testing::ElementsAre("a:9092", "b:9092"));
  EXPECT_THAT(config->kafka.topics, ::testing::ElementsAre("^logs\\.", "other"));
  EXPECT_EQ(config->kafka.properties.at("security.protocol"), "ssl");
  ASSERT_EQ(config->pipeline.topics.size(), 1U);
  EXPECT_EQ(config->pipeline.topics[0].format, ingest::Format::kJson);
  EXPECT_EQ(config->pipeline.topics[0].side, store::Side::kClient);
}

TEST_F(ConfigTest, SizesAndDurationsTakeUnits) {
  const absl::StatusOr<Config> config =
      Load("store: {block_cache: 2GiB, seal_interval: 1s500ms}\ningest: {max_record: 4096, max_age: 48h}");
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(config->store.block_cache_bytes, int64_t{2} << 30);
  EXPECT_EQ(config->writer.seal_interval_ms, 1'500);
  EXPECT_EQ(config->pipeline.max_record_bytes, 4'096U);
  EXPECT_EQ(config->pipeline.parser.max_age_us, int64_t{48} * 3'600 * 1'000'000);
}

TEST_F(ConfigTest, AnUnknownKeyIsRefusedWithItsLineAndTheNearestKey) {
  ExpectError("role: all\nstore:\n  pth: /x\n", "faultline.yaml:3: store.pth: is not known, did you mean store.path");
}

TEST_F(ConfigTest, AnUnknownFlagIsRefused) {
  sources_.flags = {{"store.pth", "/x"}};
  ExpectError("", "--set store.pth: is not known, did you mean store.path");
}

TEST_F(ConfigTest, AKeyGivenTwiceIsRefused) {
  ExpectError("store:\n  path: /a\n  path: /b\n", ":3: store.path: is given twice");
}

TEST_F(ConfigTest, AValueOutOfRangeIsRefusedWithTheRange) {
  ExpectError("store:\n  bucket: 48h\n", ":2: store.bucket: 48h is out of range (1h .. 24h)");
}

TEST_F(ConfigTest, ADurationWithoutAUnitIsRefused) {
  ExpectError("store: {seal_interval: 500}", "store.seal_interval: \"500\" is no duration");
}

TEST_F(ConfigTest, AnUnknownRoleIsRefusedWithTheChoices) {
  ExpectError("role: writer", "role: \"writer\" is not one of all, ingest, query");
}

TEST_F(ConfigTest, BrokenYamlIsRefusedWithItsLine) { ExpectError("store:\n  path: [1, 2\n", "faultline.yaml:"); }

TEST_F(ConfigTest, AGroupWithoutKeysIsRefused) { ExpectError("store: hello", "store: must hold keys and values"); }

TEST_F(ConfigTest, AVariableWithABadValueIsNamed) {
  variables_["FAULTLINE_INGEST_MAX_DEPTH"] = "many";
  ExpectError("", "FAULTLINE_INGEST_MAX_DEPTH: \"many\" is not a whole number");
}

TEST_F(ConfigTest, BrokersWithoutTopicsAreRefused) {
  ExpectError("kafka: {brokers: [a:9092]}", "kafka.topics: must be set");
}

TEST_F(ConfigTest, TwoSourcesAreRefused) {
  ExpectError("kafka: {brokers: [a:9092], topics: [t]}\nfiles: {paths: [/x]}", "set one of the two");
}

TEST_F(ConfigTest, IngestWithoutASourceIsRefused) { ExpectError("role: ingest", "needs kafka.brokers or files.paths"); }

TEST_F(ConfigTest, AMissingFileIsNotFound) {
  sources_.file = folder_ / "none.yaml";
  EXPECT_THAT(LoadConfig(sources_), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ConfigTest, SecretsAreMaskedWhenShown) {
  Config config;
  config.kafka.properties = {
      {"sasl.password", "hunter2"}, {"ssl.key.location", "/etc/key.pem"}, {"ssl.key.pem", "PRIVATE"}};
  std::string shown;
  for (const auto& [key, value] : ShowConfig(config)) shown += key + "=" + value + "\n";
  EXPECT_THAT(shown, HasSubstr("sasl.password: ***"));
  EXPECT_THAT(shown, HasSubstr("ssl.key.location: /etc/key.pem"));
  EXPECT_THAT(shown, ::testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(shown, ::testing::Not(HasSubstr("PRIVATE")));
}

TEST_F(ConfigTest, LetsQueriesOverHttpInOnLoopbackAlone) {
  EXPECT_TRUE(Load("{}")->http_queries());
  EXPECT_FALSE(Load("http: {listen: \"0.0.0.0:7412\"}")->http_queries());
  EXPECT_TRUE(Load("http: {listen: \"0.0.0.0:7412\", queries: on}")->http_queries());
  EXPECT_FALSE(Load("http: {queries: off}")->http_queries());
  const std::string certificates = "tls_certificate_file: a, tls_key_file: b, tls_client_authority_file: c";
  EXPECT_FALSE(Load("query: {" + certificates + "}")->http_queries()) << "HTTP would go round the certificates";
}

}  // namespace
}  // namespace faultline::deploy
