// Fields by name, in any order and of any dialect -> one LogRecord.
//
// The first field of a meaning wins; a later one that says something else is
// kept as an attribute, so nothing of a record is lost. Weak fields and those
// whose meaning depends on others (a numeric level, "version", "count") are
// decided when all have been seen.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "ingest/field_aliases.h"
#include "ingest/log_record.h"

namespace faultline::ingest {

// How a JSON object names its fields.
enum class Dialect : uint8_t { kGeneric, kEcs, kGelf, kJournald };

enum class ValueType : uint8_t { kString, kNumber, kBool };

class RecordBuilder {
 public:
  explicit RecordBuilder(FieldCache& fields) : fields_(fields) {}

  // Starts over with `record`, which is emptied. `arena` gets what has to be
  // copied and must outlive the record.
  void Begin(LogRecord& record, Arena& arena);

  // `path` may go away after the call unless `path_is_stable`; `value` must
  // live as long as the arena. Empty values say nothing.
  void Set(std::string_view path, std::string_view value, ValueType type, bool path_is_stable = false) {
    SetField(fields_.Find(path), path, value, type, path_is_stable);
  }
  // The same where the meaning is already known.
  void SetField(Field field, std::string_view path, std::string_view value, ValueType type,
                bool path_is_stable = false);
  void AddAttribute(std::string_view path, std::string_view value, bool path_is_stable = false);
  // A value that is nested too deep was left out.
  void DropDeepValue();

  LogRecord& record() { return *record_; }
  Arena& arena() { return *arena_; }
  FieldCache& fields() { return fields_; }
  // What the fields so far say of the dialect.
  Dialect dialect() const { return dialect_; }

  // Whether a field was seen that wrappers around records have.
  bool names_envelope() const { return names_envelope_; }
  void NoteEnvelope() { names_envelope_ = true; }

  // Completes the record. Returns an empty string, or why it is none: "empty",
  // "depth_exceeded", "attempts_malformed". `dialect` as configured; kGeneric
  // means as found.
  std::string_view Finish(Dialect dialect = Dialect::kGeneric);

 private:
  struct Deferred {
    Field field;
    std::string_view path;
    std::string_view value;
    ValueType type;
  };

  bool SetSlot(std::string_view& slot, std::string_view path, std::string_view value, bool path_is_stable);
  void SetTime(int64_t& slot, std::string_view path, std::string_view value, bool path_is_stable);
  void SetDecided(Field field, std::string_view path, std::string_view value, ValueType type, bool path_is_stable);
  void Defer(Field field, std::string_view path, std::string_view value, ValueType type, bool path_is_stable);
  void SetLevel(Field field, std::string_view path, std::string_view value, ValueType type, bool path_is_stable);
  void SetSide(std::string_view path, std::string_view value, bool path_is_stable);

  // record_completion.cc
  void SetErrorText(std::string_view value);
  void SetSyslogTag(std::string_view value);
  void SetName(const Deferred& name);
  void SetWeakMessage(const Deferred& message);
  void SetFullMessage(const Deferred& message);
  void ResolveDeferred(const Deferred& deferred);
  void ResolveLevel();
  void UndoShipperEscapes();
  std::string_view FinishAttempts();

  FieldCache& fields_;
  LogRecord* record_ = nullptr;
  Arena* arena_ = nullptr;
  Dialect dialect_ = Dialect::kGeneric;
  int fields_seen_ = 0;
  bool from_rsyslog_ = false;
  bool is_attempts_ = false;
  bool level_is_syslog_ = false;
  bool names_envelope_ = false;
  bool from_serilog_ = false;
  bool from_python_ = false;  // "levelname": its "name" is the logger's
  bool message_from_log_ = false;
  std::string_view level_text_;
  std::string_view level_number_;
  Field level_number_field_ = Field::kNone;
  std::string_view count_;
  std::string_view window_;
  std::vector<Deferred> deferred_;
};

}  // namespace faultline::ingest
