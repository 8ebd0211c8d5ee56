#include "deploy/server/http_page.h"

#include <gmock/gmock.h>

#include "deploy/server/web_files.h"
#include "tests/deploy/http/echo_fixture.h"

namespace faultline::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HttpPageTest : public HttpFixture {
 protected:
  HttpAnswer Get(const std::string& path, const std::string& headers = "", const std::string& method = "GET") const {
    return Send(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n");
  }
};

TEST_F(HttpPageTest, ServesThePageWithItsGuards) {
  Start();
  const HttpAnswer page = Get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<!doctype html>"));
  EXPECT_THAT(page.body, HasSubstr("app.js"));
  for (const char* elsewhere : {"src=\"http", "href=\"http", "src=\"//", "href=\"//"}) {
    EXPECT_THAT(page.body, Not(HasSubstr(elsewhere)));
  }
  EXPECT_THAT(page.head, HasSubstr("content-security-policy: default-src 'none'; script-src 'self'"));
  EXPECT_THAT(page.head, HasSubstr("x-content-type-options: nosniff\r\n"));
  EXPECT_THAT(Get("/app.js").head, HasSubstr("content-type: text/javascript; charset=utf-8\r\n"));
  EXPECT_EQ(Get("/", "", "HEAD").body, "");
  for (const char* path : {"/index.html/", "/src/main.tsx", "/../faultline.yaml", "/app.js.map"}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
}

TEST_F(HttpPageTest, CompressesForThoseWhoCanReadIt) {
  Start();
  const HttpAnswer plain = Get("/app.js");
  const HttpAnswer zipped = Get("/app.js", "Accept-Encoding: br, gzip\r\n");
  EXPECT_THAT(zipped.head, HasSubstr("content-encoding: gzip\r\n"));
  EXPECT_THAT(plain.head, Not(HasSubstr("content-encoding")));
  EXPECT_LT(zipped.body.size(), plain.body.size() / 2);
}

TEST_F(HttpPageTest, SendsNothingTwice) {
  Start();
  const HttpAnswer first = Get("/app.css");
  const size_t at = first.head.find("etag: ") + 6;
  const std::string tag = first.head.substr(at, first.head.find('\r', at) - at);
  const HttpAnswer again = Get("/app.css", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(Get("/app.css", "If-None-Match: \"other\"\r\n").status, 200);
}

TEST(WebFilesTest, HoldThePageAndTheLicencesOfWhatIsInIt) {
  std::vector<std::string_view> names;
  for (const auto& [name, bytes] : deploy::EmbeddedFiles()) {
    names.push_back(name);
    EXPECT_FALSE(bytes.empty()) << name;
  }
  EXPECT_THAT(names, ::testing::ElementsAre("app.css", "app.js", "index.html", "licenses.txt"));
}

}  // namespace
}  // namespace faultline::testing
