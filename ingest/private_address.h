// Finds e-mail and IP addresses for the redactor.
#pragma once

#include "ingest/private_span.h"

namespace faultline::ingest {

// `at` is an "@", or the "%" of "%40". The domain needs a dot and a top level
// of letters; names of systemd units are none.
PrivateSpan FindEmail(const PrivateText& in, size_t at);
// `at` is the first digit of a run. Four numbers up to 255, not part of a
// longer dotted number, nor behind the word "version" or as "Name/99.0.0.0".
// A port behind it stays.
PrivateSpan FindIpv4(const PrivateText& in, size_t at);
// `at` is the first ":". Eight groups, or a "::" and at least one digit; so no
// times, MAC addresses or C++ names. An embedded IPv4 address belongs to it.
PrivateSpan FindIpv6(const PrivateText& in, size_t at);

}  // namespace faultline::ingest
