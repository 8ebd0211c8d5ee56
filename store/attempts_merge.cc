#include "store/attempts_merge.h"

#include "store/keys.h"
#include "store/rocksdb_status.h"

namespace faultline::store {
namespace {

class AttemptsMerge final : public rocksdb::AssociativeMergeOperator {
 public:
  const char* Name() const override { return "faultline.attempts.v1"; }

  bool Merge(const rocksdb::Slice&, const rocksdb::Slice* existing, const rocksdb::Slice& value, std::string* result,
             rocksdb::Logger*) const override {
    const std::optional<uint64_t> more = ParseNumberValue(ToView(value));
    if (!more.has_value()) return false;
    uint64_t sum = *more;
    if (existing != nullptr) {
      const std::optional<uint64_t> before = ParseNumberValue(ToView(*existing));
      if (!before.has_value()) return false;
      sum += *before;
    }
    *result = NumberValue(sum);
    return true;
  }
};

}  // namespace

std::shared_ptr<rocksdb::MergeOperator> MakeAttemptsMerge() { return std::make_shared<AttemptsMerge>(); }

}  // namespace faultline::store
