#include "ingest/field_aliases.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace faultline::ingest {
namespace {

using store::Dimension;
using store::IdKind;

struct Alias {
  std::string_view name;
  Field field;
};

constexpr Field kService = DimensionField(Dimension::kService);
constexpr Field kServiceWeak = WeakDimensionField(Dimension::kService);
constexpr Field kServiceVersion = DimensionField(Dimension::kServiceVersion);
constexpr Field kEnvironment = DimensionField(Dimension::kEnvironment);
constexpr Field kRegion = DimensionField(Dimension::kRegion);
constexpr Field kHost = DimensionField(Dimension::kHost);
constexpr Field kHostWeak = WeakDimensionField(Dimension::kHost);
constexpr Field kOs = DimensionField(Dimension::kOs);
constexpr Field kOsWeak = WeakDimensionField(Dimension::kOs);
constexpr Field kAppVersion = DimensionField(Dimension::kAppVersion);
constexpr Field kCarrier = DimensionField(Dimension::kCarrier);
constexpr Field kEndpoint = DimensionField(Dimension::kEndpoint);
constexpr Field kEndpointWeak = WeakDimensionField(Dimension::kEndpoint);
constexpr Field kLogger = DimensionField(Dimension::kLogger);
constexpr Field kLoggerWeak = WeakDimensionField(Dimension::kLogger);
constexpr Field kErrorCode = DimensionField(Dimension::kErrorCode);
constexpr Field kErrorCodeWeak = WeakDimensionField(Dimension::kErrorCode);
constexpr Field kExceptionType = DimensionField(Dimension::kExceptionType);
constexpr Field kTrace = IdField(IdKind::kTrace);
constexpr Field kSpan = IdField(IdKind::kSpan);
constexpr Field kRequest = IdField(IdKind::kRequest);
constexpr Field kMessageId = IdField(IdKind::kMessage);
constexpr Field kConversation = IdField(IdKind::kConversation);
constexpr Field kSession = IdField(IdKind::kSession);
constexpr Field kUser = IdField(IdKind::kUser);
constexpr Field kDevice = IdField(IdKind::kDevice);

// Names of one meaning, apart by blanks; lower case, without "_" and "-".
struct Names {
  Field field;
  std::string_view names;
};

constexpr Names kNames[] = {
    {Field::kTime,
     "timestamp @timestamp time ts datetime date isodate eventtime asctime timereported "
     "timestampseconds instant.epochsecond timemillis time.timestamp timeunixnano"},
    {Field::kSerilogTime, "@t"},
    {Field::kTimeWeak, "time.repr timegenerated observedtimestamp t created"},
    {Field::kIgnored,
     "telemetry.sdk.language telemetry.sdk.name telemetry.sdk.version timequality.tzknown timequality.issynced "
     "timequality.syncaccuracy meta.sequenceid timestampnanos nanoseconds "
     "instant.nanoofsecond level.icon @version @metadata.type "
     "breadcrumbs.values modules logentry.params sdk.packages sdk.integrations "
     "@metadata.version legacymsghdr endofbatch loggerfqcn @i @r commonelementcount thrown.localizedmessage "
     "thrown.commonelementcount"},
    {Field::kSent, "sentat uploadedat clientsentat"},
    {Field::kReceived, "receivedat receivetimestamp receivedtimestamp event.ingested"},
    {Field::kSeverity, "level level.name loglevel log.level severity severitytext lvl @l levelvalue @level levelstr"},
    {Field::kSyslogPriority, "syslogseverity log.syslog.severity.code priority"},
    {Field::kSeverityOtel, "severitynumber"},
    {Field::kSeverityPython, "levelno level.no levelname"},
    {Field::kMessage, "message msg @m @message renderedmessage logentry.formatted formattedmessage"},
    {Field::kMessageWeak,
     "@mt log logentry.message event text body textpayload event.original log.original protopayload.status.message "
     "resultdescription properties.message properties.log properties.msg properties.eventmessage outermessage"},
    {Field::kShortMessage, "shortmessage"},
    {Field::kFullMessage, "fullmessage"},
    {Field::kSide, "side sourceside event.side"},
    {Field::kKind, "kind"},
    {Field::kCount, "count"},
    {Field::kWindow, "windowseconds"},
    {Field::kSampling, "samplerate samplingrate sampling.rate samplingprobability sampling.probability"},
    {Field::kException, "exception exception.values throwable thrown @x"},
    {Field::kError, "error err"},
    {Field::kStacktrace,
     "errorverbose exception.stacktrace exception.stack exception.frames error.stacktrace "
     "error.stack err.stack err.stacktrace thrown.extendedstacktrace thrown.stacktrace "
     "throwable.steparray throwable.stacktrace stack stacktrace backtrace traceback excinfo "
     "exctext exception.trace"},
    {kExceptionType,
     "exception.type exception.class exception.classname exception.exceptionclass "
     "exception.name exceptiontype outertype exceptionclass exctype error.type error.name error.class "
     "error.kind errortype err.type err.name thrown.name throwable.classname throwable.class"},
    {Field::kExceptionMessage,
     "exception.message exception.exceptionmessage exception.value exceptionmessage "
     "error.message error.msg errormessage innermostmessage err.message err.msg thrown.message "
     "throwable.message"},
    {kErrorCode, "error.code errorcode err.code exception.code"},
    {kErrorCodeWeak, "errno code statuscode status.code http.response.statuscode rpc.grpc.statuscode"},
    {kService, "service service.name servicename dd.service"},
    {kServiceWeak,
     "app application appname applicationname app.name program syslogidentifier approlename "
     "resource.labels.containername resource.labels.servicename resource.labels.functionname "
     "resource.labels.moduleid labels.k8spod/app protopayload.servicename jsonpayload.servicecontext.service "
     "servicecontext.service properties.containername containerapp.name "
     "kubernetes.labels.app kubernetes.labels.app.kubernetes.io/name kubernetes.containername "
     "k8s.deployment.name k8s.container.name container.name"},
    {Field::kProcessName, "component"},
    {Field::kSyslogTag, "programname syslogtag"},
    {kServiceVersion, "service.version serviceversion dd.version"},
    {WeakDimensionField(Dimension::kServiceVersion), "release sentry.release"},
    {Field::kVersion, "version"},
    {Field::kName, "name"},
    {kEnvironment,
     "deployment.environment.name deployment.environment service.environment environment env "
     "dd.env"},
    {WeakDimensionField(Dimension::kEnvironment), "stage sentry.environment"},
    {kRegion, "region cloud.region aws.region cloudregion"},
    {WeakDimensionField(Dimension::kRegion), "cloud.availabilityzone"},
    {kHost, "host hostname host.name host.hostname sourcehost computername machinename server.address"},
    {kHostWeak,
     "resource.labels.podname resource.labels.instanceid properties.pod approleinstance fromhost hostfrom k8s.pod.name "
     "kubernetes.podname kubernetes.host"},
    {kOs, "os os.name osname device.os client.os"},
    {kOsWeak, "os.type platform host.os.name"},
    {kAppVersion, "appversion app.version app.appversion application.version clientversion client.version"},
    {WeakDimensionField(Dimension::kAppVersion), "app.buildid"},
    {kCarrier, "carrier network.carrier.name networkcarrier device.carrier"},
    {kEndpoint, "endpoint operation route http.route rpc.method"},
    {kEndpointWeak,
     "protopayload.methodname messaging.operation.name operationname transaction url.path http.target req.url"},
    {kLogger, "logger loggername logger.name log.logger sourcecontext logger.loggername record.name @module"},
    {kLoggerWeak, "target category"},
    {kTrace,
     "traceid trace.id trace dd.traceid otel.traceid opentelemetry.traceid "
     "contexts.trace.traceid logging.googleapis.com/trace @tr xb3traceid operationid"},
    {kSpan,
     "spanid span.id dd.spanid otel.spanid opentelemetry.spanid contexts.trace.spanid "
     "logging.googleapis.com/spanid @sp xb3spanid"},
    {kRequest,
     "requestid request.id reqid req.id xrequestid http.request.id http.requestid "
     "http.request.header.xrequestid correlationid correlation.id xcorrelationid"},
    {kMessageId, "messageid msgid messaging.message.id messaging.messageid message.id"},
    {kConversation,
     "conversationid conversation.id messaging.message.conversationid messaging.conversationid "
     "chatid chat.id"},
    {kSession, "sessionid session.id"},
    {kUser, "userid user.id user.hash enduser.id uid accountid usr.id"},
    {Field::kUserName, "user user.name user.email username"},
    {kDevice, "deviceid device.id app.installation.id installationid installationuuid"},
    {Field::kEnvelope,
     "specversion logevents awslogs.data records streams crashdiagnostics hangdiagnostics cpuexceptiondiagnostics "
     "diskwriteexceptiondiagnostics"},
    {Field::kEcsMarker, "ecs.version @metadata.beat"},
    {Field::kJournaldIgnored, "syslograw"},
};

// journald's own names: upper case behind one or two "_", compared exactly, as
// `_UID` is a number of the machine and `uid` a person.
constexpr Alias kJournald[] = {
    {"__REALTIME_TIMESTAMP", Field::kJournaldTime},
    {"_SOURCE_REALTIME_TIMESTAMP", Field::kTime},
    {"__MONOTONIC_TIMESTAMP", Field::kJournaldIgnored},
    {"_SOURCE_MONOTONIC_TIMESTAMP", Field::kIgnored},
    {"__CURSOR", Field::kJournaldIgnored},
    {"__SEQNUM", Field::kJournaldIgnored},
    {"__SEQNUM_ID", Field::kJournaldIgnored},
    {"_BOOT_ID", Field::kIgnored},
    {"_MACHINE_ID", Field::kIgnored},
    {"_HOSTNAME", kHost},
    {"_COMM", Field::kProcessName},
};

// Names that only look like one of ours.
constexpr std::string_view kNoAliases[] = {
    "MESSAGE_ID",  // journald's catalogue number of a kind of message
};

// Objects whose fields mean what they mean outside.
constexpr std::string_view kTransparent[] = {"record", "fields", "@fields", "jsonpayload"};
// Objects whose ids and dimensions are those of the record, but whose
// "message", "time" or "level" may be about something else.
constexpr std::string_view kContainers[] = {
    "mdc",        "contextmap", "context", "contextdata", "extra",   "labels",  "attributes", "resource",
    "properties", "tags",       "data",    "metadata",    "sdata",   "headers", "req",        "request",
    "http",       "contexts",   "ctx",     "kvpairs",     "payload", "span"};
// Those that are about another party, whose exception is not the record's.
constexpr std::string_view kForeign[] = {"headers", "req", "request", "http", "tags", "labels"};

// The one whose own name has dots.
constexpr std::string_view kGoogleLabels = "logging.googleapis.com/labels.";

constexpr size_t kMaxPathBytes = 128;

// Returns the length of the normalised name in `to`, or 0 when it is too long.
size_t NormaliseName(std::string_view path, char (&to)[kMaxPathBytes]) {
  if (path.size() > kMaxPathBytes) return 0;
  size_t size = 0;
  for (const char c : path) {
    if (c == '_' || c == '-') continue;
    to[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return size;
}

std::vector<Alias> SortedAliases() {
  std::vector<Alias> sorted;
  for (const Names& group : kNames) {
    for (std::string_view rest = group.names; !rest.empty();) {
      const size_t blank = std::min(rest.find(' '), rest.size());
      sorted.push_back({rest.substr(0, blank), group.field});
      rest.remove_prefix(std::min(blank + 1, rest.size()));
    }
  }
  std::sort(sorted.begin(), sorted.end(), [](const Alias& a, const Alias& b) { return a.name < b.name; });
  return sorted;
}

Field FindNormalised(std::string_view name) {
  static const std::vector<Alias>& aliases = *new std::vector<Alias>(SortedAliases());
  const auto at = std::lower_bound(aliases.begin(), aliases.end(), name,
                                   [](const Alias& alias, std::string_view wanted) { return alias.name < wanted; });
  return at != aliases.end() && at->name == name ? at->field : Field::kNone;
}

bool Contains(const auto& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

// An SD-ID with a private enterprise number ("chat@32473"), or the empty name
// in front of syslog-ng's ".SDATA".
bool IsStructuredDataId(std::string_view segment) {
  const size_t at = segment.find('@');
  if (segment.empty()) return true;
  if (at == std::string_view::npos || at == 0 || at + 1 == segment.size()) return false;
  return segment.find_first_not_of("0123456789.", at + 1) == std::string_view::npos;
}

Field FindInContainer(std::string_view name) {
  bool only_context = false, foreign = false;
  if (name.starts_with(kGoogleLabels)) {
    only_context = true;
    name.remove_prefix(kGoogleLabels.size());
    const Field field = FindNormalised(name);
    if (field != Field::kNone) return IsId(field) || IsDimension(field) ? field : Field::kNone;
  }
  for (int stripped = 0; stripped < 4; ++stripped) {
    const size_t dot = name.find('.');
    if (dot == std::string_view::npos) return Field::kNone;
    const std::string_view segment = name.substr(0, dot);
    if (Contains(kContainers, segment) || IsStructuredDataId(segment)) {
      only_context = true;
      foreign = foreign || Contains(kForeign, segment);
    } else if (!Contains(kTransparent, segment)) {
      return Field::kNone;
    }
    name.remove_prefix(dot + 1);
    const Field field = FindNormalised(name);
    if (field == Field::kNone) continue;
    if (field == Field::kEnvelope) return Field::kNone;
    const bool thrown = field == Field::kExceptionMessage || field == Field::kStacktrace;
    const bool context =
        IsId(field) || IsDimension(field) || IsWeakDimension(field) || field == Field::kSide || (thrown && !foreign);
    return only_context && !context ? Field::kNone : field;
  }
  return Field::kNone;
}

}  // namespace

Field FindField(std::string_view path) {
  if (path.size() > 1 && path[0] == '_' && (path[1] == '_' || (path[1] >= 'A' && path[1] <= 'Z'))) {
    for (const Alias& alias : kJournald) {
      if (alias.name == path) return alias.field;
    }
    return Field::kNone;
  }
  if (Contains(kNoAliases, path)) return Field::kNone;
  char buffer[kMaxPathBytes];
  const std::string_view name(buffer, NormaliseName(path, buffer));
  const Field field = FindNormalised(name);
  return field != Field::kNone ? field : FindInContainer(name);
}

Field FieldCache::Find(std::string_view path) {
  if (path.empty() || path.size() > kMaxNameBytes) return FindField(path);
  const TextEnds ends = TextEnds::Of(path);
  size_t at = (ends.Hash(path.size()) >> 32) & (kSlots - 1);
  for (; slots_[at].size != 0; at = (at + 1) & (kSlots - 1)) {
    const Slot& slot = slots_[at];
    if (slot.size == path.size() && slot.ends == ends && (path.size() <= TextEnds::kWhole || slot.name == path))
      return slot.field;
  }
  const Field field = FindField(path);
  if (entries_ == kMaxEntries) return field;
  slots_[at] = {ends, static_cast<uint32_t>(path.size()), field, std::string(path)};
  ++entries_;
  return field;
}

}  // namespace faultline::ingest
