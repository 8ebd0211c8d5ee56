#include "store/parameter_streams.h"

#include <array>
#include <cstring>
#include <memory>
#include <span>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/parameter_class.h"

namespace faultline::store {
namespace {

// By character: 0 a digit, 1 a lower-case hex letter, 2 another.
constexpr std::array<uint8_t, 256> kCharacterClasses = [] {
  std::array<uint8_t, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    classes[static_cast<size_t>(c)] = c >= '0' && c <= '9' ? 0 : c >= 'a' && c <= 'f' ? 1 : 2;
  }
  return classes;
}();

ParameterClass ClassOf(std::string_view parameter) {
  uint8_t seen = 0;
  for (const char c : parameter) seen |= kCharacterClasses[static_cast<uint8_t>(c)];
  return seen >= 2 ? ParameterClass::kOther : static_cast<ParameterClass>(seen);
}

// Events by template, in order, for templates that have holes.
struct TemplateGroups {
  explicit TemplateGroups(const TemplateUse& use) : starts(use.holes.size() + 1, 0) {
    const auto counts = [&use](uint16_t code) { return code != 0 && use.holes[code] > 0; };
    for (const uint16_t code : use.templates) starts[code + size_t{1}] += counts(code) ? 1 : 0;
    for (size_t code = 1; code < starts.size(); ++code) starts[code] += starts[code - 1];
    events.resize(starts.back());
    std::vector<uint32_t> next(starts.begin(), starts.end() - 1);
    for (uint32_t i = 0; i < use.templates.size(); ++i) {
      if (counts(use.templates[i])) events[next[use.templates[i]]++] = i;
    }
  }
  std::span<const uint32_t> Of(size_t code) const {
    return std::span(events).subspan(starts[code], starts[code + 1] - starts[code]);
  }

  std::vector<uint32_t> starts;  // by template
  std::vector<uint32_t> events;
};

// Bytes written behind each other into room that was made before.
struct Stream {
  explicit Stream(size_t room) : bytes(new char[room + 1]), end(bytes.get()) {}
  std::string_view view() const { return {bytes.get(), static_cast<size_t>(end - bytes.get())}; }
  std::unique_ptr<char[]> bytes;
  char* end;
};

absl::Status Malformed() { return absl::DataLossError("malformed parameters"); }

struct Shape {
  ParameterClass kind = ParameterClass::kDigits;
  uint64_t length = 0;
};

// Calls `visit` with each parameter's event, template, hole and shape, in the order in which they are stored; it
// returns false for one that cannot be.
template <typename Visit>
absl::Status ForEachShape(const TemplateUse& use, const TemplateGroups& groups, std::string_view shapes, Visit visit) {
  for (size_t code = 0; code < use.holes.size(); ++code) {
    const std::span<const uint32_t> events = groups.Of(code);
    for (uint32_t hole = 0; !events.empty() && hole < use.holes[code]; ++hole) {
      for (const uint32_t event : events) {
        uint64_t shape = 0;
        if (!ReadVarint(shapes, shape) || (shape & 3) >= kParameterClasses) return Malformed();
        if (!visit(event, static_cast<uint16_t>(code), hole,
                   Shape{static_cast<ParameterClass>(shape & 3), shape >> 2})) {
          return Malformed();
        }
      }
    }
  }
  return shapes.empty() ? absl::OkStatus() : Malformed();
}

// Takes the first `length` bytes off `stream`; false when it has fewer.
bool Take(uint64_t length, std::string_view& stream, std::string_view& bytes) {
  if (length > stream.size()) return false;
  bytes = stream.substr(0, length);
  stream.remove_prefix(length);
  return true;
}

}  // namespace

