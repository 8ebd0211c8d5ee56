// What all read verbs share: their flags, the pages they fetch, the way they
// end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "deploy/cli/output.h"
#include "deploy/cli/target.h"
#include "deploy/cli/time_range.h"
#include "deploy/cli/verb.h"

namespace faultline::deploy {

struct ReadOptions {
  TargetOptions target;
  OutputOptions output;
  TimeOptions time;
  std::string profile;  // see deploy/cli/profile.h
  std::string tz;       // see deploy/cli/display_zone.h
  int64_t limit = 50;   // rows; 0 means all
};

// Adds what all read verbs have: the target, the profile, the output and its zone.
void AddTargetFlags(const Verb& verb, ReadOptions& options);
// Adds --since, --until, --at and --around.
void AddTimeFlags(const Verb& verb, ReadOptions& options);
// Adds --limit.
void AddLimitFlag(const Verb& verb, ReadOptions& options);

// An opened target, output and range, with the profile's defaults filled in.
struct Reader {
  std::unique_ptr<Target> target;
  Output output;
  faultline::v1::TimeRange range;
  int64_t start_us = 0;

  static absl::StatusOr<Reader> Open(const ReadOptions& options);
  // "12 ms" since the target was opened: what the questions took.
  std::string Elapsed() const;
};

constexpr int64_t kLargestPage = 1000;

template <typename Request, typename Response>
using Method = grpc::Status (Target::Stub::*)(grpc::ClientContext*, const Request&, Response*);

template <typename Request, typename Response>
absl::Status Call(Reader& reader, Method<Request, Response> method, const Request& request, Response& response) {
  const std::unique_ptr<grpc::ClientContext> context = reader.target->MakeContext();
  return reader.target->Explain((reader.target->stub().*method)(context.get(), request, &response));
}

// Fetches pages until `limit` rows (0: all) were seen. `visit` gets each page,
// whose rows are `rows(page)`, at most those that are still wanted.
template <typename Request, typename Response, typename Rows>
absl::Status ForEachPage(Reader& reader, Method<Request, Response> method, Request request, int64_t limit,
                         const Rows& rows, const std::function<void(Response&)>& visit) {
  int64_t left = limit;
  while (true) {
    request.set_page_size(static_cast<int32_t>(limit == 0 || left > kLargestPage ? kLargestPage : left));
    Response page;
    if (absl::Status status = Call(reader, method, request, page); !status.ok()) return status;
    left -= rows(page).size();
    const std::string next = page.next_page_token();
    visit(page);  // may take the page apart
    if (next.empty() || (limit != 0 && left <= 0)) return absl::OkStatus();
    request.set_page_token(next);
  }
}

// The pages as one response: rows one behind the other, everything else as in
// the last page.
template <typename Request, typename Response, typename Rows>
absl::StatusOr<Response> FetchAll(Reader& reader, Method<Request, Response> method, const Request& request,
                                  int64_t limit, const Rows& rows) {
  Response all;
  absl::Status status = ForEachPage<Request, Response>(reader, method, request, limit, rows, [&](Response& page) {
    rows(all).MergeFrom(rows(page));
    rows(page).Swap(&rows(all));
    all.Swap(&page);
  });
  if (!status.ok()) return status;
  return all;
}

// kPartial, kNothingFound or kFound.
ExitCode ExitCodeOf(bool found, const faultline::v1::Completeness& completeness);

// Prints the answer about one thing: as JSON, or `text()` where people read. That it is not there is said in the
// footer, and is no error.
absl::StatusOr<ExitCode> PrintOne(const Output& output, const absl::Status& status,
                                  const google::protobuf::Message& response, const std::function<std::string()>& text);

}  // namespace faultline::deploy
