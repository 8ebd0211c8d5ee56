#include "deploy/cli/line_grouper.h"

#include <utility>

#include "base/timestamp.h"
#include "ingest/line_head.h"
#include "ingest/signature.h"

namespace faultline::deploy {
namespace {

constexpr size_t kHeadBytes = 8;

}  // namespace

LineGrouper::LineGrouper(bool raw_lines, std::shared_ptr<const ingest::RuleSet> rules)
    : raw_lines_(raw_lines), rules_(std::move(rules)), parser_({}, pseudonyms_), now_us_(NowMicros()) {
  BeginFile();
}

void LineGrouper::BeginFile() { decoder_ = ingest::Decoder::Create({}); }

LineGrouper::Group LineGrouper::Read(std::string_view line) {
  arena_.Reset();
  decoded_.records.clear();
  if (!raw_lines_) decoder_->Decode(line, {}, arena_, decoded_);
  if (decoded_.records.empty()) decoded_.records.emplace_back().message = line;
  ingest::RecordContext context;
  context.now_us = now_us_;
  context.format = ingest::FormatName(raw_lines_ ? ingest::Format::kText : decoded_.format);
  store::Event event;
  ingest::SignatureInput input;
  parser_.Parse(decoded_.records.front(), *rules_, context, arena_, event, input);
  std::string_view masked = event.message_template;
  // Unless a rule has taken the message out of the line, it begins as the line does.
  const bool whole_line = !raw_lines_ && decoded_.format == ingest::Format::kText &&
                          event.message.substr(0, kHeadBytes) == line.substr(0, kHeadBytes);
  if (whole_line) masked.remove_prefix(ingest::LineHeadBytes(masked));
  return {ingest::ComputeSignature(input), masked};
}

}  // namespace faultline::deploy
