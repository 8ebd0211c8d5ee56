// Which parameters of message templates are meant.
#pragma once

namespace faultline::store {

enum class ParameterSet {
  kAll,
  kOther,  // those that are neither digits nor lower-case hex
};

}  // namespace faultline::store
