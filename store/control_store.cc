#include "store/control_store.h"

#include <rocksdb/db.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "store/keys.h"
#include "store/rocksdb_status.h"

namespace faultline::store {
namespace {

constexpr uint8_t kRecordVersion = 1;
constexpr std::chrono::milliseconds kRetryInterval(20);
constexpr int kOpenTries = 100;  // two seconds
constexpr uint64_t kCompactEvery = 16;
constexpr int kReadTries = 5;  // a writer may clear away a file between looking and reading

std::string MarkPath(const std::string& path) { return path + "/WRITTEN"; }

rocksdb::Options OptionsOf() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.max_open_files = 16;
  options.keep_log_file_num = 2;
  options.write_buffer_size = 1 << 20;
  options.max_background_jobs = 1;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  return options;
}

bool IsLocked(const rocksdb::Status& status) {
  return status.IsIOError() && status.ToString().find("lock") != std::string::npos;
}

absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenToWrite(const std::string& path) {
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  for (int i = 0; i < kOpenTries; ++i) {
    status = rocksdb::DB::Open(OptionsOf(), path, &db);
    if (!IsLocked(status)) break;
    std::this_thread::sleep_for(kRetryInterval);
  }
  if (IsLocked(status)) {
    return absl::UnavailableError(absl::StrCat("another process keeps the control store ", path, " open; try again"));
  }
  RETURN_IF_ERROR(FromRocksDb(status, "open " + path));
  return std::unique_ptr<rocksdb::DB>(db);
}

// No answer is given as if nobody had decided anything: whoever asks is told what to do.
absl::Status Damaged(const std::string& what) {
  return absl::DataLossError(what + "; restore it from a backup, or move it away to go on without decisions");
}

absl::StatusOr<std::vector<std::string>> ReadAll(rocksdb::DB& db, const std::string& path) {
  std::vector<std::string> records;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(rocksdb::ReadOptions()));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    if (ParseNumberKey(ToView(it->key())) != records.size() + 1) {
      return Damaged(absl::StrCat("the control store ", path, " lacks record ", records.size() + 1));
    }
    const std::string_view value = ToView(it->value());
    if (value.empty()) {
      return Damaged(absl::StrCat("record ", records.size() + 1, " of the control store ", path, " is empty"));
    }
    if (static_cast<uint8_t>(value.front()) != kRecordVersion) {
      return absl::FailedPreconditionError(absl::StrCat(
          "record ", records.size() + 1, " of the control store ", path, " has format ",
          static_cast<int>(static_cast<uint8_t>(value.front())), ", this program knows 1; use a newer faultline"));
    }
    records.emplace_back(value.substr(1));
  }
  RETURN_IF_ERROR(FromRocksDb(it->status(), "read " + path));
  return records;
}

// A file of its own that is put in place whole: whoever reads the mark sees the old one or the new one.
absl::Status WriteMark(const std::string& path, uint64_t last) {
  const std::string made = MarkPath(path) + ".new";
  {
    std::ofstream file(made, std::ios::trunc);
    file << last << "\n";
    if (!file.flush()) return absl::UnavailableError(absl::StrCat("cannot write ", made));
  }
  std::error_code error;
  std::filesystem::rename(made, MarkPath(path), error);
  if (error) return absl::UnavailableError(absl::StrCat("cannot put ", MarkPath(path), " in place: ", error.message()));
  return absl::OkStatus();
}

}  // namespace

std::string ControlPath(const std::string& store_path) {
  std::string path = store_path;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path + ".control";
}

std::string ControlStore::Mark() const {
  struct stat file = {};
  if (stat(MarkPath(path_).c_str(), &file) != 0) return "";
  return absl::StrCat(file.st_ino, " ", file.st_mtim.tv_sec, " ", file.st_mtim.tv_nsec);
}

absl::StatusOr<std::vector<std::string>> ControlStore::Read() const {
  absl::Status failed;
  for (int i = 0; i < kReadTries; ++i) {
    std::error_code ignored;
    if (!std::filesystem::exists(path_ + "/CURRENT", ignored)) return std::vector<std::string>();
    rocksdb::DB* opened = nullptr;
    failed = FromRocksDb(rocksdb::DB::OpenForReadOnly(OptionsOf(), path_, &opened), "open " + path_);
    if (failed.ok()) {
      const std::unique_ptr<rocksdb::DB> db(opened);
      auto records = ReadAll(*db, path_);
      if (records.ok() || absl::IsFailedPrecondition(records.status())) return records;
      failed = records.status();
    }
    std::this_thread::sleep_for(kRetryInterval);
  }
  return failed;
}

absl::Status ControlStore::Append(uint64_t last, std::span<const std::string> records) {
  ASSIGN_OR_RETURN(const std::unique_ptr<rocksdb::DB> db, OpenToWrite(path_));
  ASSIGN_OR_RETURN(const std::vector<std::string> present, ReadAll(*db, path_));
  if (present.size() != last) {
    return absl::AbortedError("somebody else decided something in the meantime");
  }
  rocksdb::WriteBatch batch;
  uint64_t number = last;
  for (const std::string& record : records) {
    std::string value(1, static_cast<char>(kRecordVersion));
    value += record;
    RETURN_IF_ERROR(FromRocksDb(batch.Put(NumberKey(++number), value), "write " + path_));
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;
  RETURN_IF_ERROR(FromRocksDb(db->Write(durable, &batch), "write " + path_));
  // Every opening leaves a small file behind. Their keys do not overlap, so that RocksDB by itself only moves them.
  if (number / kCompactEvery != last / kCompactEvery) {
    rocksdb::CompactRangeOptions whole;
    whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    RETURN_IF_ERROR(FromRocksDb(db->CompactRange(whole, nullptr, nullptr), "compact " + path_));
  }
  RETURN_IF_ERROR(FromRocksDb(db->Close(), "close " + path_));
  return WriteMark(path_, number);
}

}  // namespace faultline::store
