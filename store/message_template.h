// Messages taken apart: a template with one kTemplateHole per variable run, and
// the runs as varint length and bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::store {

// Holes in `message_template`.
size_t CountHoles(std::string_view message_template);

// Whether filling the template gives exactly `message`, with no parameter left.
bool Reproduces(std::string_view message_template, std::string_view parameters, std::string_view message);

// Appends the filled template. False when the parameters do not fit.
bool AppendMessage(std::string_view message_template, std::string_view parameters, std::string& to);

}  // namespace faultline::store
