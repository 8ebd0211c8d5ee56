#include "deploy/cli/row_fields.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/format.h"
#include "google/protobuf/util/json_util.h"

namespace faultline::deploy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What JSON writes as one value although it is a message.
bool IsOneValue(const Descriptor& type) { return type.full_name().rfind("google.protobuf.", 0) == 0; }

bool IsTakenApart(const FieldDescriptor& field) {
  return !field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         !IsOneValue(*field.message_type());
}

void AddFields(const Descriptor& type, RowField& prefix, std::vector<const Descriptor*>& open,
               std::vector<RowField>& fields) {
  open.push_back(&type);
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    RowField whole = prefix;
    whole.name += (whole.name.empty() ? "" : ".") + field.json_name();
    whole.path.push_back(&field);
    // A type that holds itself would go on for ever.
    const bool recursive =
        IsTakenApart(field) && std::find(open.begin(), open.end(), field.message_type()) != open.end();
    if (IsTakenApart(field) && !recursive) {
      AddFields(*field.message_type(), whole, open, fields);
    } else {
      fields.push_back(std::move(whole));
    }
  }
  open.pop_back();
}

std::string JsonOf(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  return json;
}

// One field of a message as JSON: the whole, but for what the message's JSON has around it.
std::string JsonOf(const Message& holder, const FieldDescriptor& field) {
  const std::unique_ptr<Message> alone(holder.New());
  const std::unique_ptr<Message> copy(holder.New());
  copy->CopyFrom(holder);
  copy->GetReflection()->SwapFields(alone.get(), copy.get(), {&field});
  google::protobuf::util::JsonPrintOptions options;
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(*alone, &json, options);
  const size_t colon = json.find(':');
  return colon == std::string::npos ? "" : json.substr(colon + 1, json.size() - colon - 2);
}

std::string ScalarText(const Message& holder, const FieldDescriptor& field) {
  const Reflection& reflection = *holder.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? JsonOf(holder, field) : reflection.GetString(holder, &field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(holder, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(reflection.GetInt32(holder, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(reflection.GetInt64(holder, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(reflection.GetUInt32(holder, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return std::to_string(reflection.GetUInt64(holder, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return fmt::format("{}", reflection.GetDouble(holder, &field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return fmt::format("{}", reflection.GetFloat(holder, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.GetEnum(holder, &field)->name();
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  if (!reflection.HasField(holder, &field)) return "";
  std::string json = JsonOf(reflection.GetMessage(holder, &field));
  // A time is a string in JSON.
  if (json.size() >= 2 && json.front() == '"') json = json.substr(1, json.size() - 2);
  return json;
}

}  // namespace

std::vector<RowField> FieldsOf(const Descriptor& row_type) {
  std::vector<RowField> fields;
  std::vector<const Descriptor*> open;
  RowField prefix;
  AddFields(row_type, prefix, open, fields);
  return fields;
}

std::string TextOf(const Message& row, const RowField& field) {
  const Message* holder = &row;
  for (size_t i = 0; i + 1 < field.path.size(); ++i) {
    if (!holder->GetReflection()->HasField(*holder, field.path[i])) return "";
    holder = &holder->GetReflection()->GetMessage(*holder, field.path[i]);
  }
  const FieldDescriptor& last = *field.path.back();
  return TerminalText(last.is_repeated() ? JsonOf(*holder, last) : ScalarText(*holder, last));
}

}  // namespace faultline::deploy
