#include "store/id_index.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace faultline::store {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

constexpr size_t kSegments = 50;

// Segment i holds the ids "MANYi", "MANYi+1", … of 16 digits, as traces.
class IdIndexTest : public ::testing::Test {
 protected:
  static std::string IdOf(size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(16 - digits.size(), 'a') + digits;
  }
  IdIndexTest() {
    for (size_t i = 0; i < kSegments; ++i) {
      std::vector<uint64_t> hashes;
      for (size_t k = 0; k < 20; ++k) hashes.push_back(IdProbe(IdKind::kTrace, IdOf(i * 10 + k)).hash);
      // Segments of older formats stand between newer ones.
      filters_.push_back(i % 3 == 0 ? IdFilter::BuildBlocks(hashes) : IdFilter::Build(hashes));
    }
    shapes_[0] = IdProbe(IdKind::kTrace, IdOf(0)).shape;
  }
  IdIndex Make(std::span<const uint32_t> shapes) const {
    return IdIndex(kSegments, [&](size_t i, IdKind kind) {
      const bool has = kind == IdKind::kTrace && i != 7;  // one has none of the kind
      return has ? IdKindFilter{&filters_[i], shapes} : IdKindFilter{};
    });
  }

  std::vector<IdFilter> filters_;
  std::array<uint32_t, 4> shapes_{};
};

TEST_F(IdIndexTest, NamesEverySegmentThatHoldsAnId) {
  const IdIndex index = Make(shapes_);
  for (size_t number = 0; number < kSegments * 10; ++number) {
    const auto candidates = index.Candidates(IdProbe(IdKind::kTrace, IdOf(number)));
    const auto last = static_cast<uint32_t>(number / 10);
    if (last != 7) {
      EXPECT_THAT(candidates, Contains(last));
    }
    if (last != 0 && last != 8) {
      EXPECT_THAT(candidates, Contains(last - 1));
    }
    EXPECT_LT(candidates.size(), 8u) << "filters that say maybe to everything";
    EXPECT_TRUE(std::is_sorted(candidates.begin(), candidates.end()));
  }
}

TEST_F(IdIndexTest, NamesNoneForIdsOfAnotherShapeOrKind) {
  const IdIndex index = Make(shapes_);
  EXPECT_THAT(index.Candidates(IdProbe(IdKind::kMessage, IdOf(5))), IsEmpty());
  EXPECT_THAT(index.Candidates(IdProbe(IdKind::kTrace, IdOf(5) + "00")), IsEmpty());
  EXPECT_THAT(index.Candidates(IdProbe(IdKind::kTrace, "")), IsEmpty());
}

TEST_F(IdIndexTest, AsksTheFiltersWhereShapesAreNotKnown) {
  EXPECT_THAT(Make({}).Candidates(IdProbe(IdKind::kTrace, IdOf(3))), Contains(0u));
  const std::array<uint32_t, 4> unknown{};
  EXPECT_THAT(Make(unknown).Candidates(IdProbe(IdKind::kTrace, IdOf(3))), Contains(0u));
}

}  // namespace
}  // namespace faultline::store
