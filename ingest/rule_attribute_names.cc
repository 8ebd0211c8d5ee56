#include "ingest/rule_attribute_names.h"

#include <algorithm>
#include <iterator>

namespace faultline::ingest {
namespace {

// Of the registry of semantic conventions, what log lines of servers hold; and
// below it what the conventions have no name for, with units.
constexpr std::string_view kNames[] = {
    "client.address",
    "client.port",
    "server.address",
    "server.port",
    "source.address",
    "source.port",
    "destination.address",
    "destination.port",
    "network.protocol.name",
    "network.protocol.version",
    "network.transport",
    "network.type",
    "network.peer.address",
    "network.peer.port",
    "network.local.address",
    "network.local.port",
    "http.request.method",
    "http.request.size",
    "http.request.body.size",
    "http.request.header.referer",
    "http.request.header.host",
    "http.response.status_code",
    "http.response.size",
    "http.response.body.size",
    "http.route",
    "url.full",
    "url.original",
    "url.path",
    "url.query",
    "url.scheme",
    "url.domain",
    "user.name",
    "user.email",
    "user_agent.original",
    "db.system.name",
    "db.namespace",
    "db.collection.name",
    "db.operation.name",
    "db.query.text",
    "db.response.status_code",
    "process.pid",
    "process.parent_pid",
    "process.command",
    "process.command_line",
    "process.executable.name",
    "process.executable.path",
    "process.exit.code",
    "thread.id",
    "thread.name",
    "tls.protocol.version",
    "tls.cipher",
    "tls.server.name",
    "code.file.path",
    "code.line.number",
    "code.function.name",
    "file.path",
    "container.id",
    "container.name",
    "k8s.namespace.name",
    "k8s.pod.name",
    "k8s.container.name",
    "messaging.destination.name",
    "messaging.destination.partition.id",
    "messaging.consumer.group.name",
    "messaging.client.id",
    "event.name",
    "event.action",
    "event.sequence",
    // Of the Elastic Common Schema, where the conventions have none.
    "source.bytes",
    "source.packets",
    "destination.bytes",
    "destination.packets",
    "rule.id",
    "rule.name",
    "rule.category",
    "rule.description",
    "rule.version",
    "host.ip",
    // Ours.
    "upstream.address",
    "upstream.status_code",
    "upstream.name",
    "duration.ms",
    "duration.us",
    "duration.s",
    "network.connection.state",
    "auth.method",
};

std::string Underscored(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

}  // namespace

std::string StoredAttributeName(std::string_view name) {
  const auto known = std::find_if(std::begin(kNames), std::end(kNames), [name](std::string_view stored) {
    return stored.size() == name.size() && Underscored(stored) == Underscored(name);
  });
  if (known != std::end(kNames)) return std::string(*known);
  std::string stored;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool dot = i > 0 && name.substr(i, 2) == "__" && i + 2 < name.size();
    stored += dot ? '.' : name[i];
    if (dot) ++i;
  }
  return stored;
}

}  // namespace faultline::ingest
