// gzip and zstd texts, for TextStream::Open.
#pragma once

#include <memory>

#include "ingest/raw_input.h"
#include "ingest/text_stream.h"

namespace faultline::ingest {

// Members that follow one another are one text; zeros after the last are
// padding, as gzip(1) has it.
std::unique_ptr<TextStream> MakeGzipText(std::unique_ptr<RawInput> input);
// Frames that follow one another are one text; skippable frames are skipped.
// A window above 128 MB is refused, so that a small file cannot ask for gigabytes.
std::unique_ptr<TextStream> MakeZstdText(std::unique_ptr<RawInput> input);

}  // namespace faultline::ingest
