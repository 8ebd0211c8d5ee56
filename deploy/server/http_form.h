// The parameters of a request: "a=1&b=x%20y".
//
// Thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace faultline::deploy {

class HttpForm {
 public:
  HttpForm() = default;
  // Adds what `text`, a query or an application/x-www-form-urlencoded body, holds. What is no
  // valid escape is kept as it stands; text that is not UTF-8 is dropped.
  void Add(std::string_view text);

  // The first value; empty for none.
  std::string Get(const std::string& name) const;
  // All values, in order.
  auto All(const std::string& name) const { return values_.equal_range(name); }

 private:
  std::multimap<std::string, std::string> values_;
};

// "a%20b" -> "a b"; "+" is a blank in forms alone.
std::string PercentDecoded(std::string_view text, bool plus_is_blank);

}  // namespace faultline::deploy
