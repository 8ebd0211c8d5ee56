// Bump allocator for strings that live as long as a batch or a segment.
//
// Blocks never move, so a view handed out stays valid until Reset() or
// destruction. Not thread-safe for writing; views may be read from any thread
// once they were published with a release store.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace faultline {

class Arena {
 public:
  // `block_bytes` is the size of one block; larger requests get their own.
  explicit Arena(size_t block_bytes = 64 * 1024) : block_bytes_(block_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Returns `size` uninitialised bytes. Never null, also for size 0.
  char* Allocate(size_t size) {
    if (size > static_cast<size_t>(end_ - next_)) NextBlock(size);
    char* result = next_;
    next_ += size;
    used_ += size;
    return result;
  }

  // Copies `text`; the copy is not terminated.
  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = Allocate(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  // Forgets everything handed out and keeps the first block for reuse.
  void Reset() {
    if (blocks_.size() > 1) blocks_.resize(1);
    used_ = 0;
    if (blocks_.empty()) return;
    next_ = blocks_[0].bytes.get();
    end_ = next_ + blocks_[0].size;
  }

  // Bytes handed out since the last Reset().
  size_t used_bytes() const { return used_; }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  void NextBlock(size_t at_least) {
    const size_t size = at_least > block_bytes_ ? at_least : block_bytes_;
    blocks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
    next_ = blocks_.back().bytes.get();
    end_ = next_ + size;
  }

  const size_t block_bytes_;
  std::vector<Block> blocks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
  size_t used_ = 0;
};

}  // namespace faultline
