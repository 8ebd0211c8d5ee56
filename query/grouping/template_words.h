// A masked message as words: what the learned templates are made of.
//
// Tokens alternate: words at even places (they may be empty), one delimiter at
// odd ones, so joining them gives the text back. A word that varies is
// store::kTemplateHole alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::query {

using TemplateWords = std::vector<std::string>;

// A word that varies.
inline constexpr std::string_view kHole = "\x01";

// Cuts `text` at blanks and , ; : = | " ' [ ] ( ) { } < >.
TemplateWords SplitWords(std::string_view text);
std::string JoinWords(const TemplateWords& words);

// The normal form of a masked message, a function of the text alone: white
// space is one blank; whole numbers and `null` are holes; so are paths, and the
// parts of a word beside a hole ("task_<*>", "10.0.0.<*>:80", "host.example:<*>").
TemplateWords NormalForm(std::string_view masked);

// The same without the units behind holes: "<*> KB" and "<*> bytes (<*> MB)" are both "<*>".
TemplateWords WithoutUnits(const TemplateWords& words);
// The same with lists of holes as one hole, and a hole in empty brackets: what two messages
// must have in common so that they can be one template, whatever the lengths of their lists.
TemplateWords CoarseForm(const TemplateWords& words);

// Names of units, "kb", "seconds" and the like, in any case.
bool IsUnit(std::string_view word);
// "com.example.Name": words joined by dots.
bool IsDottedName(std::string_view word);

}  // namespace faultline::query
