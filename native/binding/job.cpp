#include "job.hpp"

#include <atomic>
#include <chrono>
#include <new>
#include <stdexcept>

namespace fascicle::binding {

namespace {

struct Progress {
  std::uint64_t done;
  std::uint64_t total;
};

class Job final : public Napi::AsyncProgressWorker<Progress> {
 public:
  Job(Napi::Env env, Work work)
      : AsyncProgressWorker(env, "fascicle.job"),
        deferred_(Napi::Promise::Deferred::New(env)),
        work_(std::move(work)) {}

  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  void hold(std::vector<Napi::ObjectReference> references) { references_ = std::move(references); }
  void stop_on(std::int32_t* flag) { stop_flag_ = flag; }
  void report_to(const Napi::Function& listener) { listener_ = Napi::Persistent(listener); }
  [[nodiscard]] Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute(const ExecutionProgress& channel) override {
    Monitor monitor(
        [&](std::uint64_t done, std::uint64_t total) {
          if (!listener_.IsEmpty() && due(done, total)) {
            const Progress progress{done, total};
            channel.Send(&progress, 1);
          }
        },
        [this] {
          return stop_flag_ != nullptr &&
                 std::atomic_ref<std::int32_t>(*stop_flag_).load(std::memory_order_relaxed) != 0;
        });
    try {
      finish_ = work_(monitor);
    } catch (const Cancelled&) {
      fail(Failure::cancelled, "the job was cancelled");
    } catch (const std::bad_alloc&) {
      fail(Failure::out_of_memory, "not enough memory for this job");
    } catch (const std::invalid_argument& error) {
      fail(Failure::wrong_argument, error.what());
    } catch (const std::exception& error) {
      fail(Failure::other, error.what());
    }
  }

  void OnProgress(const Progress* progress, std::size_t count) override {
    if (settled_ || count == 0) return;
    const Napi::HandleScope scope(Env());
    const Progress& latest = progress[count - 1];
    try {
      listener_.Call({Napi::Number::New(Env(), static_cast<double>(latest.done)),
                      Napi::Number::New(Env(), static_cast<double>(latest.total))});
    } catch (const Napi::Error& error) {
      error.ThrowAsJavaScriptException();  // the listener's own; what JavaScript does with it is not the job's affair
    }
  }

  void OnOK() override {
    settled_ = true;
    try {
      deferred_.Resolve(finish_(Env()));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
    references_.clear();
  }

  void OnError(const Napi::Error& error) override {
    settled_ = true;
    references_.clear();
    Napi::Value reason = error.Value();
    if (failure_ == Failure::wrong_argument) reason = Napi::RangeError::New(Env(), error.Message()).Value();
    if (failure_ == Failure::cancelled) reason.As<Napi::Object>().Set("code", "ERR_CANCELLED");
    if (failure_ == Failure::out_of_memory) reason.As<Napi::Object>().Set("code", "ERR_OUT_OF_MEMORY");
    deferred_.Reject(reason);
  }

 private:
  enum class Failure { none, cancelled, out_of_memory, wrong_argument, other };

  void fail(Failure failure, const char* message) {
    failure_ = failure;
    SetError(message);
  }

  /// True when a report should be sent: every 50 ms, and at the end. Of threads that ask at once, one gets true.
  bool due(std::uint64_t done, std::uint64_t total) {
    if (done >= total) return true;
    constexpr std::int64_t interval_ms = 50;
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    std::int64_t last = last_report_ms_.load(std::memory_order_relaxed);
    return now - last >= interval_ms && last_report_ms_.compare_exchange_strong(last, now, std::memory_order_relaxed);
  }

  Napi::Promise::Deferred deferred_;
  Work work_;
  Finish finish_;
  std::vector<Napi::ObjectReference> references_;
  Napi::FunctionReference listener_;
  std::int32_t* stop_flag_ = nullptr;
  std::atomic<std::int64_t> last_report_ms_{0};
  Failure failure_ = Failure::none;
  bool settled_ = false;
};

}  // namespace

Finish nothing() {
  return [](Napi::Env env) { return env.Undefined(); };
}

Napi::Value run_job(Arguments& arguments, Work work) {
  std::int32_t* stop_flag = nullptr;
  if (arguments.has("cancel")) {
    const auto flag = arguments.array<std::int32_t>("cancel", 1);
    stop_flag = flag.data();
  }
  const Napi::Value listener = arguments.value("onProgress");
  auto* job = new Job(arguments.env(), std::move(work));  // deletes itself when it has settled
  job->stop_on(stop_flag);
  if (listener.IsFunction()) job->report_to(listener.As<Napi::Function>());
  job->hold(arguments.take_references());
  const Napi::Promise promise = job->promise();
  job->Queue();
  return promise;
}

}  // namespace fascicle::binding
