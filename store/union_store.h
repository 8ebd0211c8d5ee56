// Several stores read as one: what the workers of a consumer group keep, each in a
// store of its own, together.
//
// Event numbers of the n-th store (from 0) are raised by n << 48, as are the numbers of its
// dead letters, so that they stay unique and ascend. A record that two workers read, as a partition moved
// from one to the other, is there twice: units are counted once all the same, lines are not.
#pragma once

#include <memory>
#include <vector>

#include "store/store.h"

namespace faultline::store {

// `stores` are open for reading; at least one, at most 1,000. Maintain and Settle are FailedPrecondition.
// options() are those of the first. Thread-safe.
std::unique_ptr<Store> MakeUnion(std::vector<std::unique_ptr<Store>> stores);

}  // namespace faultline::store
