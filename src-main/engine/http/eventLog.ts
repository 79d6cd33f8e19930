import type { EngineEvent } from '#contract/events.ts';

/**
 * Events in order, at most so many. An event that states the whole of something (a job, a project, the preferences) takes the place
 * of the one before it: the last state is enough for whoever missed both.
 */
export interface EventLog {
  readonly size: number;
  /** Adds an event and gives the oldest one back where there was no room. */
  push(event: EngineEvent): EngineEvent | null;
  /** Takes out the oldest event. */
  shift(): EngineEvent | null;
  [Symbol.iterator](): Iterator<EngineEvent>;
}

export function createEventLog(most: number): EventLog {
  // A Map keeps the order in which keys came; removing a key first puts it last.
  const events = new Map<string, EngineEvent>();
  const shift = (): EngineEvent | null => {
    for (const [key, event] of events) {
      events.delete(key);
      return event;
    }
    return null;
  };
  return {
    get size() {
      return events.size;
    },
    push(event) {
      const key = subjectOf(event);
      events.delete(key);
      events.set(key, event);
      return events.size > most ? shift() : null;
    },
    shift,
    [Symbol.iterator]: () => events.values(),
  };
}

/** What an event replaces the earlier states of. */
function subjectOf(event: EngineEvent): string {
  switch (event.type) {
    case 'job':
      return `job ${event.job.id}`;
    case 'project':
      return `project ${event.project.id}`;
    case 'projects':
    case 'preferences':
      return event.type;
    default:
      return `event ${event.revision}`;
  }
}
