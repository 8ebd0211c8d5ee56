#include "ingest/source_name.h"

#include <string_view>

#include "ingest/replayed_letters.h"

namespace faultline::ingest {

std::string SourceName(const store::StreamPosition& position) {
  std::string_view stream = position.stream;
  if (stream.substr(0, kReplayStream.size()) == kReplayStream) stream.remove_prefix(kReplayStream.size());
  constexpr std::string_view kKafka = "kafka:";
  if (stream.substr(0, kKafka.size()) == kKafka) {
    return std::string(stream.substr(kKafka.size(), stream.rfind('/') - kKafka.size()));
  }
  constexpr std::string_view kRecords = "records:";
  if (stream.substr(0, kRecords.size()) == kRecords) return position.label.substr(0, position.label.rfind('/'));
  return position.label.substr(position.label.rfind('/') + 1);
}

}  // namespace faultline::ingest
