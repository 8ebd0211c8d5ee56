#include "ingest/kafka_source.h"

#include "base/status_macros.h"
#include "ingest/kafka_client.h"
#include "ingest/kafka_consumer.h"

namespace faultline::ingest {
namespace {

constexpr std::chrono::milliseconds kLastCommitTimeout{3'000};

}  // namespace

KafkaSource::KafkaSource(KafkaOptions options) : options_(std::move(options)) {}

KafkaSource::~KafkaSource() { Stop(); }

absl::Status KafkaSource::Start(StreamRegistry& registry) {
  ASSIGN_OR_RETURN(client_, KafkaClient::Create(options_, counters_));
  consumer_ = std::make_unique<KafkaConsumer>(options_, *client_, registry, counters_);
  return absl::OkStatus();
}

absl::Status KafkaSource::Poll(std::chrono::milliseconds timeout, SourceBatch& batch) {
  return consumer_->Poll(timeout, batch);
}

absl::Status KafkaSource::Commit(const std::vector<store::StreamPosition>& durable) {
  if (consumer_ == nullptr) return absl::OkStatus();
  durable_ = durable;
  {
    MutexLock lock(mu_);
    lag_ = consumer_->Lag();
  }
  return consumer_->Commit(durable, std::nullopt);
}

void KafkaSource::SetPaused(bool paused) { consumer_->SetPaused(paused); }

std::vector<std::pair<std::string, int64_t>> KafkaSource::Lag() const {
  MutexLock lock(mu_);
  return lag_;
}

void KafkaSource::Stop() {
  // A failure is logged by the client; the position that counts is in the store.
  if (consumer_ != nullptr) (void)consumer_->Commit(durable_, kLastCommitTimeout);
  consumer_.reset();
  client_.reset();
}

}  // namespace faultline::ingest
