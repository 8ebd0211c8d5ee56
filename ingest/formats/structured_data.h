// RFC 5424's structured data: [id name="value" …][id …], or "-".
#pragma once

#include <string_view>

#include "ingest/record_builder.h"

namespace faultline::ingest {

// Takes it and the blanks behind it off `rest` and sets its parameters as
// "id.name". From where it is malformed on, it is left as text.
void TakeStructuredData(std::string_view& rest, RecordBuilder& builder);

}  // namespace faultline::ingest
