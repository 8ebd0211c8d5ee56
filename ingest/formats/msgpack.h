// MessagePack, as Fluent Bit and Fluentd write records: a map, [time, map], and the forward protocol's
// [tag, time, map], [tag, [[time, map], …]] and [tag, bytes] with the entries one behind another. Written anew as JSON,
// so that fields mean what they mean there.
//
// Follows Fluentd's forward protocol v1.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace faultline::ingest {

// Whether `value` starts as one of the above. No UTF-8 text does. Looks at the first bytes alone.
bool FitsMsgpack(std::string_view value);

// Appends to `json` one object a line. The time of an entry becomes its last field, "@timestamp", in seconds; its tag
// "fluent.tag". Bytes are taken for text, extensions but for times become null.
// Errors, after which `json` has the records in front of the place: OutOfRange where the value ends too early,
// InvalidArgument where it is damaged, holds something else than records, nests deeper than 32 or would be more than
// `max_json_bytes`; all say at which byte.
absl::Status MsgpackToJson(std::string_view value, size_t max_json_bytes, std::string& json);

}  // namespace faultline::ingest
