// Finds tokens, keys and passwords for the redactor.
#pragma once

#include "ingest/private_span.h"

namespace faultline::ingest {

// `at` is the "=" or ":" behind a name such as token, api_key, password or
// secret. The value is taken out when it looks made up by a machine: at least 6
// characters with a digit, or of mixed case. Behind "password=" and "secret="
// any value is.
PrivateSpan FindNamedToken(const PrivateText& in, size_t at);
// `at` is a "k", "b" or "B": "token X", "bearer X", "basic X".
PrivateSpan FindSpokenToken(const PrivateText& in, size_t at);
// `at` is a letter inside the prefix of a well-known kind of token: the "k" of
// tok_ sk_ sk- pk_, the "_" of ghp_ and github_pat_, the "x" of xoxb-, the "K"
// of AKIA, the "z" of AIza, the "J" of a JWT.
PrivateSpan FindPrefixedToken(const PrivateText& in, size_t at);

}  // namespace faultline::ingest
