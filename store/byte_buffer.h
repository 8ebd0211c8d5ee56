// Scratch memory that grows and is not zeroed: what zstd and the decoders write into.
#pragma once

#include <cstddef>
#include <memory>

namespace faultline::store {

class ByteBuffer {
 public:
  // Returns at least `size` uninitialised bytes; what was returned before is gone.
  char* Reserve(size_t size) {
    if (size > capacity_) {
      bytes_.reset(new char[size]);
      capacity_ = size;
    }
    return bytes_.get();
  }

 private:
  std::unique_ptr<char[]> bytes_;
  size_t capacity_ = 0;
};

}  // namespace faultline::store
