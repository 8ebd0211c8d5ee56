// Whatever a browser sends, as envelope, header or JSON, is either understood or refused: an envelope that is
// understood is written again as it was, and JSON that is becomes bytes that become JSON again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "deploy/server/connect_protocol.h"
#include "deploy/server/connect_transcoder.h"
#include "faultline/v1/failure_query_service.pb.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace deploy = faultline::deploy;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto message = deploy::OnlyMessage(text); message.ok() && deploy::Envelope(0, *message) != text)
    std::abort();
  (void)deploy::WireFormOf(text);
  (void)deploy::ConnectTimeout(text);
  (void)deploy::GrpcTimeout(text);
  (void)deploy::FromHeader("x-bin", text);
  (void)deploy::IsMetadata(text);
  static const deploy::ConnectTranscoder transcoder;
  const auto* type = faultline::v1::CorrelateRequest::descriptor();
  const auto bytes = transcoder.FromJson(*type, text);
  if (bytes.ok() && !transcoder.ToJson(*type, *bytes).ok()) std::abort();
  return 0;
}
