#include "store/parameter_streams.h"

#include <array>

#include "base/status_macros.h"
#include "base/varint.h"

namespace faultline::store {
namespace {

enum Class : uint8_t { kDigits = 0, kHex = 1, kOther = 2, kClasses = 3 };

Class ClassOf(std::string_view parameter) {
  bool digits = true;
  for (const char c : parameter) {
    if (c >= '0' && c <= '9') continue;
    digits = false;
    if (c < 'a' || c > 'f') return kOther;
  }
  return digits ? kDigits : kHex;
}

// Events by template, in order, for templates that have holes.
std::vector<std::vector<uint32_t>> GroupByTemplate(const TemplateUse& use) {
  std::vector<std::vector<uint32_t>> groups(use.holes.size());
  for (uint32_t i = 0; i < use.templates.size(); ++i) {
    const uint16_t code = use.templates[i];
    if (code != 0 && use.holes[code] > 0) groups[code].push_back(i);
  }
  return groups;
}

absl::Status Malformed() { return absl::DataLossError("malformed parameters"); }

}  // namespace

void EncodeParameters(const TemplateUse& use, const std::vector<std::string_view>& parameters, BlockPacker& packer,
                      std::string& to) {
  std::string shapes;
  std::array<std::string, kClasses> bytes;
  std::vector<std::string_view> rest = parameters;
  const auto groups = GroupByTemplate(use);
  for (size_t code = 0; code < groups.size(); ++code) {
    if (groups[code].empty()) continue;
    for (uint32_t hole = 0; hole < use.holes[code]; ++hole) {
      for (const uint32_t event : groups[code]) {
        std::string_view parameter;
        ReadString(rest[event], parameter);
        const Class kind = ClassOf(parameter);
        AppendVarint(shapes, parameter.size() << 2 | kind);
        bytes[kind].append(parameter);
      }
    }
  }
  packer.Append(shapes, to);
  for (const std::string& stream : bytes) packer.Append(stream, to);
}

absl::Status Parameters::Decode(const TemplateUse& use, std::string_view& from) {
  std::array<ByteBuffer, 1 + kClasses> buffers;
  std::string_view shapes;
  std::array<std::string_view, kClasses> bytes;
  RETURN_IF_ERROR(ReadBlock(from, buffers[kClasses], shapes));
  for (size_t kind = 0; kind < kClasses; ++kind) RETURN_IF_ERROR(ReadBlock(from, buffers[kind], bytes[kind]));
  const auto groups = GroupByTemplate(use);
  // Where each event's first parameter goes in `pieces`, which has them by event.
  std::vector<size_t> next(use.templates.size() + 1, 0);
  for (size_t i = 0; i < use.templates.size(); ++i) {
    const uint16_t code = use.templates[i];
    next[i + 1] = next[i] + (code == 0 ? 0 : use.holes[code]);
    // Each parameter takes a byte of shape: a smaller stream is malformed.
    if (next[i + 1] > shapes.size()) return Malformed();
  }
  std::vector<std::string_view> pieces(next.back());
  for (size_t code = 0; code < groups.size(); ++code) {
    for (uint32_t hole = 0; !groups[code].empty() && hole < use.holes[code]; ++hole) {
      for (const uint32_t event : groups[code]) {
        uint64_t shape = 0;
        if (!ReadVarint(shapes, shape) || (shape & 3) >= kClasses) return Malformed();
        std::string_view& stream = bytes[shape & 3];
        if (shape >> 2 > stream.size()) return Malformed();
        pieces[next[event] + hole] = stream.substr(0, shape >> 2);
        stream.remove_prefix(shape >> 2);
      }
    }
  }
  bytes_.clear();
  starts_.assign(1, 0);
  for (size_t i = 0; i + 1 < next.size(); ++i) {
    for (size_t piece = next[i]; piece < next[i + 1]; ++piece) AppendString(bytes_, pieces[piece]);
    starts_.push_back(bytes_.size());
  }
  return shapes.empty() ? absl::OkStatus() : Malformed();
}

}  // namespace faultline::store
