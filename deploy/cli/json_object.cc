#include "deploy/cli/json_object.h"

namespace faultline::deploy {
namespace {

void AppendText(std::string_view text, std::string& json) {
  constexpr char kHex[] = "0123456789abcdef";
  json.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json.append({'\\', c});
    } else if (c == '\n') {
      json.append("\\n");
    } else if (c == '\t') {
      json.append("\\t");
    } else if (byte < 0x20 || byte == 0x7f) {
      json.append({'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]});
    } else {
      json.push_back(c);
    }
  }
  json.push_back('"');
}

}  // namespace

void JsonObject::AddName(std::string_view name) {
  if (!fields_.empty()) fields_.push_back(',');
  AppendText(name, fields_);
  fields_.push_back(':');
}

void JsonObject::Add(std::string_view name, std::string_view text) {
  AddName(name);
  AppendText(text, fields_);
}

void JsonObject::AddNumber(std::string_view name, int64_t number) {
  AddName(name);
  fields_ += std::to_string(number);
}

void JsonObject::AddTexts(std::string_view name, const std::vector<std::string>& texts) {
  AddName(name);
  fields_.push_back('[');
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) fields_.push_back(',');
    AppendText(texts[i], fields_);
  }
  fields_.push_back(']');
}

void JsonObject::AddObject(std::string_view name, const JsonObject& object) {
  AddName(name);
  fields_ += object.Text();
}

void JsonObject::AddRaw(std::string_view name, std::string_view json) {
  AddName(name);
  fields_ += json;
}

void JsonObject::AddUnlessEmpty(std::string_view name, std::string_view text) {
  if (!text.empty()) Add(name, text);
}

}  // namespace faultline::deploy
