// Long answers on a terminal go through a pager, as git's do: $FAULTLINE_PAGER,
// else $PAGER, else less. Short ones appear as if there were none.
//
// One for the process. Not thread-safe, but for Abandon.
#pragma once

namespace faultline::deploy {

class Pager {
 public:
  // Sends standard output to the pager from now on. Does nothing where the
  // pager's name is empty or "cat", or it cannot be run.
  static void Start();
  static bool active();
  // Ends the input of the pager and waits until its user has left it.
  static void Finish();
  // Ends the pager, which puts the terminal back in order. For a process that ends early; any thread.
  static void Abandon();
};

}  // namespace faultline::deploy
