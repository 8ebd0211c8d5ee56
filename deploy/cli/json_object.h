// Writes one JSON object, for output that is no message of the API.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::deploy {

class JsonObject {
 public:
  // Texts must be UTF-8. Control characters are escaped.
  void Add(std::string_view name, std::string_view text);
  void AddNumber(std::string_view name, int64_t number);
  void AddTexts(std::string_view name, const std::vector<std::string>& texts);
  // `json` is a value as it is to be written.
  void AddRaw(std::string_view name, std::string_view json);
  void AddObject(std::string_view name, const JsonObject& object);
  // Leaves the name out where there is no text.
  void AddUnlessEmpty(std::string_view name, std::string_view text);
  bool empty() const { return fields_.empty(); }
  // "{…}" on one line.
  std::string Text() const { return "{" + fields_ + "}"; }

 private:
  void AddName(std::string_view name);

  std::string fields_;
};

}  // namespace faultline::deploy
