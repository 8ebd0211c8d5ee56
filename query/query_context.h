// What answering one request needs.
#pragma once

#include <memory>

#include "base/pseudonym.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

struct QueryContext {
  const store::Store& store;
  const Pseudonyms* pseudonyms;             // may be null
  std::shared_ptr<const store::View> view;  // the same for the whole answer
  QueryControl control;
};

}  // namespace faultline::query
