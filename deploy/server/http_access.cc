#include "deploy/server/http_access.h"

#include <algorithm>

#include "deploy/server/http_text.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr size_t kShownBytes = 200;

// "https://a.example:8443" -> "a.example:8443"; empty for what is no origin.
std::string_view AuthorityOf(std::string_view origin) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (EqualsInAnyCase(origin.substr(0, scheme.size()), scheme)) return origin.substr(scheme.size());
  }
  return {};
}

// Without the port.
std::string_view NameOf(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool IsAddress(std::string_view name) {
  return name.starts_with('[') || (!name.empty() && name.find_first_not_of("0123456789.") == name.npos);
}

}  // namespace

absl::Status HttpAccess::CheckOrigins(const std::vector<std::string>& allowed_origins) {
  for (const std::string& origin : allowed_origins) {
    const std::string_view authority = AuthorityOf(origin);
    if (origin == "*" || (!authority.empty() && authority.find_first_of("/ \t?#@") == authority.npos)) continue;
    return absl::InvalidArgumentError(
        fmt::format("http.allowed_origins: \"{}\" is no origin; write https://HOST[:PORT] without a path", origin));
  }
  return absl::OkStatus();
}

HttpAccess::HttpAccess(std::string_view listen, std::vector<std::string> allowed_origins)
    : allowed_origins_(std::move(allowed_origins)), loopback_(listen.starts_with("127.")) {}

bool HttpAccess::Listed(std::string_view origin) const {
  return !origin.empty() &&
         std::any_of(allowed_origins_.begin(), allowed_origins_.end(),
                     [origin](std::string_view allowed) { return allowed == "*" || EqualsInAnyCase(allowed, origin); });
}

bool HttpAccess::NameAllowed(std::string_view host) const {
  const std::string_view name = NameOf(host);
  if (!loopback_ || name.empty() || IsAddress(name) || EqualsInAnyCase(name, "localhost")) return true;
  return std::any_of(allowed_origins_.begin(), allowed_origins_.end(), [name](std::string_view allowed) {
    return allowed == "*" || EqualsInAnyCase(NameOf(AuthorityOf(allowed)), name);
  });
}

absl::Status HttpAccess::Check(std::string_view host, std::string_view origin) const {
  if (!NameAllowed(host)) {
    return absl::PermissionDeniedError(fmt::format(
        "this server is not known as {}; add https://HOST of it to http.allowed_origins", host.substr(0, kShownBytes)));
  }
  if (origin.empty() || Listed(origin) || EqualsInAnyCase(AuthorityOf(origin), host)) return absl::OkStatus();
  return absl::PermissionDeniedError(fmt::format(
      "pages of {} may not ask this server; add the origin to http.allowed_origins", origin.substr(0, kShownBytes)));
}

}  // namespace faultline::deploy
