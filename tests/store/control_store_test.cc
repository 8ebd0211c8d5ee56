// The list of what people decided: durable, shared by processes, and readable for ever.
#include "store/control_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::store {
namespace {

using ::faultline::testing::IsOk;
using ::faultline::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ControlStoreTest, LiesBesideTheStore) {
  EXPECT_EQ(ControlPath("/data/store"), "/data/store.control");
  EXPECT_EQ(ControlPath("store/"), "store.control");
}

TEST(ControlStoreTest, NothingWrittenIsNothingMade) {
  const TempDir dir;
  const ControlStore store(dir / "s.control");
  EXPECT_EQ(store.Mark(), "");
  EXPECT_THAT(*store.Read(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(dir / "s.control"));
}

TEST(ControlStoreTest, KeepsRecordsInOrderAndMarksEachAppend) {
  const TempDir dir;
  ControlStore store(dir / "s.control"), other(dir / "s.control");
  ASSERT_THAT(store.Append(0, std::vector<std::string>{"one", std::string("t\0wo", 4)}), IsOk());
  const std::string mark = store.Mark();
  EXPECT_NE(mark, "");
  EXPECT_EQ(other.Mark(), mark);
  ASSERT_THAT(other.Append(2, std::vector<std::string>{""}), IsOk());
  EXPECT_NE(store.Mark(), mark);
  EXPECT_THAT(*store.Read(), ElementsAre("one", std::string("t\0wo", 4), ""));
}

TEST(ControlStoreTest, WhoComesLateIsTold) {
  const TempDir dir;
  ControlStore store(dir / "s.control");
  ASSERT_THAT(store.Append(0, std::vector<std::string>{"one"}), IsOk());
  EXPECT_TRUE(absl::IsAborted(store.Append(0, std::vector<std::string>{"late"})));
  EXPECT_THAT(*store.Read(), ElementsAre("one"));
}

TEST(ControlStoreTest, ManyOpeningsStaySmall) {
  const TempDir dir;
  ControlStore store(dir / "s.control");
  for (uint64_t i = 0; i < 60; ++i) ASSERT_THAT(store.Append(i, std::vector<std::string>{std::to_string(i)}), IsOk());
  EXPECT_EQ(store.Read()->size(), 60U);
  const auto entries = std::filesystem::directory_iterator(dir / "s.control");
  EXPECT_LT(std::distance(begin(entries), end(entries)), 60);
}

TEST(ControlStoreTest, WritersTakeTurns) {
  const TempDir dir;
  const auto write = [&](const std::string& text) {
    ControlStore store(dir / "s.control");
    for (int done = 0; done < 5;) {
      const auto present = store.Read();
      ASSERT_THAT(present, IsOk());
      const absl::Status status = store.Append(present->size(), std::vector<std::string>{text});
      if (status.ok()) ++done;
      ASSERT_TRUE(status.ok() || absl::IsAborted(status)) << status;
    }
  };
  std::thread a(write, "a"), b(write, "b");
  a.join();
  b.join();
  const auto records = ControlStore(dir / "s.control").Read();
  ASSERT_THAT(records, IsOk());
  EXPECT_EQ(std::count(records->begin(), records->end(), "a"), 5);
  EXPECT_EQ(std::count(records->begin(), records->end(), "b"), 5);
}

TEST(ControlStoreTest, ANewerFormatIsRefusedAndAGapIsDamage) {
  const TempDir dir;
  const auto put = [&](const std::string& path, const std::string& key, const std::string& value) {
    rocksdb::DB* opened = nullptr;
    rocksdb::Options options;
    options.create_if_missing = true;
    ASSERT_TRUE(rocksdb::DB::Open(options, path, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    ASSERT_TRUE(db->Put({}, key, value).ok());
  };
  put(dir / "newer", std::string("\0\0\0\0\0\0\0\1", 8), "\2x");
  const auto newer = ControlStore(dir / "newer").Read();
  EXPECT_TRUE(absl::IsFailedPrecondition(newer.status()));
  EXPECT_THAT(newer.status().message(), HasSubstr("has format 2"));
  put(dir / "gap", std::string("\0\0\0\0\0\0\0\2", 8), "\1x");
  const auto gap = ControlStore(dir / "gap").Read();
  EXPECT_TRUE(absl::IsDataLoss(gap.status()));
  EXPECT_THAT(gap.status().message(), HasSubstr("lacks record 1; restore it from a backup, or move it away"));
}

}  // namespace
}  // namespace faultline::store
