// The reads of other products' clients over HTTP: those of Loki below /loki/api/v1/, those of Jaeger below
// /jaeger/api/.
//
// Thread-safe.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "deploy/server/http_exchange.h"

namespace faultline::deploy {

// `path` is one that GrafanaRead answers.
bool IsGrafanaRead(std::string_view path);
// Answers GET, and POST with a form, over `channel`; null answers 503.
void AnswerGrafanaRead(HttpExchange& exchange, const std::shared_ptr<grpc::ChannelInterface>& channel);

}  // namespace faultline::deploy
