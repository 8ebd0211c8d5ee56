#include "deploy/cli/target.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/pseudonym.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/interrupts.h"
#include "deploy/cli/loader.h"
#include "deploy/cli/offline_server.h"
#include "store/store.h"
#include "store/union_store.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kServerTimeoutUs = 30'000'000;
constexpr int64_t kLocalTimeoutUs = 600'000'000;

absl::StatusOr<std::string> ReadPem(const char* what, const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.good() && text.empty()) {
    return absl::NotFoundError(absl::StrCat(what, ": cannot read ", path, ": ", std::strerror(errno)));
  }
  return text;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(const TlsOptions& tls) {
  if (!tls.wanted()) return grpc::InsecureChannelCredentials();
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    return absl::InvalidArgumentError("--tls-cert and --tls-key go together");
  }
  grpc::SslCredentialsOptions options;
  ASSIGN_OR_RETURN(options.pem_root_certs, ReadPem("--tls-ca", tls.authority_file));
  ASSIGN_OR_RETURN(options.pem_cert_chain, ReadPem("--tls-cert", tls.certificate_file));
  ASSIGN_OR_RETURN(options.pem_private_key, ReadPem("--tls-key", tls.key_file));
  return grpc::SslCredentials(options);
}

class ServerTarget final : public Target {
 public:
  static absl::StatusOr<std::unique_ptr<Target>> Open(const TargetOptions& options) {
    ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ChannelCredentials> credentials, MakeCredentials(options.tls));
    auto target = std::make_unique<ServerTarget>();
    target->server_ = options.server;
    target->flags_ = "--server " + options.server;
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    target->stub_ =
        faultline::v1::FailureQueryService::NewStub(grpc::CreateCustomChannel(options.server, credentials, arguments));
    return target;
  }
  Stub& stub() override { return *stub_; }

 private:
  std::unique_ptr<Stub> stub_;
};

