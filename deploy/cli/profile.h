// Named sets of defaults, so that an operator with several installations need
// not repeat flags.
//
//   # ~/.config/faultline/config.yaml
//   default: production
//   profiles:
//     production: {server: "errors.example:7411", tls_ca: /etc/ssl/ours.pem, tz: Europe/Berlin}
//     demo: {store: /var/tmp/demo}
#pragma once

#include <string>

#include "absl/status/status.h"
#include "deploy/cli/read_verb.h"

namespace faultline::deploy {

// Fills what `options` leaves open from the profile: --profile, else
// $FAULTLINE_PROFILE, else the file's `default`, else none. A flag or a
// FAULTLINE_ variable that names a target beats the profile's. The file is
// $FAULTLINE_CONFIG, else $XDG_CONFIG_HOME/faultline/config.yaml, else
// ~/.config/faultline/config.yaml; without a file there are no profiles.
// Keys: server, store, timeout, output, color, tz, tls_ca, tls_certificate, tls_key.
// Errors: NotFound for a profile that is asked for and not there, InvalidArgument
// for a file that cannot be read, both with file and key.
absl::Status ApplyProfile(const std::string& profile, ReadOptions& options);

}  // namespace faultline::deploy
