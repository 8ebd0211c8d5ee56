#include "store/rocksdb_log.h"

#include <cstdarg>
#include <cstdio>

#include "base/log.h"

namespace faultline::store {
namespace {

class RocksDbLog final : public rocksdb::Logger {
 public:
  explicit RocksDbLog(const std::string& path) : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), path_(path) {}

  using rocksdb::Logger::Logv;
  // Lines without a level are those of the header and of the informational level.
  void Logv(const char*, va_list) override {}
  void LogHeader(const char*, va_list) override {}
  void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level < GetInfoLogLevel() || level >= rocksdb::InfoLogLevel::HEADER_LEVEL) return;
    char line[1'024];
    std::vsnprintf(line, sizeof(line), format, arguments);
    if (level == rocksdb::InfoLogLevel::WARN_LEVEL) {
      LogWarning("rocksdb warns", {{"store", path_}, {"text", std::string(line)}});
    } else {
      LogError("rocksdb fails", {{"store", path_}, {"text", std::string(line)}});
    }
  }

 private:
  const std::string path_;
};

}  // namespace

std::shared_ptr<rocksdb::Logger> MakeRocksDbLog(const std::string& path) { return std::make_shared<RocksDbLog>(path); }

}  // namespace faultline::store
