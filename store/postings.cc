#include "store/postings.h"

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/keys.h"

namespace faultline::store {
namespace {

absl::Status Malformed() { return absl::DataLossError("malformed postings"); }

}  // namespace

absl::StatusOr<std::vector<uint32_t>> DecodePostings(std::string_view value, uint32_t index, uint32_t events) {
  if (value.empty() || static_cast<uint8_t>(value.front()) != kPartVersion) return Malformed();
  value.remove_prefix(1);
  ByteBuffer buffer;
  std::string_view bytes;
  RETURN_IF_ERROR(ReadBlock(value, buffer, bytes));
  uint64_t codes = 0;
  if (!ReadVarint(bytes, codes) || codes > kSignaturesPerPosting || index >= codes) return Malformed();
  uint64_t before = 0;
  uint64_t wanted = 0;
  for (uint64_t code = 0; code < codes; ++code) {
    uint64_t count = 0;
    if (!ReadVarint(bytes, count) || count > events) return Malformed();
    if (code < index) before += count;
    if (code == index) wanted = count;
  }
  uint64_t gap = 0;
  for (; before > 0; --before) {
    if (!ReadVarint(bytes, gap)) return Malformed();
  }
  std::vector<uint32_t> ordinals;
  ordinals.reserve(wanted);
  for (uint64_t next = 0; wanted > 0; --wanted) {
    if (!ReadVarint(bytes, gap) || gap >= events || next + gap >= events) return Malformed();
    ordinals.push_back(static_cast<uint32_t>(next + gap));
    next += gap + 1;
  }
  return ordinals;
}

}  // namespace faultline::store
