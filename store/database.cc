#include "store/database.h"

#include <rocksdb/convenience.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "store/keys.h"
#include "store/rocksdb_status.h"

namespace faultline::store {
namespace {

constexpr Family kAll[kFamilies] = {Family::kDefault,   Family::kMeta,       Family::kManifests, Family::kSegments,
                                    Family::kPositions, Family::kSignatures, Family::kAttempts,  Family::kDeadLetters};

std::vector<rocksdb::ColumnFamilyDescriptor> Descriptors(const std::shared_ptr<rocksdb::Cache>& cache) {
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const Family family : kAll) descriptors.emplace_back(FamilyName(family), MakeFamilyOptions(family, cache));
  return descriptors;
}

bool IsStore(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::path(path) / "CURRENT", error);
}

}  // namespace

Database::Database(const StoreOptions& options, bool secondary)
    : path_(options.path), in_memory_(options.in_memory), secondary_(secondary) {}

Database::~Database() {
  // Close() reports; here there is nobody to tell.
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    if (family != nullptr) db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
}

std::string Database::What(std::string_view verb) const {
  return absl::StrCat(absl::string_view(verb.data(), verb.size()), " the store ", path_);
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const StoreOptions& options) {
  if (!options.in_memory) {
    std::error_code error;
    std::filesystem::create_directories(options.path, error);
    if (error) {
      return absl::PermissionDeniedError(absl::StrCat("cannot make the folder ", options.path, ": ", error.message()));
    }
  }
  std::unique_ptr<Database> database(new Database(options, /*secondary=*/false));
  RETURN_IF_ERROR(database->OpenDb(options, ""));
  RETURN_IF_ERROR(database->CheckFormat());
  return database;
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenSecondary(const StoreOptions& options,
                                                                  const std::string& scratch_path) {
  if (options.in_memory) return absl::InvalidArgumentError("a store in memory cannot be followed");
  if (!IsStore(options.path)) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", options.path, "; give the folder of one"));
  }
  std::unique_ptr<Database> database(new Database(options, /*secondary=*/true));
  RETURN_IF_ERROR(database->OpenDb(options, scratch_path));
  RETURN_IF_ERROR(database->CheckFormat());
  return database;
}

absl::Status Database::OpenDb(const StoreOptions& options, const std::string& scratch_path) {
  const std::shared_ptr<rocksdb::Cache> cache = MakeCache(options);
  decoded_ = std::make_unique<DecodedCache>(cache);
  ASSIGN_OR_RETURN(rocksdb::DBOptions db_options, MakeDbOptions(options, cache));
  // Only the writer deletes files.
  if (secondary_) db_options.sst_file_manager.reset();
  if (in_memory_) {
    memory_env_.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    db_options.env = memory_env_.get();
  }
  // The memory environment wants an absolute path.
  const std::string db_path = in_memory_ ? "/" + path_ : path_;
  // RocksDB looks into the folder before it makes it, and complains.
  if (in_memory_) RETURN_IF_ERROR(FromRocksDb(memory_env_->CreateDirIfMissing(db_path), What("open")));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      secondary_ ? rocksdb::DB::OpenAsSecondary(db_options, db_path, scratch_path, Descriptors(cache), &handles, &db)
                 : rocksdb::DB::Open(db_options, db_path, Descriptors(cache), &handles, &db);
  // The writer makes the column families one after the other.
  if (secondary_ && status.IsInvalidArgument() &&
      status.ToString().find("Column family not found") != std::string::npos) {
    return BeingMade();
  }
  RETURN_IF_ERROR(FromRocksDb(status, What("open")));
  db_.reset(db);
  std::copy(handles.begin(), handles.end(), families_.begin());
  return absl::OkStatus();
}

absl::Status Database::BeingMade() const {
  return absl::UnavailableError(absl::StrCat("the store ", path_, " is just being made; try again"));
}

absl::Status Database::CheckFormat() {
  ASSIGN_OR_RETURN(const uint64_t format, GetNumber(kMetaFormat, 0));
  if (format > kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat("the store ", path_, " has format ", format,
                                                      ", this program knows formats up to ", kFormatVersion,
                                                      "; use a newer faultline"));
  }
  if (secondary_) return format != 0 ? absl::OkStatus() : BeingMade();
  // What is written from now on needs this program or a later one.
  if (format == kFormatVersion) return absl::OkStatus();
  rocksdb::WriteBatch batch;
  RETURN_IF_ERROR(
      FromRocksDb(batch.Put(family(Family::kMeta), ToSlice(kMetaFormat), NumberValue(kFormatVersion)), What("make")));
  RETURN_IF_ERROR(Write(batch));
  return SyncWal();
}

absl::Status Database::Get(Family from, std::string_view key, rocksdb::PinnableSlice& value) const {
  value.Reset();
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), family(from), ToSlice(key), &value);
  return status.ok() ? absl::OkStatus() : FromRocksDb(status, What("read"));
}

