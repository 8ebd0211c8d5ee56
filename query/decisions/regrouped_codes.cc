#include "query/decisions/regrouped_codes.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace faultline::query {
namespace {

constexpr uint16_t kByEvent = 0xffff;  // no code: a segment has fewer events

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

absl::StatusOr<std::shared_ptr<const RegroupedCodes>> RegroupedCodes::Make(const store::Segment& segment,
                                                                           const Overlay& overlay, SplitParts& parts) {
  ASSIGN_OR_RETURN(auto stored, segment.signatures());
  const auto moves = [&](uint64_t signature) { return overlay.MayMove(signature); };
  if (std::none_of(stored->begin(), stored->end(), moves)) return nullptr;
  std::shared_ptr<RegroupedCodes> codes(new RegroupedCodes);
  codes->stored_ = std::move(stored);
  bool any_split = false;
  for (size_t code = 0; code < codes->stored_->size(); ++code) {
    const uint64_t signature = (*codes->stored_)[code];
    if (overlay.IsSplitOnWalk(signature)) {
      codes->whole_.push_back(kByEvent);
      any_split = true;
    } else {
      codes->whole_.push_back(codes->Walk(static_cast<uint16_t>(code), overlay, nullptr, parts));
    }
  }
  if (any_split) RETURN_IF_ERROR(codes->WalkSplit(segment, overlay, parts));
  for (auto& of_code : codes->stored_codes_) SortUnique(of_code);
  SortUnique(codes->former_);
  codes->signatures_ = std::make_shared<const std::vector<uint64_t>>(std::move(codes->made_));
  return codes;
}

uint16_t RegroupedCodes::CodeOf(uint64_t signature) {
  const auto [found, is_new] = code_of_.try_emplace(signature, static_cast<uint16_t>(made_.size()));
  if (is_new) {
    made_.push_back(signature);
    stored_codes_.emplace_back();
  }
  return found->second;
}

uint16_t RegroupedCodes::Walk(uint16_t stored_code, const Overlay& overlay, const Overlay::ValueOf& value_of,
                              SplitParts& parts) {
  const uint64_t stored = (*stored_)[stored_code];
  std::vector<uint64_t> passed = {stored};
  const uint64_t now = overlay.CountsAs(
      stored, value_of,
      [&](const Overlay::Step& step) {
        parts.Add(step);
        passed.push_back(step.from);
        passed.push_back(step.part);
      },
      [&](uint64_t merged_into) { passed.push_back(merged_into); });
  const uint16_t code = CodeOf(now);
  stored_codes_[code].push_back(stored_code);
  for (const uint64_t signature : passed) {
    if (signature != now) former_.push_back({signature, code});
  }
  return code;
}

absl::Status RegroupedCodes::WalkSplit(const store::Segment& segment, const Overlay& overlay, SplitParts& parts) {
  dimensions_ = overlay.SplitDimensions();
  std::vector<std::shared_ptr<const store::Segment::Dictionary>> dictionaries;
  for (const store::Dimension dimension : dimensions_) {
    columns_ |= store::DimensionColumn(dimension);
    ASSIGN_OR_RETURN(dictionaries.emplace_back(), segment.dictionary(dimension));
  }
  store::Columns columns;
  for (uint32_t chunk = 0; chunk < segment.chunk_count(); ++chunk) {
    RETURN_IF_ERROR(segment.ReadColumns(chunk, store::kSignatureColumn | columns_, columns));
    for (size_t i = 0; i < columns.size; ++i) {
      if (columns.signature[i] >= whole_.size()) return absl::DataLossError("a signature that no segment lists");
      if (whole_[columns.signature[i]] != kByEvent) continue;
      Key key = KeyAt(columns, i);
      if (by_event_.contains(key)) continue;
      const auto value_of = [&](store::Dimension dimension) {
        const auto at =
            static_cast<size_t>(std::find(dimensions_.begin(), dimensions_.end(), dimension) - dimensions_.begin());
        return (*dictionaries[at])[key[at + 1]];
      };
      const uint16_t code = Walk(columns.signature[i], overlay, value_of, parts);
      by_event_.emplace(std::move(key), code);
    }
  }
  return absl::OkStatus();
}

RegroupedCodes::Key RegroupedCodes::KeyAt(const store::Columns& columns, size_t i) const {
  Key key = {columns.signature[i]};
  for (const store::Dimension dimension : dimensions_) {
    key.push_back(columns.dimensions[static_cast<size_t>(dimension)][i]);
  }
  return key;
}

absl::Status RegroupedCodes::Translate(store::Columns& columns) const {
  for (size_t i = 0; i < columns.signature.size(); ++i) {
    uint16_t& code = columns.signature[i];
    if (code >= whole_.size()) return absl::DataLossError("a segment has a signature that it does not list");
    if (whole_[code] != kByEvent) {
      code = whole_[code];
      continue;
    }
    const auto found = by_event_.find(KeyAt(columns, i));
    if (found == by_event_.end()) return absl::DataLossError("a segment's rollup counts what no event of it is");
    code = found->second;
  }
  return absl::OkStatus();
}

std::vector<uint16_t> RegroupedCodes::CodesOf(uint64_t signature) const {
  std::vector<uint16_t> codes;
  if (const auto now = code_of_.find(signature); now != code_of_.end()) codes.push_back(now->second);
  for (const store::FormerSignature& former : former_) {
    if (former.signature == signature) codes.push_back(former.code);
  }
  SortUnique(codes);
  return codes;
}

std::vector<uint64_t> RegroupedCodes::StoredOf(uint64_t signature, bool& some) const {
  std::vector<uint64_t> stored;
  some = false;
  for (const uint16_t code : CodesOf(signature)) {
    for (const uint16_t own : stored_codes_[code]) {
      stored.push_back((*stored_)[own]);
      some = some || whole_[own] == kByEvent;
    }
  }
  SortUnique(stored);
  return stored;
}

// Of a signature that is split each part gets all forms: a part's messages are among them.
store::MessageForms RegroupedCodes::Translate(const store::MessageForms& forms) const {
  store::MessageForms translated;
  translated.forms = forms.forms;
  translated.texts = forms.texts;
  translated.numbers = forms.numbers;
  for (const std::vector<uint16_t>& own_codes : stored_codes_) {
    store::MessageForms::OfSignature& to = translated.signatures.emplace_back();
    for (const uint16_t own : own_codes) {
      const store::MessageForms::OfSignature& from = forms.signatures[own];
      to.forms.insert(to.forms.end(), from.forms.begin(), from.forms.end());
      to.free_text = to.free_text || from.free_text;
    }
    SortUnique(to.forms);
  }
  return translated;
}

}  // namespace faultline::query
