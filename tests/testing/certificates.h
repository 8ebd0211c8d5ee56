// Certificates for TLS tests, made on the spot: P-256 keys, valid for an hour.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace faultline::testing {

struct Certificate {
  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;

  std::string KeyPem() const {
    return Pem([this](BIO* out) { PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }
  std::string CertificatePem() const {
    return Pem([this](BIO* out) { PEM_write_bio_X509(out, certificate.get()); });
  }

 private:
  template <typename Write>
  static std::string Pem(const Write& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    write(out.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<size_t>(size));
  }
};

// For the host `localhost`. Signed by `authority`, or an authority of its own when null.
inline Certificate MakeCertificate(const std::string& name, const Certificate* authority) {
  Certificate made;
  made.key = {EVP_EC_gen("P-256"), EVP_PKEY_free};
  made.certificate = {X509_new(), X509_free};
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), authority == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  const Certificate& issuer = authority == nullptr ? made : *authority;
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate.get()));
  const int extension = authority == nullptr ? NID_basic_constraints : NID_subject_alt_name;
  const char* value = authority == nullptr ? "critical,CA:TRUE" : "DNS:localhost";
  X509_EXTENSION* made_extension = X509V3_EXT_conf_nid(nullptr, nullptr, extension, value);
  X509_add_ext(certificate, made_extension, -1);
  X509_EXTENSION_free(made_extension);
  X509_sign(certificate, issuer.key.get(), EVP_sha256());
  return made;
}

}  // namespace faultline::testing
