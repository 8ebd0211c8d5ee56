// Finds the methods of every service that is linked into the program, and turns
// their messages from proto3 JSON to bytes and back, by their descriptors.
//
// Thread-safe.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/type_resolver.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace faultline::deploy {

class ConnectTranscoder {
 public:
  ConnectTranscoder();

  // `path` is "/package.Service/Method". Null when there is no such method.
  const google::protobuf::MethodDescriptor* Find(std::string_view path) const;

  // The names of a service's methods, as a JSON list; "[]" for an unknown service.
  std::string MethodsJson(const std::string& service) const;

  // Empty JSON is the empty message. Errors: InvalidArgument, which names the
  // field that is not known or malformed.
  absl::StatusOr<std::string> FromJson(const google::protobuf::Descriptor& type, const std::string& json) const;
  // As proto3 JSON is: zeros and empty lists are left out. Errors: Internal for bytes
  // that are no such message.
  absl::StatusOr<std::string> ToJson(const google::protobuf::Descriptor& type, const std::string& bytes) const;

 private:
  const google::protobuf::DescriptorPool& pool_;
  const std::unique_ptr<google::protobuf::util::TypeResolver> types_;
};

}  // namespace faultline::deploy
