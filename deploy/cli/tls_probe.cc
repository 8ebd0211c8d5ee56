#include "deploy/cli/tls_probe.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/timestamp.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kPatienceUs = 5'000'000;

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using File = std::unique_ptr<FILE, Free<std::fclose>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

std::string LastError() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return errno != 0 ? std::strerror(errno) : "no more is known";
  char text[256];
  ERR_error_string_n(code, text, sizeof(text));
  return text;
}

int64_t MicrosOf(const ASN1_TIME* time) {
  std::tm fields{};
  return ASN1_TIME_to_tm(time, &fields) == 1 ? static_cast<int64_t>(timegm(&fields)) * 1'000'000 : 0;
}

CertificateFacts FactsOf(const X509& certificate) {
  CertificateFacts facts;
  const std::unique_ptr<BIO, Free<BIO_free_all>> text(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(text.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_ONELINE);
  char* begin = nullptr;
  const long size = BIO_get_mem_data(text.get(), &begin);
  facts.subject.assign(begin, static_cast<size_t>(size));
  facts.not_before_us = MicrosOf(X509_get0_notBefore(&certificate));
  facts.not_after_us = MicrosOf(X509_get0_notAfter(&certificate));
  return facts;
}

absl::StatusOr<File> OpenPem(const std::string& path) {
  File file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) return absl::NotFoundError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  return file;
}

absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  ASSIGN_OR_RETURN(const File file, OpenPem(path));
  Certificate certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return absl::InvalidArgumentError(path + " holds no certificate in PEM");
  return certificate;
}

absl::StatusOr<Context> MakeContext(const TlsOptions& tls) {
  Context context(SSL_CTX_new(TLS_client_method()));
  const bool own = !tls.authority_file.empty();
  if ((own ? SSL_CTX_load_verify_locations(context.get(), tls.authority_file.c_str(), nullptr)
           : SSL_CTX_set_default_verify_paths(context.get())) != 1) {
    return absl::NotFoundError(absl::StrCat("--tls-ca: cannot use ", tls.authority_file, ": ", LastError()));
  }
  if (!tls.certificate_file.empty() &&
      (SSL_CTX_use_certificate_chain_file(context.get(), tls.certificate_file.c_str()) != 1 ||
       SSL_CTX_use_PrivateKey_file(context.get(), tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1)) {
    return absl::NotFoundError(absl::StrCat("--tls-cert, --tls-key: cannot use them: ", LastError()));
  }
  constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.get(), kHttp2, sizeof(kHttp2));
  return context;
}

// Shakes hands, waiting for the other end no longer than kPatienceUs.
absl::Status ShakeHands(BIO& connection, const std::string& server) {
  BIO_set_nbio(&connection, 1);
  const int64_t end_us = NowMicros() + kPatienceUs;
  while (BIO_do_handshake(&connection) <= 0) {
    if (!BIO_should_retry(&connection)) {
      return absl::UnavailableError(absl::StrCat("no TLS handshake with ", server, ": ", LastError()));
    }
    const int64_t left_ms = (end_us - NowMicros()) / 1'000;
    if (left_ms <= 0) return absl::UnavailableError(absl::StrCat(server, " did not finish a TLS handshake in 5 s"));
    int fd = -1;
    BIO_get_fd(&connection, &fd);
    pollfd waiting{fd, static_cast<short>(BIO_should_write(&connection) ? POLLOUT : POLLIN | POLLOUT), 0};
    if (BIO_should_read(&connection)) waiting.events = POLLIN;
    poll(&waiting, 1, static_cast<int>(left_ms));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CertificateFacts> ProbeTls(const std::string& server, const TlsOptions& tls) {
  ERR_clear_error();
  ASSIGN_OR_RETURN(const Context context, MakeContext(tls));
  const Bio connection(BIO_new_ssl_connect(context.get()));
  SSL* ssl = nullptr;
  BIO_get_ssl(connection.get(), &ssl);
  const std::string host = server.substr(0, server.rfind(':'));
  SSL_set_tlsext_host_name(ssl, host.c_str());
  BIO_set_conn_hostname(connection.get(), server.c_str());
  RETURN_IF_ERROR(ShakeHands(*connection, server));
  const Certificate certificate(SSL_get1_peer_certificate(ssl));
  if (certificate == nullptr) return absl::UnavailableError(server + " shows no certificate");
  CertificateFacts facts = FactsOf(*certificate);
  const long verified = SSL_get_verify_result(ssl);
  if (verified != X509_V_OK) {
    facts.distrust = X509_verify_cert_error_string(verified);
  } else if (X509_check_host(certificate.get(), host.c_str(), host.size(), 0, nullptr) != 1 &&
             X509_check_ip_asc(certificate.get(), host.c_str(), 0) != 1) {
    facts.distrust = "it is not for the host " + host;
  }
  return facts;
}

absl::StatusOr<CertificateFacts> ReadCertificateFile(const std::string& path) {
  ASSIGN_OR_RETURN(const Certificate certificate, ReadCertificate(path));
  return FactsOf(*certificate);
}

absl::Status CheckKeyFile(const std::string& certificate_path, const std::string& key_path) {
  ASSIGN_OR_RETURN(const Certificate certificate, ReadCertificate(certificate_path));
  ASSIGN_OR_RETURN(const File file, OpenPem(key_path));
  const Key key(PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  if (key == nullptr) return absl::InvalidArgumentError(key_path + " holds no key in PEM, or one with a passphrase");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return absl::FailedPreconditionError(key_path + " is not the key of the certificate in " + certificate_path);
  }
  return absl::OkStatus();
}

}  // namespace faultline::deploy
