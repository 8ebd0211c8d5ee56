// The Echo service behind an HTTP port, for clients of other languages. Prints the
// port, lives until its standard input ends, and prints how many calls were cancelled.
#include <fmt/format.h>

#include <cstdio>

#include "tests/deploy/http/echo_fixture.h"

int main() {
  faultline::testing::EchoServer server(faultline::deploy::HttpOptions{});
  fmt::print("{}\n", server.http->port());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  fmt::print("{}\n", server.service.cancelled.load());
}
