import Database from 'better-sqlite3';

import type { Project } from '#engine/project/project.ts';

/** Where the header of an SQLite file says how it is written and read: 1 with a rollback journal, 2 with a write-ahead log. */
const WRITE_VERSION = 18;
const READ_VERSION = 19;

/** Makes projects with the tables of one as they are now, in memory: what is done to them leaves the project as it is. */
export function scratchProjects(project: Project): () => Project {
  const file = project.database.serialize();
  // A database in memory has no place for a log beside it.
  file[WRITE_VERSION] = file[READ_VERSION] = 1;
  return () => {
    const database = new Database(file);
    return { ...project, database, made: 'nothing', close: () => void database.close() };
  };
}
