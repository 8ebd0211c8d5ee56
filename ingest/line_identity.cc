#include "ingest/line_identity.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace faultline::ingest {
namespace {

using store::Dimension;
using std::string_view_literals::operator""sv;

// Attributes that tell producers apart, as dialects call them.
constexpr std::array kNames = {"process.pid"sv,
                               "pid"sv,
                               "_PID"sv,
                               "PID"sv,
                               "procid"sv,
                               "stream"sv,
                               "log.iostream"sv,
                               "log.file.path"sv,
                               "log.file.name"sv,
                               "file"sv,
                               "filename"sv,
                               "file_name"sv,
                               "filepath"sv,
                               "FILE_NAME"sv,
                               "container_id"sv,
                               "container.id"sv,
                               "CONTAINER_ID"sv,
                               "docker.container_id"sv,
                               "kubernetes.docker_id"sv,
                               "kubernetes.pod_id"sv,
                               "kubernetes.pod_name"sv,
                               "kubernetes.container_name"sv,
                               "k8s.pod.uid"sv,
                               "k8s.container.name"sv,
                               "_SYSTEMD_UNIT"sv,
                               "_TRANSPORT"sv,
                               "container_name"sv,
                               "aws.log.stream.name"sv};

uint64_t Mix(uint64_t seed, std::string_view text) { return XXH3_64bits_withSeed(text.data(), text.size(), seed); }

}  // namespace

LineIdentity IdentityOf(const LogRecord& record) {
  LineIdentity identity;
  // Of bare text only what stands in front of every line says who wrote it: the runtime's stream.
  const bool bare = record.line.own_fields;
  identity.producer = Mix(1, bare ? std::string_view() : record.dimension(Dimension::kService));
  const std::string_view host = bare ? std::string_view() : record.dimension(Dimension::kHost);
  if (!host.empty()) identity.host = Mix(2, host);
  for (const auto& [name, value] : record.attributes) {
    if (name == "logtag") identity.producer += Mix(4, name);  // what two container runtimes wrote is not one text
    const bool known = bare ? name == "stream" : std::find(kNames.begin(), kNames.end(), name) != kNames.end();
    if (known) identity.producer += Mix(Mix(3, name), value);  // in any order
  }
  return identity;
}

}  // namespace faultline::ingest
