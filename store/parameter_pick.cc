#include "store/parameter_pick.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/packed_block.h"
#include "store/parameter_class.h"

namespace faultline::store {
namespace {

absl::Status Malformed() { return absl::DataLossError("malformed parameters"); }

// Neighbouring places with one template.
struct Run {
  uint16_t code = 0;
  uint16_t first = 0;
  uint32_t size = 0;
};

// By template, then by place: the order in which shapes are stored.
std::vector<Run> RunsOf(std::span<const uint16_t> templates) {
  std::vector<Run> runs;
  for (size_t place = 0; place < templates.size(); ++place) {
    if (place == 0 || templates[place] != templates[place - 1]) {
      runs.push_back({templates[place], static_cast<uint16_t>(place), 0});
    }
    ++runs.back().size;
  }
  std::sort(runs.begin(), runs.end(),
            [](const Run& a, const Run& b) { return std::pair(a.code, a.first) < std::pair(b.code, b.first); });
  return runs;
}

// A parameter that is wanted.
struct Target {
  uint32_t shape = 0;  // its index among all shapes
  uint16_t row = 0;
  uint32_t hole = 0;
  ParameterClass kind = ParameterClass::kDigits;
  uint64_t offset = 0;  // in the stream of its class
  uint64_t length = 0;
};

// Sets `targets` to the parameters of `picks`, by shape; false when that takes more than `shapes` shapes.
bool FindTargets(std::span<const uint16_t> templates, const std::function<uint32_t(uint16_t)>& holes, Picks picks,
                 size_t shapes, std::vector<Target>& targets) {
  const std::vector<Run> runs = RunsOf(templates);
  uint32_t group_start = 0;
  size_t found = 0;
  for (size_t begin = 0, end = 0; found < picks.size() && begin < runs.size(); begin = end) {
    const uint16_t code = runs[begin].code;
    uint32_t events = 0;
    for (; end < runs.size() && runs[end].code == code; ++end) events += runs[end].size;
    const uint32_t holes_each = code == 0 ? 0 : holes(code);
    if (holes_each > (shapes - group_start) / events) return false;
    uint32_t rank = 0;
    for (size_t run = begin; run < end; rank += runs[run++].size) {
      const auto from = std::lower_bound(picks.begin(), picks.end(), runs[run].first,
                                         [](const Pick& pick, uint16_t place) { return pick.place < place; });
      for (auto pick = from; pick != picks.end() && pick->place < runs[run].first + runs[run].size; ++pick) {
        ++found;
        const uint32_t at = group_start + rank + (pick->place - runs[run].first);
        for (uint32_t hole = 0; hole < holes_each; ++hole) {
          targets.push_back({at + hole * events, pick->row, hole});
        }
      }
    }
    group_start += holes_each * events;
  }
  std::sort(targets.begin(), targets.end(), [](const Target& a, const Target& b) { return a.shape < b.shape; });
  return true;
}

// Steps over shapes and adds their lengths up, by class.
class ShapeWalk {
 public:
  explicit ShapeWalk(std::string_view shapes) : shapes_(shapes) {}

  // Sets where `target` lies. Targets come in order. False when there is no such shape.
  bool MoveTo(Target& target) {
    uint64_t shape = 0;
    while (next_ < target.shape) {
      const uint32_t left = target.shape - next_;
      if (left >= kBlock && SkipBlock()) continue;
      for (const uint32_t end = next_ + std::min(left, kBlock); next_ < end;) {
        if (!Read(shape)) return false;
        sums_[shape & 3] += shape >> 2;
      }
    }
    if (!Read(shape) || (shape & 3) >= kParameterClasses) return false;
    target.kind = static_cast<ParameterClass>(shape & 3);
    target.offset = sums_[shape & 3];
    target.length = shape >> 2;
    sums_[shape & 3] += target.length;
    return true;
  }

 private:
  static constexpr uint32_t kBlock = 32;

  // The next 32 shapes, when each is one byte; false when not. Written so that compilers make vector instructions of
  // it.
  bool SkipBlock() {
    if (shapes_.size() < kBlock) return false;
    uint8_t any = 0;
    uint16_t digits = 0, hex = 0, all = 0;
    for (uint32_t i = 0; i < kBlock; ++i) {
      const auto shape = static_cast<uint8_t>(shapes_[i]);
      const auto length = static_cast<uint16_t>(shape >> 2);
      any |= shape;
      all += length;
      digits += (shape & 3) == 0 ? length : uint16_t{0};
      hex += (shape & 3) == 1 ? length : uint16_t{0};
    }
    if (any >= 0x80) return false;
    shapes_.remove_prefix(kBlock);
    next_ += kBlock;
    sums_[0] += digits;
    sums_[1] += hex;
    sums_[2] += static_cast<uint16_t>(all - digits - hex);
    return true;
  }

  bool Read(uint64_t& shape) {
    ++next_;
    return ReadVarint(shapes_, shape);
  }

  std::string_view shapes_;
  uint32_t next_ = 0;  // the shape that shapes_ begins with
  std::array<uint64_t, 4> sums_{};
};

}  // namespace

absl::Status PickParameters(std::span<const uint16_t> templates, const std::function<uint32_t(uint16_t)>& holes,
                            std::string_view from, Picks picks, std::vector<std::string>& parameters) {
  parameters.assign(picks.size(), {});
  ByteBuffer shape_buffer;
  std::string_view shapes;
  RETURN_IF_ERROR(ReadBlock(from, shape_buffer, shapes));
  std::vector<Target> targets;
  // A shape takes a byte at least.
  if (!FindTargets(templates, holes, picks, shapes.size(), targets)) return Malformed();
  std::array<bool, kParameterClasses> wanted{};
  ShapeWalk walk(shapes);
  for (Target& target : targets) {
    if (!walk.MoveTo(target)) return Malformed();
    wanted[static_cast<size_t>(target.kind)] = true;
  }
  std::array<ByteBuffer, kParameterClasses> buffers;
  std::array<std::string_view, kParameterClasses> bytes;
  for (size_t kind = 0; kind < kParameterClasses; ++kind) {
    RETURN_IF_ERROR(wanted[kind] ? ReadBlock(from, buffers[kind], bytes[kind]) : SkipBlock(from));
  }
  std::sort(targets.begin(), targets.end(),
            [](const Target& a, const Target& b) { return std::pair(a.row, a.hole) < std::pair(b.row, b.hole); });
  for (const Target& target : targets) {
    const std::string_view stream = bytes[static_cast<size_t>(target.kind)];
    if (target.offset > stream.size() || target.length > stream.size() - target.offset) return Malformed();
    AppendString(parameters[target.row], stream.substr(target.offset, target.length));
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
