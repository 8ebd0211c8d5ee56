// Parameters of message templates, split by what they are made of: digits cost
// 3.4 bits each, hex digits 4, when nothing else is among them. The order is by
// template, hole and event, so that runs of equal shape lie together.
#pragma once

#include <cstdint>
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

// Takes the blocks off the front of `from`: `parameters[i]`
// becomes event i's parameters in Event's form. Errors: DataLoss.
absl::Status DecodeParameters(const TemplateUse& use, std::string_view& from, std::vector<std::string>& parameters);

}  // namespace faultline::store
