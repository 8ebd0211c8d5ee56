// rocksdb::Status -> absl::Status, and the string views of the two.
#pragma once

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace faultline::store {

// `what` says what was being done to which store, e.g. "open /data/events".
absl::Status FromRocksDb(const rocksdb::Status& status, const std::string& what);

inline rocksdb::Slice ToSlice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace faultline::store
