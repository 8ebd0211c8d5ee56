// The fields of a row by the names that they have in its JSON, so that other
// formats can show them: "signature", "client.exemplar".
#pragma once

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace faultline::deploy {

struct RowField {
  std::string name;                                            // dotted JSON names
  std::vector<const google::protobuf::FieldDescriptor*> path;  // from the row to the value
};

// Every value of a row type, in the order of its declaration; single messages are
// taken apart, while times, lists, maps and messages of any shape are one value.
std::vector<RowField> FieldsOf(const google::protobuf::Descriptor& row_type);

// The value as text: strings as they are, times as RFC 3339, lists and other
// messages as JSON; empty where the row does not have it. Control characters
// are taken out; lines stay lines.
std::string TextOf(const google::protobuf::Message& row, const RowField& field);

}  // namespace faultline::deploy
