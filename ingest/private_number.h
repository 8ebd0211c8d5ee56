// Finds phone numbers, card numbers, IMEIs and coordinates for the redactor,
// among the counters, times, sizes and ids that logs are full of.
#pragma once

#include "ingest/private_span.h"

namespace faultline::ingest {

// `at` is a "+", or the "%" of "%2B". 8 to 15 digits in groups behind it, the
// first no zero.
PrivateSpan FindInternationalPhone(const PrivateText& in, size_t at);
// The others: `at` is the first digit of a run that is `digits` long.
// With separators as in (555) 010-1234, 555-010-1234 or 0171-1234567; bare
// only behind a name such as phone, tel or msisdn.
PrivateSpan FindNationalPhone(const PrivateText& in, size_t at, size_t digits);
// 13 to 19 digits, whole or in the groups cards are printed in, of a known
// issuer and length, that pass Luhn.
PrivateSpan FindCard(const PrivateText& in, size_t at, size_t digits);
// 15 digits that pass Luhn, beside the word IMEI.
PrivateSpan FindImei(const PrivateText& in, size_t at, size_t digits);
// A latitude and a longitude of at least 3 decimals each, with a comma between
// and no third number behind; or one number named lat, lon, ….
PrivateSpan FindCoordinates(const PrivateText& in, size_t at, size_t digits);

}  // namespace faultline::ingest
