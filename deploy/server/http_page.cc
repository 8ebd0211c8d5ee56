#include "deploy/server/http_page.h"

#include <zlib.h>

#include "deploy/server/web_files.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

std::string_view ContentType(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".txt")) return "text/plain; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  return "application/octet-stream";
}

// Empty when zlib fails, which it does only without memory.
std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 9, Z_DEFAULT_STRATEGY) != Z_OK) return "";
  std::string compressed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  compressed.resize(whole ? stream.total_out : 0);
  deflateEnd(&stream);
  return compressed;
}

}  // namespace

HttpPage::HttpPage() {
  for (const auto& [name, bytes] : EmbeddedFiles()) {
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    const std::string path = name == "index.html" ? "/" : "/" + std::string(name);
    files_[path] = {ContentType(name), bytes, Gzip(bytes), fmt::format("\"{:x}-{:08x}\"", bytes.size(), sum)};
  }
}

bool HttpPage::Handle(HttpExchange& exchange) const {
  const auto found = files_.find(exchange.path());
  if (found == files_.end()) return false;
  const File& file = found->second;
  exchange.AddHeader("ETag", file.etag);
  exchange.AddHeader("Cache-Control", "no-cache");
  if (exchange.Header("if-none-match") == file.etag) {
    exchange.Reply(304, "", "");
    return true;
  }
  exchange.AddHeader("Content-Security-Policy", kPolicy);
  exchange.AddHeader("Referrer-Policy", "no-referrer");
  exchange.AddHeader("Vary", "Accept-Encoding");
  const bool zipped = !file.gzip.empty() && exchange.Header("accept-encoding").find("gzip") != std::string_view::npos;
  if (zipped) exchange.AddHeader("Content-Encoding", "gzip");
  exchange.Reply(200, file.content_type, zipped ? std::string_view(file.gzip) : file.bytes);
  return true;
}

}  // namespace faultline::deploy