void EncodeParameters(const TemplateUse& use, const std::vector<std::string_view>& parameters, BlockPacker& packer,
                      std::string& to) {
  constexpr size_t kMaxShapeBytes = 10;
  size_t room = 0;
  size_t shape_room = 0;
  for (size_t i = 0; i < parameters.size(); ++i) {
    room += parameters[i].size();
    shape_room += use.templates[i] == 0 ? 0 : kMaxShapeBytes * use.holes[use.templates[i]];
  }
  Stream shapes(shape_room);
  std::array<Stream, kParameterClasses> streams = {Stream(room), Stream(room), Stream(room)};
  std::vector<std::string_view> rest = parameters;
  const TemplateGroups groups(use);
  for (size_t code = 0; code < use.holes.size(); ++code) {
    const std::span<const uint32_t> events = groups.Of(code);
    for (uint32_t hole = 0; !events.empty() && hole < use.holes[code]; ++hole) {
      for (const uint32_t event : events) {
        std::string_view parameter;
        ReadString(rest[event], parameter);
        const auto kind = static_cast<size_t>(ClassOf(parameter));
        shapes.end = WriteVarint(shapes.end, parameter.size() << 2 | kind);
        if (!parameter.empty()) std::memcpy(streams[kind].end, parameter.data(), parameter.size());
        streams[kind].end += parameter.size();
      }
    }
  }
  packer.Append(shapes.view(), to);
  for (const Stream& stream : streams) packer.Append(stream.view(), to);
}

absl::Status VisitParameters(
    const TemplateUse& use, std::string_view& from, DigitsAs digits_as,
    const std::function<void(uint16_t code, uint32_t hole, std::string_view parameter)>& visit) {
  const bool with_digits = digits_as == DigitsAs::kTheyAre;
  ByteBuffer shape_buffer, digit_buffer, other_buffer;
  std::string_view shapes, digits, other;
  RETURN_IF_ERROR(ReadBlock(from, shape_buffer, shapes));
  RETURN_IF_ERROR(with_digits ? ReadBlock(from, digit_buffer, digits) : SkipBlock(from));
  RETURN_IF_ERROR(SkipBlock(from));  // hex
  RETURN_IF_ERROR(ReadBlock(from, other_buffer, other));
  RETURN_IF_ERROR(
      ForEachShape(use, TemplateGroups(use), shapes, [&](uint32_t, uint16_t code, uint32_t hole, Shape shape) {
        std::string_view parameter = shape.kind == ParameterClass::kHex ? "0a" : "0";
        if (shape.kind == ParameterClass::kDigits && with_digits && !Take(shape.length, digits, parameter))
          return false;
        if (shape.kind == ParameterClass::kOther && !Take(shape.length, other, parameter)) return false;
        visit(code, hole, parameter);
        return true;
      }));
  return other.empty() && digits.empty() ? absl::OkStatus() : Malformed();
}

absl::Status Parameters::Decode(const TemplateUse& use, std::string_view& from) {
  std::array<ByteBuffer, 1 + kParameterClasses> buffers;
  std::string_view shapes;
  std::array<std::string_view, kParameterClasses> bytes;
  RETURN_IF_ERROR(ReadBlock(from, buffers[kParameterClasses], shapes));
  for (size_t kind = 0; kind < kParameterClasses; ++kind) RETURN_IF_ERROR(ReadBlock(from, buffers[kind], bytes[kind]));
  const TemplateGroups groups(use);
  // Where each event's first parameter goes in `pieces`, which has them by event.
  std::vector<size_t> next(use.templates.size() + 1, 0);
  for (size_t i = 0; i < use.templates.size(); ++i) {
    const uint16_t code = use.templates[i];
    next[i + 1] = next[i] + (code == 0 ? 0 : use.holes[code]);
    // Each parameter takes a byte of shape: a smaller stream is malformed.
    if (next[i + 1] > shapes.size()) return Malformed();
  }
  std::vector<std::string_view> pieces(next.back());
  RETURN_IF_ERROR(ForEachShape(use, groups, shapes, [&](uint32_t event, uint16_t, uint32_t hole, Shape shape) {
    return Take(shape.length, bytes[static_cast<size_t>(shape.kind)], pieces[next[event] + hole]);
  }));
  bytes_.clear();
  starts_.assign(1, 0);
  for (size_t i = 0; i + 1 < next.size(); ++i) {
    for (size_t piece = next[i]; piece < next[i + 1]; ++piece) AppendString(bytes_, pieces[piece]);
    starts_.push_back(bytes_.size());
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
