#include "deploy/server/connect_transcoder.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include "deploy/server/json_text.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace pb = google::protobuf;

constexpr char kTypePrefix[] = "type.googleapis.com";

std::string UrlOf(const pb::Descriptor& type) { return fmt::format("{}/{}", kTypePrefix, type.full_name()); }

std::string Words(const pb::util::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace

ConnectTranscoder::ConnectTranscoder()
    : pool_(*pb::DescriptorPool::generated_pool()),
      types_(pb::util::NewTypeResolverForDescriptorPool(kTypePrefix, &pool_)) {}

const pb::MethodDescriptor* ConnectTranscoder::Find(std::string_view path) const {
  const size_t slash = path.rfind('/');
  if (slash == path.npos || slash == 0 || path[0] != '/') return nullptr;
  const pb::ServiceDescriptor* service = pool_.FindServiceByName(std::string(path.substr(1, slash - 1)));
  return service == nullptr ? nullptr : service->FindMethodByName(std::string(path.substr(slash + 1)));
}

std::string ConnectTranscoder::MethodsJson(const std::string& service) const {
  const pb::ServiceDescriptor* found = pool_.FindServiceByName(service);
  std::string names;
  for (int i = 0; found != nullptr && i < found->method_count(); ++i) {
    names += (i == 0 ? "" : ",") + JsonString(found->method(i)->name());
  }
  return "[" + names + "]";
}

absl::StatusOr<std::string> ConnectTranscoder::FromJson(const pb::Descriptor& type, const std::string& json) const {
  std::string bytes;
  if (json.empty()) return bytes;
  const pb::util::Status status = pb::util::JsonToBinaryString(types_.get(), UrlOf(type), json, &bytes);
  if (!status.ok())
    return absl::InvalidArgumentError(fmt::format("the request is no {}: {}", type.name(), Words(status)));
  return bytes;
}

absl::StatusOr<std::string> ConnectTranscoder::ToJson(const pb::Descriptor& type, const std::string& bytes) const {
  std::string json;
  const pb::util::Status status = pb::util::BinaryToJsonString(types_.get(), UrlOf(type), bytes, &json);
  if (!status.ok()) return absl::InternalError(fmt::format("the answer is no {}: {}", type.name(), Words(status)));
  return json;
}

}  // namespace faultline::deploy
