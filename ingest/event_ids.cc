#include "ingest/event_ids.h"

#include <xxhash.h>

#include <algorithm>

#include "ingest/clean_text.h"
#include "ingest/private_span.h"

namespace faultline::ingest {
namespace {

using store::IdKind;

constexpr size_t kMaxRejectedBytes = 64;
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxPlaceholderBytes = 16;  // anything shorter may be one
constexpr size_t kUuidBytes = 36;

constexpr std::array<std::string_view, store::kIdKinds> kRejectedKeys = {
    "rejected.trace_id",        "rejected.span_id",    "rejected.request_id", "rejected.message_id",
    "rejected.conversation_id", "rejected.session_id", "rejected.user_id",    "rejected.device_id"};

bool IsPersonal(IdKind kind) { return kind == IdKind::kUser || kind == IdKind::kDevice; }

bool IsLowerAlnum(char c) { return IsDigit(c) || IsLower(c); }

// `raw` as store::NormaliseId has it. Most ids are already so, and then no copy
// is made: digits and small letters that are too long for a placeholder.
std::string_view Normalise(IdKind kind, std::string_view raw, Arena& arena) {
  const bool plain = raw.size() > kMaxPlaceholderBytes && raw.size() <= kMaxIdBytes && raw.size() != kUuidBytes &&
                     std::all_of(raw.begin(), raw.end(), IsLowerAlnum) &&
                     raw.find_first_not_of('0') != std::string_view::npos;
  return plain ? raw : arena.Copy(store::NormaliseId(kind, raw));
}

// Letters and digits alone hold nothing that the redactor knows but card
// numbers, which an id only looks like.
bool MayBePrivate(std::string_view id) { return !std::all_of(id.begin(), id.end(), IsAlnum); }

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
    std::string_view id = Normalise(kind, record.ids[i], arena);
    if (id.empty()) {
      Reject(kind, record, redactor, arena, event);
      continue;
    }
    if (IsPersonal(kind)) {
      id = Pseudonym(id, arena);
    } else if (MayBePrivate(id) && redactor.Redact(id, arena).data() != id.data()) {
      event.flags |= store::kTextRedacted;
      id = Pseudonym(id, arena);
    }
    event.ids[i] = id;
  }
}

}  // namespace faultline::ingest
