# Writes a C++ source that holds files: cmake -DOUTPUT=F.cc -DFOLDER=DIR -P embed_files.cmake
#
# Defines faultline::deploy::EmbeddedFiles() of deploy/server/web_files.h: every file of FOLDER, by name.
file(GLOB names RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT names)
set(arrays "")
set(entries "")
set(number 0)
foreach(name IN LISTS names)
  file(READ ${FOLDER}/${name} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "const unsigned char kFile${number}[] = {${bytes}0};\n")
  string(APPEND entries "      {\"${name}\", {reinterpret_cast<const char*>(kFile${number}), ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Made by cmake/embed_files.cmake.
#include \"deploy/server/web_files.h\"

namespace faultline::deploy {
namespace {

${arrays}
}  // namespace

const std::vector<std::pair<std::string_view, std::string_view>>& EmbeddedFiles() {
  static const std::vector<std::pair<std::string_view, std::string_view>> files{
${entries}  };
  return files;
}

}  // namespace faultline::deploy
")
