#include "reading_job.hpp"

#include <utility>

namespace fascicle::binding {

namespace {

/// Reading rights while it lives.
class Reading {
 public:
  Reading(ReaderGate& gate, std::uint64_t changes) : gate_(gate.enter(changes) ? &gate : nullptr) {}
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() {
    if (gate_ != nullptr) gate_->leave();
  }
  [[nodiscard]] bool granted() const { return gate_ != nullptr; }

 private:
  ReaderGate* gate_;
};

}  // namespace

Napi::Value run_reading_job(Arguments& arguments, LiveHandle state,
                            std::function<Finish(const LiveSegmentation&, Monitor&)> work) {
  const std::uint64_t changes = state->gate()->changes();
  return run_job(arguments, [state = std::move(state), work = std::move(work), changes](Monitor& monitor) -> Finish {
    Finish interrupted = [](Napi::Env env) -> Napi::Value { return env.Null(); };
    const Reading reading(*state->gate(), changes);
    if (!reading.granted()) return interrupted;
    std::uint64_t last = 0;
    Monitor stoppable(
        [&](std::uint64_t done, std::uint64_t total) {
          if (last == 0) monitor.begin(total);
          monitor.advance(done - last);
          last = done;
        },
        [&] {
          monitor.check();
          return state->gate()->is_to_stop();
        });
    try {
      return work(*state, stoppable);
    } catch (const Cancelled&) {
      if (!state->gate()->is_to_stop()) throw;
      return interrupted;
    }
  });
}

}  // namespace fascicle::binding
