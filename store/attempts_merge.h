// Adds up attempts: RocksDB's merge operator of the family "attempts", whose
// values and operands are NumberValue()s.
#pragma once

#include <rocksdb/merge_operator.h>

#include <memory>

namespace faultline::store {

std::shared_ptr<rocksdb::MergeOperator> MakeAttemptsMerge();

}  // namespace faultline::store
