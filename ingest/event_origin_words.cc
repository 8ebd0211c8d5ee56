// TellInWords: one sentence for each step from the text to the signature.
#include <string>

#include "absl/strings/str_cat.h"
#include "ingest/event_origin.h"

namespace faultline::ingest {
namespace {

std::string Quoted(const std::string& text) { return absl::StrCat("\"", text, "\""); }

// " (bytes 3 to 7 of the message)"; empty where there are none.
std::string Place(bool has_bytes, const v1::ByteRange& bytes) {
  if (!has_bytes) return "";
  return absl::StrCat(" (bytes ", bytes.start(), " to ", bytes.end(), " of ", bytes.field(), ")");
}

std::string RuleWords(const v1::ExplainEventResponse& response) {
  const std::string name = Quoted(response.event().rule());
  const std::string place = response.rule_place().empty() ? "" : absl::StrCat(" (", response.rule_place(), ")");
  switch (response.rule_state()) {
    case v1::RULE_STATE_NONE:
      return "No rule matched.";
    case v1::RULE_STATE_MATCHES:
      return absl::StrCat("Rule ", name, place, " won, and it matches the event as it is kept",
                          response.rule_pattern().empty() ? " by its fields."
                                                          : absl::StrCat(" by the pattern ", response.rule_pattern()));
    case v1::RULE_STATE_TEXT_NOT_KEPT:
      return absl::StrCat("Rule ", name, place,
                          " won. It replaced parts of the text that it matched, which is therefore not kept: ",
                          "what it took out is shown as it is kept, with bytes where it stands in the message once.");
    default:
      break;
  }
  if (response.event().rule().empty())
    return "No rule matched when the event was stored; the rules have changed since, and one matches now.";
  return absl::StrCat(
      "Rule ", name, " won when the event was stored; the rules have changed since: ",
      place.empty() ? "there is none of that name now." : absl::StrCat("as it is now", place, " it does not match."));
}

std::string MaskWords(const v1::ExplainEventResponse& response) {
  if (response.masks().empty()) return "Nothing in the message varies, so the template is the message.";
  std::string words = "What varies in the message was masked: ";
  for (int i = 0; i < response.masks_size(); ++i) {
    const v1::MaskedRun& mask = response.masks(i);
    absl::StrAppend(&words, i == 0 ? "" : ", ", Quoted(mask.text()), ", ", mask.kind(), " (bytes ",
                    mask.bytes().start(), " to ", mask.bytes().end(), ")");
  }
  return absl::StrCat(words, ". That leaves the template ", Quoted(response.template_()), ".");
}

void AddSignatureWords(v1::ExplainEventResponse& response) {
  const std::string& signature = response.event().signature();
  if (signature.empty()) {
    response.add_words("It has no signature, as it is no error.");
    return;
  }
  if (response.parts().empty()) {
    response.add_words(absl::StrCat("Its signature is ", signature, ", whose parts are not at hand (yet)."));
  } else {
    std::string words =
        absl::StrCat("The signature ", signature, " is the hash of ", response.parts_size(), " parts: ");
    for (int i = 0; i < response.parts_size(); ++i) {
      const v1::SignaturePart& part = response.parts(i);
      absl::StrAppend(&words, i == 0 ? "" : ", ", part.what(), " ", Quoted(part.text()),
                      Place(part.has_bytes(), part.bytes()));
    }
    response.add_words(words + ".");
  }
  if (response.signature_now().empty()) {
    response.add_words("What the rules in force would make of it cannot be told from what is kept.");
  } else if (response.signature_now() == signature) {
    response.add_words("Worked out anew from what is kept, the signature is the same.");
  } else {
    response.add_words(absl::StrCat("Worked out anew from what is kept, the signature is ", response.signature_now(),
                                    ": the rules have changed since the event was stored."));
  }
}

}  // namespace

void TellInWords(v1::ExplainEventResponse& response) {
  response.add_words(RuleWords(response));
  for (const v1::RuleCapture& capture : response.captures()) {
    response.add_words(absl::StrCat("It took ", capture.field(), " = ", Quoted(capture.value()),
                                    Place(capture.has_bytes(), capture.bytes()), "."));
  }
  response.add_words(MaskWords(response));
  AddSignatureWords(response);
}

}  // namespace faultline::ingest
