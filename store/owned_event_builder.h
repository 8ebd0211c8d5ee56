// Makes an OwnedEvent whose strings are copied once, into one string.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/segment.h"

namespace faultline::store {

class OwnedEventBuilder {
 public:
  explicit OwnedEventBuilder(uint64_t sequence) : bytes_(std::make_unique<std::string>()) {
    owned_.sequence = sequence;
  }

  // For the numbers. Its strings are set with Set().
  Event& event() { return owned_.event; }
  // Copies `text`, which `field`, a view inside event(), will show after Finish().
  void Set(std::string_view& field, std::string_view text) {
    if (text.empty()) return;
    fields_.emplace_back(&field, text.size());
    bytes_->append(text);
  }
  // Once, last.
  OwnedEvent Finish() && {
    size_t offset = 0;
    for (const auto& [field, size] : fields_) {
      *field = std::string_view(*bytes_).substr(offset, size);
      offset += size;
    }
    owned_.storage.push_back(std::move(bytes_));
    return std::move(owned_);
  }

 private:
  OwnedEvent owned_;
  std::unique_ptr<std::string> bytes_;
  std::vector<std::pair<std::string_view*, size_t>> fields_;
};

}  // namespace faultline::store