absl::StatusOr<uint64_t> Database::GetNumber(std::string_view key, uint64_t otherwise) const {
  rocksdb::PinnableSlice value;
  const absl::Status status = Get(Family::kMeta, key, value);
  if (absl::IsNotFound(status)) return otherwise;
  RETURN_IF_ERROR(status);
  const std::optional<uint64_t> number = ParseNumberValue(ToView(value));
  if (!number.has_value()) {
    return absl::DataLossError(
        absl::StrCat("the store ", path_, " has a malformed number ", absl::string_view(key.data(), key.size())));
  }
  return *number;
}

absl::Status Database::ForEach(
    Family from, std::string_view begin, std::string_view end,
    const std::function<absl::StatusOr<bool>(std::string_view key, std::string_view value)>& visit) const {
  rocksdb::ReadOptions options;
  const rocksdb::Slice bound = ToSlice(end);
  if (!end.empty()) options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator(options, family(from)));
  for (iterator->Seek(ToSlice(begin)); iterator->Valid(); iterator->Next()) {
    ASSIGN_OR_RETURN(const bool more, visit(ToView(iterator->key()), ToView(iterator->value())));
    if (!more) break;
  }
  return FromRocksDb(iterator->status(), What("read"));
}

absl::Status Database::Write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.disableWAL = in_memory_;
  return FromRocksDb(db_->Write(options, &batch), What("write to"));
}

absl::Status Database::SyncWal() { return in_memory_ ? absl::OkStatus() : FromRocksDb(db_->SyncWAL(), What("sync")); }

absl::Status Database::Flush() {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    RETURN_IF_ERROR(FromRocksDb(db_->Flush(rocksdb::FlushOptions(), family), What("flush")));
  }
  return absl::OkStatus();
}

absl::Status Database::DropTablesBelow(Family from, std::string_view end) {
  const rocksdb::Slice before = ToSlice(end);
  return FromRocksDb(rocksdb::DeleteFilesInRange(db_.get(), family(from), nullptr, &before, /*include_end=*/false),
                     What("drop old tables of"));
}

absl::Status Database::Compact() {
  RETURN_IF_ERROR(Flush());
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    rocksdb::TablePropertiesCollection tables;
    RETURN_IF_ERROR(FromRocksDb(db_->GetPropertiesOfAllTables(family, &tables), What("compact")));
    uint64_t deletions = 0;
    for (const auto& [name, table] : tables) deletions += table->num_deletions + table->num_range_deletions;
    rocksdb::CompactRangeOptions options;
    // Without deletions files are moved down, not rewritten.
    options.bottommost_level_compaction =
        deletions > 0 ? rocksdb::BottommostLevelCompaction::kForceOptimized : rocksdb::BottommostLevelCompaction::kSkip;
    RETURN_IF_ERROR(FromRocksDb(db_->CompactRange(options, family, nullptr, nullptr), What("compact")));
  }
  return absl::OkStatus();
}

absl::Status Database::CatchUp() { return FromRocksDb(db_->TryCatchUpWithPrimary(), What("follow")); }

absl::Status Database::Close() {
  if (db_ == nullptr) return absl::OkStatus();
  const absl::Status flushed = secondary_ ? absl::OkStatus() : Flush();
  absl::Status closed;
  for (rocksdb::ColumnFamilyHandle*& family : families_) {
    closed.Update(FromRocksDb(db_->DestroyColumnFamilyHandle(family), What("close")));
    family = nullptr;
  }
  closed.Update(FromRocksDb(db_->Close(), What("close")));
  db_.reset();
  return flushed.ok() ? closed : flushed;
}

Database::CacheUse Database::MeasureBlockCache() const {
  if (db_ == nullptr) return {};
  uint64_t bytes = 0, limit = 0;  // all families share one
  db_->GetIntProperty(family(Family::kSegments), rocksdb::DB::Properties::kBlockCacheUsage, &bytes);
  db_->GetIntProperty(family(Family::kSegments), rocksdb::DB::Properties::kBlockCacheCapacity, &limit);
  return {static_cast<int64_t>(bytes), static_cast<int64_t>(limit)};
}

absl::StatusOr<int64_t> Database::MeasureBytes() const {
  if (in_memory_) {
    int64_t bytes = 0;
    for (rocksdb::ColumnFamilyHandle* family : families_) {
      uint64_t tables = 0;
      uint64_t memtables = 0;
      db_->GetIntProperty(family, rocksdb::DB::Properties::kTotalSstFilesSize, &tables);
      db_->GetIntProperty(family, rocksdb::DB::Properties::kCurSizeAllMemTables, &memtables);
      bytes += static_cast<int64_t>(tables + memtables);
    }
    return bytes;
  }
  int64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error)) {
    std::error_code gone;  // RocksDB deletes files while we look
    const auto size = entry.file_size(gone);
    if (!gone) bytes += static_cast<int64_t>(size);
  }
  if (error) return absl::InternalError(absl::StrCat("cannot list ", path_, ": ", error.message()));
  return bytes;
}

}  // namespace faultline::store
