#include "tests/bench/scale_events.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/varint.h"

namespace faultline::bench {
namespace {

using store::Dimension;
using store::IdKind;

constexpr int64_t kSecondMicros = 1'000'000, kMinuteMicros = 60 * kSecondMicros;
constexpr size_t kLatestSeconds = 128;   // of a report; a power of two
constexpr double kEventsPerUnit = 1.55;  // as the shares below come out
constexpr size_t kBatchEvents = 500;
constexpr size_t kPopularity = 1 << 16;
constexpr int kAttemptsPerFailure = 40;
constexpr uint32_t kServices = 25, kHosts = 40;  // hosts of each service
constexpr uint32_t kMaxMessageBytes = 8'192;
constexpr uint64_t kDevices = 5'000'000;
constexpr int64_t kMaxClockMillis = 20'000;

constexpr std::array kRegions = {"eu-west",  "eu-east", "us-east", "us-west",
                                 "ap-south", "ap-east", "sa-east", "af-south"};
constexpr std::array kSystems = {"android", "ios", "web", "desktop"};
constexpr std::array kApps = {"app-android", "app-ios", "app-web", "app-desktop"};
constexpr std::array kVersions = {"4.20.0", "4.21.0", "4.22.0", "4.23.1", "4.24.0"};
constexpr std::array kVerbs = {"append",  "read",  "replicate", "commit", "flush",
                               "deliver", "fetch", "route",     "open",   "seal"};
constexpr std::array kThings = {"mailbox",    "receipt",   "push token", "prekey bundle", "group list",
                                "call offer", "media key", "session",    "profile",       "queue"};
constexpr std::array kReasons = {"shard unavailable", "quota exceeded",      "lock wait timeout", "stale epoch",
                                 "queue full",        "no route to replica", "bad checksum",      "connection reset",
                                 "deadline passed",   "not leader"};

template <typename Values>
std::string_view At(const Values& values, uint64_t index) {
  return values[index % values.size()];
}

// SplitMix64: its outputs do not correlate between calls.
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

}  // namespace

ScaleEvents::ScaleEvents(const ScaleOptions& options)
    : options_(options), state_(Mix(options.seed)), arena_(1 << 20), by_second_(kLatestSeconds) {
  const uint32_t count = std::clamp<uint32_t>(options.templates, 1, 50'000);
  for (uint32_t i = 0; i < kServices; ++i) services_.push_back("service-" + std::to_string(i));
  for (uint32_t i = 0; i < kServices * kHosts; ++i) hosts_.push_back("host-" + std::to_string(i));
  for (uint32_t i = 0; i < count; ++i) {
    client_.push_back({Mix(2 * i + 1) | 1, TextOf(i, "seen by client"), i % 4});
    server_.push_back({Mix(2 * i + 2) | 1, TextOf(i, "in service"), i % kServices});
  }
  double sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += 1.0 / (i + 10);
  for (uint32_t i = 0; i < count; ++i) {
    const auto share = static_cast<size_t>(std::ceil(kPopularity / sum / (i + 10)));
    popular_.insert(popular_.end(), share, i);
  }
  units_ = static_cast<uint64_t>(static_cast<double>(options.events) / kEventsPerUnit);
  ring_second_ = options.start_us / kSecondMicros;
  attempts_minute_ = options.start_us / kMinuteMicros;
}

std::string ScaleEvents::TextOf(uint32_t number, const char* side) const {
  std::string text = kVerbs[number % 10];
  text += std::string(" ") + kThings[number / 10 % 10] + " failed: " + kReasons[number / 100 % 10];
  for (uint32_t rest = number / 1'000; rest > 0; rest /= 10) text += std::string(" ") + kThings[rest % 10];
  for (uint32_t i = number; text.size() + 20 < std::min(options_.message_bytes, kMaxMessageBytes); ++i) {
    text += std::string(" ") + kReasons[i % 10];
  }
  return text + " " + side + " shard " + store::kTemplateHole + " after " + store::kTemplateHole + " ms";
}

uint64_t ScaleEvents::Random() { return Mix(state_++); }

uint32_t ScaleEvents::PickTemplate() { return popular_[Below(static_cast<uint32_t>(popular_.size()))]; }

bool ScaleEvents::Next(ScaleBatch& batch) {
  batch.events.clear();
  batch.attempts.clear();
  arena_.Reset();
  while (batch.events.size() < kBatchEvents && unit_ < units_) MakeUnit(batch);
  if (unit_ == units_ && batch.events.size() < kBatchEvents) {
    // What is still to come arrives at last.
    for (size_t i = 0; i < kLatestSeconds; ++i) AddArrived(batch);
  }
  return !batch.events.empty();
}

// Of 100 units 40 fail on both sides, 38 on the server (a third of it logged below error), 22 on the client.
void ScaleEvents::MakeUnit(ScaleBatch& batch) {
  const auto unit = unit_++;
  const auto at = static_cast<double>(unit) / static_cast<double>(units_);
  const int64_t time_us = options_.start_us + static_cast<int64_t>(at * static_cast<double>(options_.span_us));
  while (ring_second_ < time_us / kSecondMicros) AddArrived(batch);
  CountAttempts(time_us, batch);
  const uint32_t share = Below(100), client = PickTemplate();
  const bool on_both = share < 40;
  // A client template's own server template, or any.
  const uint32_t server = on_both && Below(100) < 60 ? client : PickTemplate();
  if (share < 78) AddServer(unit, time_us, server, on_both || Below(3) > 0, batch);
  if (!on_both && share < 55) AddServer(unit, time_us + 40'000, server, true, batch);  // tried again
  if (!on_both && share < 78) return;
  const int64_t late_us = Below(8) == 0 ? Below(120) * kSecondMicros : Below(3'000) * 1'000;
  const Pending report{unit, time_us + 300'000 + Below(2'000) * 1'000, time_us + 2'400'000 + late_us, client};
  by_second_[static_cast<size_t>(report.received_us / kSecondMicros) % kLatestSeconds].push_back(report);
}

void ScaleEvents::AddArrived(ScaleBatch& batch) {
  std::vector<Pending>& arrived = by_second_[static_cast<size_t>(ring_second_++) % kLatestSeconds];
  for (const Pending& report : arrived) AddClient(report, batch);
  arrived.clear();
}

void ScaleEvents::CountAttempts(int64_t time_us, ScaleBatch& batch) {
  const int64_t minute = time_us / kMinuteMicros;
  if (minute == attempts_minute_) return;
  const auto in_minute =
      static_cast<int64_t>(static_cast<double>(units_) * kMinuteMicros / static_cast<double>(options_.span_us));
  for (const char* region : kRegions) {
    store::Attempts& attempts = batch.attempts.emplace_back();
    attempts.minute = attempts_minute_;
    attempts.operation = "send";
    attempts.count = in_minute * kAttemptsPerFailure / static_cast<int64_t>(kRegions.size());
    attempts.dimensions[static_cast<size_t>(Dimension::kRegion)] = region;
  }
  attempts_minute_ = minute;
}

std::string_view ScaleEvents::Hex(uint64_t high, uint64_t low, size_t digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  char* const to = arena_.Allocate(digits);
  for (size_t i = 0; i < digits; ++i) {
    const uint64_t word = i < 16 ? high : low;
    to[i] = kDigits[word >> (60 - 4 * (i % 16)) & 15];
  }
  return {to, digits};
}

void ScaleEvents::FillIds(uint64_t unit, store::Event& event) {
  const uint64_t a = Mix(unit * 2 + options_.seed), b = Mix(unit * 2 + 1 + options_.seed);
  event.ids[static_cast<size_t>(IdKind::kTrace)] = Hex(a | 1, b, 32);
  if (b % 4 != 0) event.ids[static_cast<size_t>(IdKind::kMessage)] = Hex(b, a, 20);
}

void ScaleEvents::FillText(const Template& from, store::Event& event) {
  event.signature = from.signature;
  event.message_template = from.text;
  char* const message = arena_.Allocate(from.text.size() + 16);
  char* const parameters = arena_.Allocate(16);
  char *to = message, *parameter = parameters;
  for (const char c : from.text) {
    if (c != store::kTemplateHole) {
      *to++ = c;
      continue;
    }
    const std::string number = std::to_string(Below(5'000));
    parameter = WriteVarint(parameter, number.size());
    std::memcpy(parameter, number.data(), number.size());
    parameter += number.size();
    std::memcpy(to, number.data(), number.size());
    to += number.size();
  }
  event.message = {message, static_cast<size_t>(to - message)};
  event.parameters = {parameters, static_cast<size_t>(parameter - parameters)};
}

void ScaleEvents::AddServer(uint64_t unit, int64_t time_us, uint32_t which, bool error, ScaleBatch& batch) {
  store::Event& event = batch.events.emplace_back();
  const Template& from = server_[which];
  event.side = store::Side::kServer;
  event.severity = error ? store::kErrorSeverity : 9;
  event.time_us = event.claimed_time_us = time_us + Below(250) * 1'000;
  event.ingested_time_us = time_us / kSecondMicros * kSecondMicros + 2 * kSecondMicros;
  const auto set = [&event](Dimension d, std::string_view value) { event.dimensions[static_cast<size_t>(d)] = value; };
  set(Dimension::kService, services_[from.service]);
  set(Dimension::kServiceVersion, At(kVersions, Below(2)));
  set(Dimension::kRegion, At(kRegions, Mix(unit)));
  set(Dimension::kHost, hosts_[from.service * kHosts + Below(kHosts)]);
  set(Dimension::kSeverityText, error ? "error" : "info");
  set(Dimension::kFormat, "json");
  FillIds(unit, event);
  FillText(from, event);
}

void ScaleEvents::AddClient(const Pending& report, ScaleBatch& batch) {
  store::Event& event = batch.events.emplace_back();
  const Template& from = client_[report.which];
  event.side = store::Side::kClient;
  event.severity = store::kErrorSeverity;
  const uint64_t device = Mix(report.unit) % kDevices, clock = Mix(device ^ 99);
  event.time_us = event.claimed_time_us = report.time_us;
  if (clock % 2 == 0) {  // it says when it was sent: the clock's error is then known but for the way of the upload
    event.time_us += (20 + Below(780)) * 1'000;
    event.claimed_time_us -= (static_cast<int64_t>(clock >> 32) % (2 * kMaxClockMillis) - kMaxClockMillis) * 1'000;
  }
  event.received_time_us = report.received_us;
  event.ingested_time_us = report.received_us / kSecondMicros * kSecondMicros + kSecondMicros;
  const auto set = [&event](Dimension d, std::string_view value) { event.dimensions[static_cast<size_t>(d)] = value; };
  set(Dimension::kService, At(kApps, from.service));
  set(Dimension::kOs, At(kSystems, from.service));
  set(Dimension::kAppVersion, At(kVersions, device));
  set(Dimension::kRegion, At(kRegions, Mix(report.unit)));
  set(Dimension::kSeverityText, "error");
  set(Dimension::kFormat, "json");
  FillIds(report.unit, event);
  event.ids[static_cast<size_t>(IdKind::kDevice)] = Hex(Mix(device), 0, 16);
  event.ids[static_cast<size_t>(IdKind::kSession)] = Hex(Mix(device ^ 77), 0, 16);
  FillText(from, event);
}

std::vector<store::SignatureDefinition> ScaleEvents::Definitions() const {
  std::vector<store::SignatureDefinition> definitions;
  for (const auto* side : {&client_, &server_}) {
    for (const Template& from : *side) {
      store::SignatureDefinition definition;
      definition.signature = from.signature;
      definition.side = side == &client_ ? store::Side::kClient : store::Side::kServer;
      definition.origin = "message";
      definition.title = from.text;
      std::replace(definition.title.begin(), definition.title.end(), store::kTemplateHole, '*');
      definition.parts = {definition.title};
      definitions.push_back(std::move(definition));
    }
  }
  return definitions;
}

}  // namespace faultline::bench
