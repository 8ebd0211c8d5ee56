#include "store/message_template.h"

#include <algorithm>
#include <cstring>

#include "base/varint.h"
#include "store/event.h"

namespace faultline::store {
namespace {

// Calls `piece` with every literal and parameter in order; stops when it
// returns false.
template <typename Piece>
bool Walk(std::string_view message_template, std::string_view parameters, Piece piece) {
  for (;;) {
    const size_t hole = message_template.find(kTemplateHole);
    if (!piece(message_template.substr(0, hole))) return false;
    if (hole == std::string_view::npos) return parameters.empty();
    std::string_view parameter;
    if (!ReadString(parameters, parameter) || !piece(parameter)) return false;
    message_template.remove_prefix(hole + 1);
  }
}

}  // namespace

size_t CountHoles(std::string_view message_template) {
  return static_cast<size_t>(std::count(message_template.begin(), message_template.end(), kTemplateHole));
}

bool Reproduces(std::string_view message_template, std::string_view parameters, std::string_view message) {
  return Walk(message_template, parameters,
              [&message](std::string_view piece) {
                if (message.substr(0, piece.size()) != piece) return false;
                message.remove_prefix(piece.size());
                return true;
              }) &&
         message.empty();
}

bool AppendMessage(std::string_view message_template, std::string_view parameters, std::string& to) {
  return Walk(message_template, parameters, [&to](std::string_view piece) {
    to.append(piece);
    return true;
  });
}

}  // namespace faultline::store
