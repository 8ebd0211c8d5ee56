#include "ingest/letter_records.h"

#include <algorithm>
#include <string_view>

#include "ingest/replayed_letters.h"

namespace faultline::ingest {
namespace {

// Why the record of a letter cannot be taken again; empty where it can.
std::string_view Obstacle(const store::StoredDeadLetter& letter) {
  if (letter.replayed_us != 0) return "replayed before";
  if (letter.letter.partly_taken) return "other parts of the record were stored, and would count twice";
  if (letter.letter.bytes.empty()) return "nothing was kept of the record";
  if (letter.letter.damaged) return "cut, or no text: the record is not all there; send it again from where it came";
  return {};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> LetterRecord::Headers() const {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const store::LetterName& letter : letters) headers.emplace_back(kReplayHeader, ReplayHeaderValue(letter));
  return headers;
}

std::optional<LetterRecord> LetterRecords::Add(const store::StoredDeadLetter& letter) {
  std::optional<LetterRecord> record;
  if (!letters_.empty() && (letters_[0].stream != letter.stream || letters_[0].offset != letter.offset)) {
    record = Take();
  }
  letters_.push_back(letter);
  return record;
}

std::optional<LetterRecord> LetterRecords::Finish() { return Take(); }

std::optional<LetterRecord> LetterRecords::Take() {
  const std::vector<store::StoredDeadLetter> letters = std::exchange(letters_, {});
  const bool wanted = std::any_of(letters.begin(), letters.end(), [this](const store::StoredDeadLetter& letter) {
    return reason_.empty() || letter.letter.reason == reason_;
  });
  if (!wanted) return std::nullopt;
  LetterRecord record;
  for (const store::StoredDeadLetter& letter : letters) {
    if (const std::string_view obstacle = Obstacle(letter); !obstacle.empty()) {
      left_out_[std::string(obstacle)] += static_cast<int64_t>(letters.size());
      return std::nullopt;
    }
    record.letters.push_back({letter.number, letter.offset, letter.stream});
  }
  record.label = letters[0].label;
  record.value = letters[0].letter.bytes;
  record.time_us = letters[0].letter.time_us;
  return record;
}

}  // namespace faultline::ingest
