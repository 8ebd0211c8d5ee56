// What answering one request needs.
#pragma once

#include <memory>

#include "base/pseudonym.h"
#include "query/decisions/overlaid_store.h"
#include "query/decisions/overlay.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

struct QueryContext {
  const OverlaidStore& store;
  const Pseudonyms* pseudonyms;             // may be null
  std::shared_ptr<const store::View> view;  // the same for the whole answer
  QueryControl control;
  std::shared_ptr<const Overlay> overlay;  // that `view` follows
};

}  // namespace faultline::query
