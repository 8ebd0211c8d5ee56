// Parameters of message templates, split by what they are made of: digits cost
// 3.4 bits each, hex digits 4, when nothing else is among them. The order is by
// template, hole and event, so that runs of equal shape lie together.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/packed_block.h"

namespace faultline::store {

// For each event its template (0 for none); `holes` by template.
struct TemplateUse {
  std::vector<uint16_t> templates;
  std::vector<uint32_t> holes;
};

// Appends four blocks: shapes (varint length << 2 | class), digits, hex, other.
// `parameters[i]` are event i's, as in Event::parameters, and fit its template.
void EncodeParameters(const TemplateUse& use, const std::vector<std::string_view>& parameters, BlockPacker& packer,
                      std::string& to);

// How VisitParameters gives digits: "0" for all costs less.
enum class DigitsAs { kSample, kTheyAre };
// Takes the blocks off the front of `from` and calls `visit` for every parameter: template by template, hole by hole.
// Hex is given as "0a" for all of it. Errors: DataLoss.
absl::Status VisitParameters(
    const TemplateUse& use, std::string_view& from, DigitsAs digits_as,
    const std::function<void(uint16_t code, uint32_t hole, std::string_view parameter)>& visit);

// The parameters of a chunk's events, in Event::parameters' form.
class Parameters {
 public:
  // Takes the blocks off the front of `from`. Errors: DataLoss.
  absl::Status Decode(const TemplateUse& use, std::string_view& from);
  // Of event `index`. The view lives as long as this, until the next Decode.
  std::string_view At(uint32_t index) const {
    return {bytes_.data() + starts_[index], starts_[index + 1] - starts_[index]};
  }

 private:
  std::string bytes_;
  std::vector<size_t> starts_;  // one more than events
};

}  // namespace faultline::store