// A folder for RocksDB's own log of a secondary, gone with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "faultline-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    if (Interrupts::current() != nullptr) Interrupts::current()->RemoveOnExit(path_);
  }
  ~ScratchFolder() {
    if (Interrupts::current() != nullptr) Interrupts::current()->RemoveOnExit("");
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// "A,B" names two stores, unless there is one of that name.
std::vector<std::string> StorePaths(const std::string& given) {
  std::error_code ignored;
  if (std::filesystem::exists(given, ignored)) return {given};
  return absl::StrSplit(given, ',', absl::SkipEmpty());
}

class StoreTarget final : public Target {
 public:
  static absl::StatusOr<std::unique_ptr<Target>> Open(const TargetOptions& options) {
    auto target = std::make_unique<StoreTarget>();
    target->flags_ = "--store " + options.store;
    if (target->scratch_.path().empty()) return absl::UnavailableError("cannot make a folder under the temporary one");
    const std::vector<std::string> paths = StorePaths(options.store);
    std::vector<std::unique_ptr<store::Store>> stores;
    for (const std::string& path : paths) {
      store::StoreOptions store_options;
      store_options.path = path;
      store_options.background = false;
      const std::string scratch = absl::StrCat(target->scratch_.path(), "/", stores.size());
      std::filesystem::create_directory(scratch);
      ASSIGN_OR_RETURN(stores.emplace_back(), store::Store::OpenSecondary(store_options, scratch));
    }
    if (stores.empty()) return absl::InvalidArgumentError("--store: names no folder");
    target->store_ = stores.size() == 1 ? std::move(stores.front()) : store::MakeUnion(std::move(stores));
    RETURN_IF_ERROR(target->LoadKey(options, paths.front()));
    ASSIGN_OR_RETURN(
        target->offline_,
        OfflineServer::Start(*target->store_, target->pseudonyms_ ? &*target->pseudonyms_ : nullptr, options.rules));
    return target;
  }
  Stub& stub() override { return offline_->stub(); }

 private:
  // Without a key, user and device ids are found by their keyed hash alone.
  absl::Status LoadKey(const TargetOptions& options, const std::string& store) {
    absl::StatusOr<Pseudonyms> key =
        Pseudonyms::Load(options.key_file.empty() ? DefaultKeyFile(store) : options.key_file);
    if (key.ok()) {
      pseudonyms_ = *std::move(key);
    } else if (!options.key_file.empty()) {
      return key.status();
    }
    return absl::OkStatus();
  }

  ScratchFolder scratch_;
  std::unique_ptr<store::Store> store_;
  std::optional<Pseudonyms> pseudonyms_;
  std::unique_ptr<OfflineServer> offline_;
};

class FilesTarget final : public Target {
 public:
  static absl::StatusOr<std::unique_ptr<Target>> Open(const TargetOptions& options) {
    auto target = std::make_unique<FilesTarget>();
    target->flags_ = "--file " + absl::StrJoin(options.files, " ");
    store::StoreOptions store_options;
    store_options.path = "in memory";
    store_options.in_memory = true;
    store_options.background = false;
    ASSIGN_OR_RETURN(target->store_, store::Store::Open(store_options));
    LoadOptions load;
    load.files = options.files;
    load.rules = options.rules;
    ASSIGN_OR_RETURN(const LoadResult loaded, LoadFiles(load, *target->store_, target->pseudonyms_, nullptr));
    if (loaded.interrupted) return absl::CancelledError("interrupted");
    ASSIGN_OR_RETURN(target->offline_, OfflineServer::Start(*target->store_, &target->pseudonyms_, options.rules));
    return target;
  }
  Stub& stub() override { return offline_->stub(); }

 private:
  const Pseudonyms pseudonyms_ = Pseudonyms::Ephemeral();
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<OfflineServer> offline_;
};

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::StatusOr<TargetOptions> WithDefaults(TargetOptions options) {
  const int given =
      (options.server.empty() ? 0 : 1) + (options.store.empty() ? 0 : 1) + (options.files.empty() ? 0 : 1);
  if (given > 1) return absl::InvalidArgumentError("pass one of --server, --store and --file, not several");
  if (given == 1) return options;
  options.server = Environment("FAULTLINE_SERVER");
  if (options.server.empty()) options.store = Environment("FAULTLINE_STORE");
  if (options.server.empty() && options.store.empty()) {
    return absl::InvalidArgumentError(
        "whom to ask? pass --server HOST:PORT, --store DIR or --file FILE..., or set FAULTLINE_SERVER or "
        "FAULTLINE_STORE");
  }
  return options;
}

// Folders where rules lie beside an installed or a just built program.
std::vector<std::string> RulesNearProgram() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  for (const char* relative : {"../share/faultline/rules", "../../deploy/rules"}) {
    const std::filesystem::path folder = (program.parent_path() / relative).lexically_normal();
    if (std::filesystem::is_directory(folder, error)) return {folder.string()};
  }
  return {};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Target>> Target::Open(const TargetOptions& given) {
  ASSIGN_OR_RETURN(const TargetOptions options, WithDefaults(given));
  int64_t timeout_us = options.server.empty() ? kLocalTimeoutUs : kServerTimeoutUs;
  if (!options.timeout.empty()) {
    const std::optional<int64_t> parsed = ParseDuration(options.timeout);
    if (!parsed || *parsed <= 0) {
      return absl::InvalidArgumentError("--timeout is \"" + options.timeout + "\"; write 10s, 500ms or 2m");
    }
    timeout_us = *parsed;
  }
  absl::StatusOr<std::unique_ptr<Target>> target = !options.server.empty()  ? ServerTarget::Open(options)
                                                   : !options.store.empty() ? StoreTarget::Open(options)
                                                                            : FilesTarget::Open(options);
  if (target.ok()) (*target)->timeout_ = std::chrono::microseconds(timeout_us);
  return target;
}

std::unique_ptr<grpc::ClientContext> Target::MakeContext() const {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + timeout_);
  return context;
}

absl::Status Target::Explain(const grpc::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  std::string message = status.error_message();
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && !server_.empty()) {
    message = "cannot reach " + server_ + " (" + message +
              "); is faultlined running there, and does it speak TLS as --tls says?";
  } else if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED && !server_.empty()) {
    message = server_ + " does not know this question (" + message +
              "): it is of another version, or no faultlined; `faultline doctor --server` says which";
  } else if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    message += "; narrow the time range or the filter, or raise --timeout";
  }
  return {static_cast<absl::StatusCode>(status.error_code()), message};
}

std::string DefaultKeyFile(const std::string& store) {
  const size_t end = store.find_last_not_of('/');
  return store.substr(0, end == std::string::npos ? store.size() : end + 1) + ".key";
}

std::vector<std::string> RulesOrDefault(const std::vector<std::string>& given) {
  if (!given.empty()) return given;
  if (const std::string paths = Environment("FAULTLINE_RULES"); !paths.empty()) return absl::StrSplit(paths, ':');
  return RulesNearProgram();
}

}  // namespace faultline::deploy
