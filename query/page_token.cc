#include "query/page_token.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace faultline::query {
namespace {

constexpr char kVersion = 1;
constexpr size_t kBodyBytes = 1 + 3 * 8;
constexpr size_t kTokenBytes = kBodyBytes + 4;

void AppendLittleEndian(std::string& to, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<char>(value >> (8 * i)));
}

uint64_t ReadLittleEndian(std::string_view from, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    value |= static_cast<uint64_t>(static_cast<unsigned char>(from[static_cast<size_t>(i)])) << (8 * i);
  }
  return value;
}

uint32_t Checksum(std::string_view body) { return static_cast<uint32_t>(XXH3_64bits(body.data(), body.size())); }

void Clear(google::protobuf::Message& message, const char* field) {
  const auto* descriptor = message.GetDescriptor()->FindFieldByName(field);
  if (descriptor != nullptr) message.GetReflection()->ClearField(&message, descriptor);
}

}  // namespace

uint64_t HashRequest(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> question(request.New());
  question->CopyFrom(request);
  Clear(*question, "page_token");
  Clear(*question, "page_size");
  std::string bytes = request.GetDescriptor()->full_name();
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    question->SerializeToCodedStream(&coded);
  }
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::string EncodePageToken(uint64_t request_hash, const PageToken& token) {
  std::string bytes(1, kVersion);
  AppendLittleEndian(bytes, request_hash, 8);
  AppendLittleEndian(bytes, static_cast<uint64_t>(token.first), 8);
  AppendLittleEndian(bytes, static_cast<uint64_t>(token.second), 8);
  AppendLittleEndian(bytes, Checksum(bytes), 4);
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<PageToken> DecodePageToken(uint64_t request_hash, std::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(absl::string_view(text.data(), text.size()), &bytes) ||
      bytes.size() != kTokenBytes) {
    return absl::InvalidArgumentError("page_token: malformed; use next_page_token of the page before as it is");
  }
  const std::string_view view = bytes;
  if (view[0] != kVersion) {
    return absl::InvalidArgumentError("page_token: made by another version of the server; start at the first page");
  }
  if (Checksum(view.substr(0, kBodyBytes)) != ReadLittleEndian(view.substr(kBodyBytes), 4)) {
    return absl::InvalidArgumentError("page_token: damaged; use next_page_token of the page before as it is");
  }
  if (ReadLittleEndian(view.substr(1), 8) != request_hash) {
    return absl::InvalidArgumentError(
        "page_token: belongs to another request; only page_size may change from page to page");
  }
  PageToken token;
  token.first = static_cast<int64_t>(ReadLittleEndian(view.substr(9), 8));
  token.second = static_cast<int64_t>(ReadLittleEndian(view.substr(17), 8));
  return token;
}

}  // namespace faultline::query
