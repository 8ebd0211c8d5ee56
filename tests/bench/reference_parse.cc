// The floor under loading a file: simdjson reads every field of every line and
// nothing is done with them.
// usage: reference_parse FILE.ndjson
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FILE.ndjson\n", argv[0]);
    return 2;
  }
  simdjson::padded_string text;
  if (simdjson::padded_string::load(argv[1]).get(text) != simdjson::SUCCESS) {
    std::fprintf(stderr, "%s cannot be read\n", argv[1]);
    return 2;
  }
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document_stream documents;
  if (parser.iterate_many(text, 8 << 20).get(documents) != simdjson::SUCCESS) return 1;
  size_t fields = 0;
  size_t bytes = 0;
  for (auto document : documents) {
    simdjson::ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS) return 1;
    for (auto field : object) {
      std::string_view key;
      if (field.unescaped_key().get(key) != simdjson::SUCCESS) return 1;
      simdjson::ondemand::value value;
      if (field.value().get(value) != simdjson::SUCCESS) return 1;
      std::string_view string;
      if (value.get_string().get(string) == simdjson::SUCCESS) bytes += string.size();
      bytes += key.size();
      ++fields;
    }
  }
  std::printf("%zu fields, %zu bytes\n", fields, bytes);
  return 0;
}
