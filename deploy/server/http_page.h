// The dashboard: a page, its script and its style, out of the program itself.
//
// The page asks only this server, and may run only its own script (Content-Security-Policy),
// whatever the records say. Files are compressed once, at start.
//
// Thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "deploy/server/http_exchange.h"

namespace faultline::deploy {

class HttpPage {
 public:
  HttpPage();

  // Answers GET and HEAD of "/" and of the page's files; false, and no answer, for any other path.
  bool Handle(HttpExchange& exchange) const;

 private:
  struct File {
    std::string_view content_type;
    std::string_view bytes;
    std::string gzip;
    std::string etag;
  };
  std::map<std::string, File, std::less<>> files_;  // by path
};

}  // namespace faultline::deploy
