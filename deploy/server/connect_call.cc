#include "deploy/server/connect_call.h"

#include <grpcpp/support/byte_buffer.h>

#include <utility>
#include <vector>

namespace faultline::deploy {
namespace {

constexpr std::chrono::milliseconds kLookInterval{250};

Metadata Copied(const std::multimap<grpc::string_ref, grpc::string_ref>& from) {
  Metadata to;
  for (const auto& [name, value] : from) {
    to.emplace(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  return to;
}

}  // namespace

ConnectCall::ConnectCall(std::shared_ptr<grpc::ChannelInterface> channel, std::function<bool()> caller_gone)
    : stub_(std::move(channel)), caller_gone_(std::move(caller_gone)) {}

ConnectCall::~ConnectCall() {
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

bool ConnectCall::Wait() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + kLookInterval) ==
         grpc::CompletionQueue::TIMEOUT) {
    if (caller_gone_()) context_.TryCancel();
  }
  return ok;
}

void ConnectCall::Start(const std::string& path, const std::string& message, const Metadata& metadata,
                        std::optional<std::chrono::microseconds> timeout) {
  for (const auto& [name, value] : metadata) context_.AddMetadata(name, value);
  if (timeout) context_.set_deadline(std::chrono::system_clock::now() + *timeout);
  stream_ = stub_.PrepareCall(&context_, path, &queue_);
  stream_->StartCall(this);
  if (!Wait()) return;
  const grpc::Slice slice(message);
  const grpc::ByteBuffer bytes(&slice, 1);
  stream_->WriteLast(bytes, grpc::WriteOptions(), this);
  Wait();
}

bool ConnectCall::Read(std::string& message) {
  grpc::ByteBuffer bytes;
  stream_->Read(&bytes, this);
  if (!Wait()) return false;
  std::vector<grpc::Slice> slices;
  if (!bytes.Dump(&slices).ok()) return false;
  message.clear();
  for (const grpc::Slice& slice : slices) message.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return true;
}

grpc::Status ConnectCall::Finish() {
  grpc::Status status;
  stream_->Finish(&status, this);
  Wait();
  return status;
}

Metadata ConnectCall::Headers() const { return Copied(context_.GetServerInitialMetadata()); }

Metadata ConnectCall::Trailers() const { return Copied(context_.GetServerTrailingMetadata()); }

}  // namespace faultline::deploy
