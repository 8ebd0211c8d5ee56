#include "deploy/server/loki_json.h"

#include "deploy/server/json_text.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

// Loki writes numbers as text, whole ones without a fraction.
std::string Number(double value) { return fmt::format("\"{}\"", value); }

int64_t MicrosOf(const google::protobuf::Timestamp& time) { return time.seconds() * 1'000'000 + time.nanos() / 1'000; }

}  // namespace

std::string LokiSuccess(std::string_view data) { return fmt::format(R"({{"status":"success","data":{}}})", data); }

std::string LokiMatrix(const std::map<LokiLabels, std::vector<double>>& series, const LokiGrid& grid) {
  std::string result;
  for (const auto& [labels, points] : series) {
    std::string values;
    for (size_t i = 0; i < points.size(); ++i) {
      if (points[i] == 0) continue;  // as Loki does
      values += fmt::format("{}[{},{}]", values.empty() ? "" : ",", grid.start + static_cast<int64_t>(i) * grid.step,
                            Number(points[i]));
    }
    if (values.empty()) continue;
    result +=
        fmt::format(R"({}{{"metric":{},"values":[{}]}})", result.empty() ? "" : ",", LokiLabelsJson(labels), values);
  }
  return LokiSuccess(fmt::format(R"({{"resultType":"matrix","result":[{}],"stats":{{}}}})", result));
}

std::string LokiVector(const std::map<LokiLabels, double>& values, int64_t time_us) {
  std::string result;
  for (const auto& [labels, value] : values) {
    result += fmt::format(R"({}{{"metric":{},"value":[{},{}]}})", result.empty() ? "" : ",", LokiLabelsJson(labels),
                          static_cast<double>(time_us) / 1e6, Number(value));
  }
  return LokiSuccess(fmt::format(R"({{"resultType":"vector","result":[{}],"stats":{{}}}})", result));
}

std::string LokiStreamList(const std::vector<v1::Event>& events) {
  std::map<LokiLabels, std::string> streams;
  for (const v1::Event& event : events) {
    std::string& values = streams[LokiLabelsOf(event)];
    values += fmt::format(R"({}["{}000",{}])", values.empty() ? "" : ",", MicrosOf(event.time()),
                          JsonString(event.message()));
  }
  std::string result;
  for (const auto& [labels, values] : streams) {
    result +=
        fmt::format(R"({}{{"stream":{},"values":[{}]}})", result.empty() ? "" : ",", LokiLabelsJson(labels), values);
  }
  return "[" + result + "]";
}

std::string LokiStreams(const std::vector<v1::Event>& events) {
  return LokiSuccess(fmt::format(R"({{"resultType":"streams","result":{},"stats":{{}}}})", LokiStreamList(events)));
}

}  // namespace faultline::deploy
