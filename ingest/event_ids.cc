#include "ingest/event_ids.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdint>

#include "ingest/clean_text.h"
#include "ingest/private_span.h"

namespace faultline::ingest {
namespace {

using store::IdKind;

constexpr size_t kMaxRejectedBytes = 64;
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kUuidBytes = 36;

constexpr std::array<std::string_view, store::kIdKinds> kRejectedKeys = {
    "rejected.trace_id",        "rejected.span_id",    "rejected.request_id", "rejected.message_id",
    "rejected.conversation_id", "rejected.session_id", "rejected.user_id",    "rejected.device_id"};

bool IsPersonal(IdKind kind) { return kind == IdKind::kUser || kind == IdKind::kDevice; }

// What the bytes of an id say together, as one bit each.
enum IdByte : uint8_t {
  kDigitByte = 1,     // so it is no placeholder such as "none"
  kUpperByte = 2,     // a small letter, if all is hex
  kNoHexByte = 4,     // so not all is hex
  kNoZeroByte = 8,    // neither 0 nor -
  kNoAlnumByte = 16,  // . _ : @ / + = -
  kBadByte = 32,      // not allowed
};

constexpr std::array<uint8_t, 256> MakeIdBytes() {
  std::array<uint8_t, 256> table{};
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    uint8_t bits = kBadByte;
    if (IsAlnum(c)) {
      bits = (IsDigit(c) ? kDigitByte : 0) | (IsUpper(c) ? kUpperByte : 0) | (IsHex(c) ? 0 : kNoHexByte) |
             (c == '0' ? 0 : kNoZeroByte);
    } else if (std::string_view("._:@/+=-").find(c) != std::string_view::npos) {
      bits = kNoAlnumByte | kNoHexByte | (c == '-' ? 0 : kNoZeroByte);
    }
    table[static_cast<size_t>(i)] = bits;
  }
  return table;
}
constexpr std::array<uint8_t, 256> kIdBytes = MakeIdBytes();

uint8_t BytesOf(std::string_view id) {
  uint8_t bits = 0;
  for (const char c : id) bits |= kIdBytes[static_cast<uint8_t>(c)];
  return bits;
}

// Whether store::NormaliseId would return an id of these bytes as it is. False
// when in doubt.
bool IsNormal(std::string_view id, uint8_t bits) {
  if ((bits & kBadByte) != 0 || (bits & kDigitByte) == 0 || (bits & kNoZeroByte) == 0) return false;
  if ((bits & kUpperByte) != 0 && (bits & kNoHexByte) == 0) return false;
  return id.size() <= kMaxIdBytes && id.size() != kUuidBytes;
}

}  // namespace

std::string_view EventIds::Pseudonym(std::string_view id, Arena& arena) {
  Slot& slot = slots_[XXH3_64bits(id.data(), id.size()) % kSlots];
  if (slot.id != id) {
    slot.id = id;
    const std::string hash = pseudonyms_.Of(id);
    std::copy_n(hash.begin(), slot.pseudonym.size(), slot.pseudonym.begin());
  }
  return arena.Copy({slot.pseudonym.data(), slot.pseudonym.size()});
}

void EventIds::Reject(IdKind kind, LogRecord& record, const Redactor& redactor, Arena& arena,
                      store::Event& event) const {
  event.flags |= store::kIdRejected;
  const std::string_view raw = record.id(kind);
  if (IsPersonal(kind) || raw.size() > kMaxRejectedBytes) return;
  const std::string_view safe = CleanText(raw, kMaxRejectedBytes, redactor, arena, event.flags);
  record.attributes.emplace_back(kRejectedKeys[static_cast<size_t>(kind)], safe);
}

void EventIds::Read(LogRecord& record, const Redactor& redactor, Arena& arena, store::Event& event) {
  for (size_t i = 0; i < store::kIdKinds; ++i) {
    const auto kind = static_cast<IdKind>(i);
    event.ids[i] = {};
    if (record.ids[i].empty()) continue;
    std::string_view id = record.ids[i];
    const uint8_t bits = BytesOf(id);
    // Most are as they should be, and then no copy is made.
    if (!IsNormal(id, bits)) id = arena.Copy(store::NormaliseId(kind, id));
    if (id.empty()) {
      Reject(kind, record, redactor, arena, event);
      continue;
    }
    if (IsPersonal(kind) && !redactor.show_private()) {
      id = Pseudonym(id, arena);
    } else if ((bits & kNoAlnumByte) != 0 && redactor.Redact(id, arena).data() != id.data()) {
      // Letters and digits alone hold nothing that the redactor knows but card
      // numbers, which an id only looks like.
      event.flags |= store::kTextRedacted;
      id = Pseudonym(id, arena);
    }
    event.ids[i] = id;
  }
}

}  // namespace faultline::ingest
