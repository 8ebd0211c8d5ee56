#include "query/explain/numeric_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/numbers.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/varint.h"
#include "query/pair_text.h"

namespace faultline::query {
namespace {

constexpr size_t kMaxNumberBytes = 15;
constexpr double kDayMicros = 86'400e6;
constexpr size_t kContextBytes = 60;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<double> ParseNumber(std::string_view text) {
  if (text.empty() || text.size() > kMaxNumberBytes) return std::nullopt;
  const std::string_view digits = text[0] == '-' ? text.substr(1) : text;
  if (digits.empty() || !IsDigit(digits[0])) return std::nullopt;
  if (digits[0] == '0' && digits.size() > 1 && digits[1] != '.') return std::nullopt;
  double number = 0;
  if (!absl::SimpleAtod(absl::string_view(text.data(), text.size()), &number)) return std::nullopt;
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

// A time moves on from one window to the next, and says nothing.
bool IsTimeNear(double number, int64_t time_us) {
  for (const double unit_us : {1e6, 1e3, 1.0}) {
    if (std::abs(number * unit_us - static_cast<double>(time_us)) < kDayMicros) return true;
  }
  return false;
}

// What is around hole `hole` (from 0) of a template: "… after # ms".
std::string ContextOf(std::string_view message_template, size_t hole) {
  std::string text;
  size_t at = 0, number_at = 0;
  for (const char c : message_template) {
    if (c != store::kTemplateHole) {
      text.push_back(c);
      continue;
    }
    if (at == hole) number_at = text.size();
    text.append(at++ == hole ? "#" : "*");
  }
  const size_t from = number_at < kContextBytes / 2 ? 0 : number_at - kContextBytes / 2;
  std::string context = TerminalLine(std::string_view(text).substr(from, kContextBytes));
  if (from > 0) context.insert(0, "...");
  if (from + kContextBytes < text.size()) context.append("...");
  return context;
}

v1::NumericDifference ToRow(const std::string& name, const std::string& context, const QuantileSketch& target,
                            const QuantileSketch& baseline, double distance) {
  v1::NumericDifference row;
  row.set_field(name);
  row.set_context(context);
  row.set_values(target.count());
  row.set_baseline_values(baseline.count());
  row.set_median(target.Quantile(0.5));
  row.set_baseline_median(baseline.Quantile(0.5));
  row.set_quartile_low(target.Quantile(0.25));
  row.set_quartile_high(target.Quantile(0.75));
  row.set_distance(distance);
  row.set_summary(fmt::format("{}{}: median {}, in the baseline {} (distance {}, {} and {} values)", name,
                              context.empty() ? "" : " (" + context + ")", ShortNumber(row.median()),
                              ShortNumber(row.baseline_median()), ShortNumber(distance), target.count(),
                              baseline.count()));
  return row;
}

}  // namespace

void NumericFields::AddNumber(std::string_view key, std::string_view text, const store::EventVariables& event,
                              bool is_target, std::string_view name, std::string_view message_template, size_t hole) {
  const std::optional<double> number = ParseNumber(text);
  if (!number || IsTimeNear(*number, event.time_us)) return;
  auto found = fields_.find(absl::string_view(key.data(), key.size()));
  if (found == fields_.end()) {
    if (fields_.size() >= kMaxNumericFields) {
      full_ = true;
      return;
    }
    Field field;
    field.name = name.empty() ? fmt::format("number {} of the message", hole + 1) : fmt::format("attributes.{}", name);
    if (name.empty()) field.context = ContextOf(message_template, hole);
    found = fields_.emplace(std::string(key), std::move(field)).first;
  }
  (is_target ? found->second.target : found->second.baseline).Add(*number);
}

void NumericFields::Add(const store::EventVariables& event, bool is_target) {
  std::string_view attributes = event.attributes, name, value;
  while (ReadString(attributes, name) && ReadString(attributes, value)) {
    key_.assign(1, 'a').append(name);
    AddNumber(key_, value, event, is_target, name, {}, 0);
  }
  if (event.message_template.empty()) return;
  std::string_view parameters = event.parameters;
  for (size_t hole = 0; ReadString(parameters, value); ++hole) {
    key_.assign(1, 'm');
    AppendVarint(key_, hole);
    key_.append(event.message_template);
    AddNumber(key_, value, event, is_target, {}, event.message_template, hole);
  }
}

std::vector<v1::NumericDifference> NumericFields::Differences() const {
  const auto is_tested = [](const Field& field) {
    return field.target.count() >= kMinNumericValues && field.baseline.count() >= kMinNumericValues;
  };
  const auto tests =
      std::count_if(fields_.begin(), fields_.end(), [&](const auto& entry) { return is_tested(entry.second); });
  std::vector<v1::NumericDifference> rows;
  for (const auto& [key, field] : fields_) {
    if (!is_tested(field)) continue;
    const double distance = KolmogorovDistance(field.target, field.baseline);
    const double chance = KolmogorovChance(distance, field.target.count(), field.baseline.count());
    if (distance < kMinDistance || chance * static_cast<double>(tests) > kNumericError) continue;
    rows.push_back(ToRow(field.name, field.context, field.target, field.baseline, distance));
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    if (a.distance() != b.distance()) return a.distance() > b.distance();
    return a.field() != b.field() ? a.field() < b.field() : a.context() < b.context();
  });
  if (rows.size() > kMaxNumericRows) rows.resize(kMaxNumericRows);
  return rows;
}

}  // namespace faultline::query
