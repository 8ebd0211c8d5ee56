#include "base/pseudonym.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline {
namespace {

using testing::HasCode;
using testing::IsOk;
using testing::TempDir;

std::string Read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Write(const std::string& path, std::string_view text, mode_t mode) {
  std::ofstream(path) << text;
  ASSERT_EQ(chmod(path.c_str(), mode), 0);
}

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

// Expected values from: printf ... | openssl dgst -sha256 -mac HMAC -macopt hexkey:...
TEST(PseudonymsTest, AreTheStartOfHmacSha256) {
  std::array<unsigned char, 32> key{};
  EXPECT_EQ(Pseudonyms::FromKey(key).Of(""), "b613679a0814d9ec");
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(i);
  EXPECT_EQ(Pseudonyms::FromKey(key).Of("user17@canary.example"), "789ef82835bb9ce3");
  EXPECT_EQ(Pseudonyms::FromKey(key).Of(std::string(200, 'x')), "7b48ae507721b7fe");
}

TEST(PseudonymsTest, DependOnTheKey) {
  const Pseudonyms first = Pseudonyms::Ephemeral(), second = Pseudonyms::Ephemeral();
  EXPECT_EQ(first.Of("a"), first.Of("a"));
  EXPECT_NE(first.Of("a"), second.Of("a"));
  EXPECT_NE(first.Of("a"), first.Of("b"));
}

TEST(PseudonymsTest, KeepTheirKeyInAFileForTheOwnerAlone) {
  const TempDir dir;
  const std::string path = dir / "keys/more/pseudonym.key";
  const auto made = Pseudonyms::LoadOrCreate(path);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(ModeOf(path), 0600U);
  EXPECT_EQ(ModeOf(dir / "keys/more"), 0700U);
  EXPECT_EQ(Read(path).size(), 65U);
  const auto again = Pseudonyms::LoadOrCreate(path);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(made->Of("a"), again->Of("a"));
  const auto loaded = Pseudonyms::Load(path);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(made->Of("a"), loaded->Of("a"));
}

TEST(PseudonymsTest, LeaveNothingBesideTheKey) {
  const TempDir dir;
  ASSERT_THAT(Pseudonyms::LoadOrCreate(dir / "key"), IsOk());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
}

TEST(PseudonymsTest, LoadDoesNotCreate) {
  const TempDir dir;
  EXPECT_THAT(Pseudonyms::Load(dir / "key"), HasCode(absl::StatusCode::kNotFound));
  EXPECT_FALSE(std::filesystem::exists(dir / "key"));
}

TEST(PseudonymsTest, RefuseAKeyThatOthersMayRead) {
  const TempDir dir;
  Write(dir / "key", std::string(64, 'a') + "\n", 0640);
  EXPECT_THAT(Pseudonyms::LoadOrCreate(dir / "key"), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST(PseudonymsTest, RefuseAndKeepAFileThatIsNoKey) {
  const TempDir dir;
  for (const std::string& text : {std::string("hello"), std::string(), std::string(65, 'a'), std::string(64, 'g'),
                                  std::string(63, 'a'), std::string(64, 'a') + "\n\n"}) {
    Write(dir / "key", text, 0600);
    EXPECT_THAT(Pseudonyms::LoadOrCreate(dir / "key"), HasCode(absl::StatusCode::kFailedPrecondition)) << text;
    EXPECT_EQ(Read(dir / "key"), text);
  }
}

TEST(PseudonymsTest, AgreeWhenManyCreateAtOnce) {
  const TempDir dir;
  std::vector<std::string> hashes(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& hash : hashes) {
      threads.emplace_back([&] {
        const auto pseudonyms = Pseudonyms::LoadOrCreate(dir / "keys/key");
        if (pseudonyms.ok()) hash = pseudonyms->Of("a");
      });
    }
  }
  for (const std::string& hash : hashes) {
    EXPECT_EQ(hash.size(), 16U);
    EXPECT_EQ(hash, hashes[0]);
  }
}

}  // namespace
}  // namespace faultline
