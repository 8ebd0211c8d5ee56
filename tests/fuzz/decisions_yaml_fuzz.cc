// Any text as a file of decisions: read or refused; what is read and written is read again as the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "deploy/cli/decisions_yaml.h"
#include "google/protobuf/util/message_differencer.h"
#include "query/decisions/overlay.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using google::protobuf::util::MessageDifferencer;
  const auto read = faultline::deploy::ReadDecisions(std::string(reinterpret_cast<const char*>(data), size));
  if (!read.ok()) {
    if (read.status().message().empty()) std::abort();
    return 0;
  }
  const auto again = faultline::deploy::ReadDecisions(faultline::deploy::WriteDecisions(*read));
  if (!again.ok() || again->size() != read->size()) std::abort();
  for (size_t i = 0; i < read->size(); ++i) {
    if (!MessageDifferencer::Equals((*read)[i], (*again)[i])) std::abort();
  }
  const faultline::query::Overlay overlay(*read);
  const auto value_of = [](faultline::store::Dimension) { return std::string_view("x"); };
  for (uint64_t signature = 0; signature < 4; ++signature) overlay.CountsAs(signature, value_of);
  return 0;
}
