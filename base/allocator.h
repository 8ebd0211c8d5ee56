// How malloc treats what is freed.
#pragma once

#include <malloc.h>

namespace faultline {

// Keeps some freed memory at the end of each heap. An answer needs a few MB for a moment: giving these back to the
// kernel and asking for them again was a tenth of a journey's time. Call it first in main(). glibc; mallopt(3).
inline void KeepFreedMemory() {
  mallopt(M_TRIM_THRESHOLD, 16 << 20);  // of each heap
  mallopt(M_TOP_PAD, 1 << 20);          // asked for at once
  mallopt(M_MMAP_THRESHOLD, 4 << 20);   // setting the others ends its growing by itself
}

}  // namespace faultline
