#include "deploy/cli/plan_text.h"

#include "deploy/cli/table.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

std::string Millis(const google::protobuf::Duration& duration) {
  return fmt::format("{:.3f}", static_cast<double>(duration.seconds()) * 1e3 + duration.nanos() / 1e6);
}

std::string SegmentsText(const v1::QueryPlan& plan) {
  std::string text = fmt::format("{}: {} skipped by time, {} skipped by the filter, {} counted by rollups, {} read\n",
                                 CountOf(plan.segments(), "segment"), WithThousands(plan.segments_skipped_by_time()),
                                 WithThousands(plan.segments_skipped_by_filter()),
                                 WithThousands(plan.segments_from_rollups()), WithThousands(plan.segments_read()));
  if (plan.segments_not_reached() > 0) {
    text += fmt::format("{} not reached\n", CountOf(plan.segments_not_reached(), "segment"));
  }
  if (plan.chunks_read() + plan.chunks_skipped() > 0) {
    text += fmt::format("{} of 2,048 events read, {} skipped by the filter\n", CountOf(plan.chunks_read(), "chunk"),
                        WithThousands(plan.chunks_skipped()));
  }
  return text;
}

std::string StepsTable(const Terminal& terminal, const v1::QueryPlan& plan) {
  Table table(
      {{"step", Column::kText}, {"times", Column::kNumber}, {"ms", Column::kNumber}, {"bytes read", Column::kNumber}});
  for (const v1::PlanStep& step : plan.steps()) {
    table.AddRow({step.name(), WithThousands(step.calls()), Millis(step.elapsed()), WithThousands(step.bytes())});
  }
  return table.empty() ? "" : "\n" + table.Render(terminal);
}

std::string ReadsTable(const Terminal& terminal, const v1::QueryPlan& plan) {
  Table table({{"part of segments", Column::kText}, {"reads", Column::kNumber}, {"bytes", Column::kNumber}});
  for (const v1::PlanRead& read : plan.reads()) {
    table.AddRow({read.part(), WithThousands(read.reads()), WithThousands(read.bytes())});
  }
  return table.empty() ? "" : "\n" + table.Render(terminal);
}

}  // namespace

std::string PlanText(const Terminal& terminal, const v1::QueryPlan& plan) {
  std::string text = SegmentsText(plan);
  text +=
      fmt::format("{} or rows of rollups looked at, of a budget of {}{}\n", CountOf(plan.events_looked_at(), "event"),
                  WithThousands(plan.scan_budget()), plan.budget_exceeded() ? ": the budget ended the answer" : "");
  text += StepsTable(terminal, plan);
  text += ReadsTable(terminal, plan);
  text +=
      fmt::format("\nblock cache: {} served, {} read beside it; {} ms in all\n", CountOf(plan.cached_blocks(), "block"),
                  CountOf(plan.uncached_bytes(), "byte"), Millis(plan.elapsed()));
  return text;
}

void PrintPlan(const Output& output, const v1::QueryPlan& plan) {
  if (output.format() == OutputFormat::kTable) return output.Text(PlanText(output.terminal(), plan));
  if (output.format() == OutputFormat::kNdjson) return output.NdjsonRow(plan);
  output.Json(plan);
}

}  // namespace faultline::deploy
