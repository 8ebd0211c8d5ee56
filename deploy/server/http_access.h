// Which pages may ask: the guard against a browser that is led here by a page of
// somebody else.
//
// A browser says with `Origin` whose page asks, and with `Host` what name it
// took for this server. Other programs send no Origin and are let through: who
// may reach the port is for the network to decide.
//
// Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace faultline::deploy {

class HttpAccess {
 public:
  // `allowed_origins` are "https://dashboards.example" or "*" for every page.
  // On a loopback address a name that is neither "localhost", nor an IP
  // address, nor that of an allowed origin is refused: a page could have had its
  // own name point here (DNS rebinding).
  // Errors: InvalidArgument for an origin that is none.
  static absl::Status CheckOrigins(const std::vector<std::string>& allowed_origins);
  HttpAccess(std::string_view listen, std::vector<std::string> allowed_origins);

  // Errors: PermissionDenied, which names the setting that would allow it.
  absl::Status Check(std::string_view host, std::string_view origin) const;
  // `origin` is on the list, so its answers are shown to it (CORS).
  bool Listed(std::string_view origin) const;

 private:
  bool NameAllowed(std::string_view host) const;

  const std::vector<std::string> allowed_origins_;
  const bool loopback_;
};

}  // namespace faultline::deploy
