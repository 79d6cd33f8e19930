// Jobs that read the graph and the forest of a live segmentation on a worker thread.
//
// Both change only when a supervoxel is divided: such an edit waits until the thread has stopped, and the promise then
// resolves to null. What edits change all the time - the assignment and the decisions - must be copied before.
#pragma once

#include "job.hpp"
#include "live_values.hpp"

namespace fascicle::binding {

/// As run_job; `work` gets the live segmentation and a monitor that also stops it for an edit.
Napi::Value run_reading_job(Arguments& arguments, LiveHandle state,
                            std::function<Finish(const LiveSegmentation&, Monitor&)> work);

}  // namespace fascicle::binding
