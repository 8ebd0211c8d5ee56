// UTF-16 -> UTF-8, told by its byte order mark: what Windows programs write.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ingest/raw_input.h"
#include "ingest/text_stream.h"

namespace faultline::ingest {

// Whether `start` begins with the byte order mark of either byte order.
bool IsUtf16(std::string_view start);

// Decodes piece by piece. Not thread-safe.
class Utf16Decoder {
 public:
  // Appends the UTF-8 of `bytes`, whose first piece begins with the byte order mark, which is left out. A character
  // that is cut by the end of the piece waits for the next one. A surrogate without its other half becomes U+FFFD.
  void Decode(std::string_view bytes, std::string& text);
  // Whether a character waits for its second half.
  bool InsideCharacter() const { return has_half_ || high_ != 0; }

 private:
  void AddUnit(char16_t unit, std::string& text);

  bool started_ = false;
  bool little_ = true;
  bool has_half_ = false;  // the first byte of a unit
  unsigned char half_ = 0;
  char16_t high_ = 0;  // the first unit of a pair; 0: none
};

// The text of a file or pipe that begins with such a mark.
std::unique_ptr<TextStream> MakeUtf16Text(std::unique_ptr<RawInput> input);

}  // namespace faultline::ingest
