#include "deploy/cli/row_printer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/cli/row_fields.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "tests/testing/status_matchers.h"

namespace faultline::deploy {
namespace {

using ::faultline::testing::HasCode;
using ::testing::HasSubstr;
using ::testing::StartsWith;

faultline::v1::CorrelatedPair Pair() {
  faultline::v1::CorrelatedPair pair;
  pair.mutable_client()->set_signature("v1:1");
  pair.mutable_client()->set_exemplar("said \"no\",\nand left\x1b[31m");
  pair.set_together(388);
  pair.set_lift(12.5);
  return pair;
}

std::string Print(RowPrinter& printer, const google::protobuf::Message& row) {
  absl::StatusOr<std::string> text = printer.Print(row);
  return text.ok() ? *text : std::string(text.status().message());
}

std::string PrintTemplate(std::string_view text) {
  auto printer = RowPrinter::Template(text);
  return printer.ok() ? Print(**printer, Pair()) : std::string(printer.status().message());
}

TEST(RowPrinterTest, CsvHasOneLineOfTitlesAndQuotesWhatNeedsIt) {
  const auto csv = RowPrinter::Csv();
  const std::string first = Print(*csv, Pair());
  EXPECT_THAT(first, StartsWith("client.signature,client.service,"));
  EXPECT_THAT(first, HasSubstr("\nv1:1,"));
  EXPECT_THAT(first, HasSubstr("\"said \"\"no\"\",\nand left\xEF\xBF\xBD[31m\","));
  EXPECT_THAT(first, HasSubstr(",388,"));
  EXPECT_THAT(Print(*csv, Pair()), StartsWith("v1:1,"));
}

TEST(RowPrinterTest, CsvWritesTimesPlainlyAndListsAsJson) {
  faultline::v1::Event event;
  event.mutable_time()->set_seconds(1'764'000'000);
  auto& id = *event.add_ids();
  id.set_kind(faultline::v1::ID_KIND_TRACE);
  id.set_value("4bf9");
  const std::string text = Print(*RowPrinter::Csv(), event);
  EXPECT_THAT(text, HasSubstr(",2025-11-24T16:00:00Z,"));
  EXPECT_THAT(text, HasSubstr(R"("[{""kind"":""ID_KIND_TRACE"",""value"":""4bf9""}]")"));
}

TEST(RowPrinterTest, ATemplatePutsValuesIntoText) {
  EXPECT_EQ(PrintTemplate(R"({client.signature}\t{together}x {{{lift}}})"), "v1:1\t388x {12.5}\n");
}

TEST(RowPrinterTest, ATemplateKeepsARowOnOneLineWithoutControlCharacters) {
  EXPECT_EQ(PrintTemplate("{client.exemplar}"), "said \"no\", and left\xEF\xBF\xBD[31m\n");
}

TEST(RowPrinterTest, ATemplateThatCannotBeMeantSaysWhy) {
  EXPECT_THAT(PrintTemplate("{client.signatur}"), HasSubstr("did you mean client.signature?"));
  EXPECT_THAT(RowPrinter::Template("{together").status(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RowPrinter::Template("a } b").status(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RowPrinter::Template("{}").status(), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(RowFieldsTest, ATypeThatHoldsItselfEnds) {
  const auto fields = FieldsOf(*google::protobuf::FileDescriptorProto::descriptor());
  EXPECT_GT(fields.size(), 10u);
}

}  // namespace
}  // namespace faultline::deploy
