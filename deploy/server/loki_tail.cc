#include "deploy/server/loki_tail.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/server/loki_json.h"
#include "deploy/server/loki_query.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr int kDefaultBacklog = 100;
constexpr int kMaxBacklog = 1'000;

absl::StatusOr<int> BacklogOf(const HttpForm& form) {
  const std::string text = form.Get("limit");
  if (text.empty()) return kDefaultBacklog;
  if (text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos) {
    return absl::InvalidArgumentError("limit: write a number from 0 to 1000");
  }
  return std::min(std::stoi(text), kMaxBacklog);
}

std::string MessageOf(const v1::TailEventsResponse& response) {
  const std::vector<v1::Event> events(response.events().begin(), response.events().end());
  std::string dropped = "null";
  if (response.skipped() > 0) dropped = fmt::format(R"([{{"labels":{{}},"timestamp":"{}000"}}])", NowMicros());
  return fmt::format(R"({{"streams":{},"dropped_entries":{}}})", LokiStreamList(events), dropped);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LokiTail>> LokiTail::Open(std::shared_ptr<grpc::ChannelInterface> channel,
                                                         const HttpForm& form) {
  if (channel == nullptr) return absl::UnavailableError("no queries are answered here yet; /readyz?verbose says why");
  ASSIGN_OR_RETURN(const LokiQuery query, ParseLokiQuery(form.Get("query")));
  if (query.kind != LokiQuery::Kind::kLog) {
    return absl::InvalidArgumentError("query: lines can be followed, counts cannot; write a selector");
  }
  std::unique_ptr<LokiTail> tail(new LokiTail);
  ASSIGN_OR_RETURN(const int backlog, BacklogOf(form));
  tail->channel_ = std::move(channel);
  tail->request_.set_filter(query.filter);
  tail->request_.set_backlog(backlog);
  return tail;
}

LokiTail::~LokiTail() { context_.TryCancel(); }

void LokiTail::Start(Send send, std::function<void()> ended) {
  thread_ = std::jthread([this, send = std::move(send), ended = std::move(ended)](const std::stop_token& stop) {
    const auto service = v1::FailureQueryService::NewStub(channel_);
    const auto stream = service->TailEvents(&context_, request_);
    v1::TailEventsResponse response;
    while (stream->Read(&response)) {
      const bool sign_of_life = response.events().empty() && response.skipped() == 0;
      if (!sign_of_life && !send(MessageOf(response))) break;
    }
    context_.TryCancel();
    (void)stream->Finish();
    if (!stop.stop_requested()) ended();
  });
}

}  // namespace faultline::deploy
