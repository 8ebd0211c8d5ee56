// The parameters of single events of a text chunk: where they lie follows from the templates and shapes of all, but
// only the streams that hold them are decompressed, and nothing is made of the others.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/pick.h"

namespace faultline::store {

// `templates` by place; `holes(code)` says how many a template has. `from` begins with the four blocks that
// EncodeParameters (store/parameter_streams.h) appends. `parameters` get a row for each of `picks`, in
// Event::parameters' form. Errors: DataLoss.
absl::Status PickParameters(std::span<const uint16_t> templates, const std::function<uint32_t(uint16_t code)>& holes,
                            std::string_view from, Picks picks, std::vector<std::string>& parameters);

}  // namespace faultline::store
