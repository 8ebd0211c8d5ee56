#include "ingest/text_ids.h"

#include <gtest/gtest.h>

namespace faultline::ingest {
namespace {

using store::IdKind;

LogRecord Found(std::string_view text) {
  LogRecord record;
  FindTextIds(text, record);
  return record;
}

TEST(TextIdsTest, ReadsIdsOfEveryKindOfWork) {
  const LogRecord record = Found(
      "send failed traceId: F797B4911E9A4CAC16B77AFADD48BFCC, span_id=c28f4a52a1710c8a msg_id=01J9 "
      "\"request_id\":\"r-77\" conversation_id=conv-9 sessionId=s-12.");
  EXPECT_EQ(record.id(IdKind::kTrace), "F797B4911E9A4CAC16B77AFADD48BFCC");
  EXPECT_EQ(record.id(IdKind::kSpan), "c28f4a52a1710c8a");
  EXPECT_EQ(record.id(IdKind::kMessage), "01J9");
  EXPECT_EQ(record.id(IdKind::kRequest), "r-77");
  EXPECT_EQ(record.id(IdKind::kConversation), "conv-9");
  EXPECT_EQ(record.id(IdKind::kSession), "s-12");
}

TEST(TextIdsTest, PrefersTheRecordsIdAndTheFirstInTheText) {
  LogRecord record;
  record.set_id(IdKind::kMessage, "m-1");
  FindTextIds("send failed msg_id=01J9 request_id=r-17 request_id=r-18", record);
  EXPECT_EQ(record.id(IdKind::kMessage), "m-1");
  EXPECT_EQ(record.id(IdKind::kRequest), "r-17");
}

TEST(TextIdsTest, TakesNoWordForAnIdAndNoPersonAtAll) {
  const LogRecord record = Found(
      "trace_id=12 span_id=xyz msg_id=none request_id: missing valid: yes id=5 void=1234 user_id=u-12 device_id=d-12");
  for (const std::string_view id : record.ids) EXPECT_EQ(id, "");
}

}  // namespace
}  // namespace faultline::ingest
