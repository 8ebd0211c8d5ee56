// RocksDB's own log: warnings and errors go to ours, the rest nowhere. Its LOG file
// would hold 80 KB of options for every open, more than a small store.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

namespace faultline::store {

// `path` says which store a line is about.
std::shared_ptr<rocksdb::Logger> MakeRocksDbLog(const std::string& path);

}  // namespace faultline::store
