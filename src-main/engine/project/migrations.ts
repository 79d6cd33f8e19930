/** One step of the schema's history. Steps are never edited after a release: a change is a new step. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** All steps, oldest first. `PRAGMA user_version` of a project is the version of the last step it has seen. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'volumes, supervoxels, region graph, merge tree, edits, jobs, settings',
    sql: `
      CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value))
      ) STRICT, WITHOUT ROWID;

      -- What the project was made from. Sources are referred to, never copied or written.
      CREATE TABLE volumes (
        role TEXT PRIMARY KEY CHECK (role IN ('raw', 'affinities', 'labels')),
        source TEXT NOT NULL,
        format TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        info TEXT NOT NULL CHECK (json_valid(info))
      ) STRICT, WITHOUT ROWID;

      -- Boxes are half-open, z, y, x, in voxels of the project. original_id holds the 64 bits of an imported id.
      CREATE TABLE supervoxels (
        id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 4294967295),
        size INTEGER NOT NULL CHECK (size > 0),
        min_z INTEGER NOT NULL, min_y INTEGER NOT NULL, min_x INTEGER NOT NULL,
        max_z INTEGER NOT NULL, max_y INTEGER NOT NULL, max_x INTEGER NOT NULL,
        centroid_z REAL NOT NULL, centroid_y REAL NOT NULL, centroid_x REAL NOT NULL,
        original_id INTEGER
      ) STRICT;

      -- Integer statistics, so that they add up in any order. The contact is the strongest one, lowest voxel first.
      CREATE TABLE edges (
        u INTEGER NOT NULL,
        v INTEGER NOT NULL CHECK (u < v),
        affinity_sum INTEGER NOT NULL,
        contact_area INTEGER NOT NULL CHECK (contact_area > 0),
        affinity_max INTEGER NOT NULL,
        contact_z INTEGER NOT NULL, contact_y INTEGER NOT NULL, contact_x INTEGER NOT NULL,
        PRIMARY KEY (u, v)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX edges_by_v ON edges (v);

      -- Strongest first; u and v are supervoxels on the two sides of the merge.
      CREATE TABLE merge_steps (
        step INTEGER PRIMARY KEY,
        u INTEGER NOT NULL,
        v INTEGER NOT NULL,
        score REAL NOT NULL
      ) STRICT;

      CREATE TABLE edits (
        revision INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL CHECK (json_valid(payload)),
        author TEXT NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TRIGGER edits_are_never_changed BEFORE UPDATE ON edits
        BEGIN SELECT RAISE(ABORT, 'edits are append-only'); END;
      CREATE TRIGGER edits_are_never_removed BEFORE DELETE ON edits
        BEGIN SELECT RAISE(ABORT, 'edits are append-only'); END;

      CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        parameters TEXT NOT NULL CHECK (json_valid(parameters)),
        state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
        report TEXT CHECK (report IS NULL OR json_valid(report)),
        started_at TEXT NOT NULL,
        ended_at TEXT
      ) STRICT;
    `,
  },
  {
    version: 2,
    name: 'jobs can wait, be paused and be started again from what is written down',
    sql: `
      -- request is what starts a job again; parameters are what determines its result, 'null' before that is decided.
      CREATE TABLE jobs_2 (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        parameters TEXT NOT NULL CHECK (json_valid(parameters)),
        request TEXT CHECK (request IS NULL OR json_valid(request)),
        state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')),
        progress TEXT CHECK (progress IS NULL OR json_valid(progress)),
        report TEXT CHECK (report IS NULL OR json_valid(report)),
        queued_at TEXT NOT NULL,
        started_at TEXT,
        ended_at TEXT
      ) STRICT;
      INSERT INTO jobs_2 (id, kind, parameters, state, report, queued_at, started_at, ended_at)
        SELECT id, kind, parameters, state, report, started_at, started_at, ended_at FROM jobs;
      DROP TABLE jobs;
      ALTER TABLE jobs_2 RENAME TO jobs;
    `,
  },
  {
    version: 3,
    name: 'a tree of edits of every kind, with the voxels that they change',
    sql: `
      -- An edit stands on the state of its parent (null: on the entry before it); an entry with move_to changes the place in the tree.
      ALTER TABLE edits ADD COLUMN parent INTEGER;
      ALTER TABLE edits ADD COLUMN move_to INTEGER;
      -- Where a person would look to see it, z, y, x in voxels.
      ALTER TABLE edits ADD COLUMN place TEXT CHECK (place IS NULL OR json_valid(place));
      -- In words, as it was when it was made: segments have other ids afterwards.
      ALTER TABLE edits ADD COLUMN summary TEXT;

      -- Supervoxel ids of the voxels that an edit changed, by 64^3 chunk (z, y, x count chunks), compressed.
      CREATE TABLE voxel_deltas (
        revision INTEGER NOT NULL,
        z INTEGER NOT NULL, y INTEGER NOT NULL, x INTEGER NOT NULL,
        before BLOB NOT NULL,
        after BLOB NOT NULL,
        PRIMARY KEY (revision, z, y, x)
      ) STRICT, WITHOUT ROWID;
      CREATE TRIGGER voxel_deltas_are_never_changed BEFORE UPDATE ON voxel_deltas
        BEGIN SELECT RAISE(ABORT, 'edits are append-only'); END;
      CREATE TRIGGER voxel_deltas_are_never_removed BEFORE DELETE ON voxel_deltas
        BEGIN SELECT RAISE(ABORT, 'edits are append-only'); END;

      -- Names of states in the tree.
      CREATE TABLE checkpoints (
        name TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 4,
    name: 'voxels that supervoxels share with ground truth, answers of a review',
    sql: `
      -- How many voxels of a supervoxel (0: of none) lie in an object of the truth. Objects are numbered from 1 as they come.
      CREATE TABLE truth_voxels (
        supervoxel INTEGER NOT NULL,
        truth INTEGER NOT NULL CHECK (truth > 0),
        voxels INTEGER NOT NULL CHECK (voxels > 0),
        PRIMARY KEY (supervoxel, truth)
      ) STRICT, WITHOUT ROWID;

      -- A question is known by its kind and the two supervoxels that it is about. edit is the entry of the log that the answer made,
      -- null for one that changed nothing.
      CREATE TABLE review_answers (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        u INTEGER NOT NULL,
        v INTEGER NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('yes', 'no', 'skip', 'flag')),
        revision INTEGER NOT NULL,
        edit INTEGER,
        expected_gain REAL NOT NULL,
        milliseconds INTEGER NOT NULL CHECK (milliseconds >= 0),
        answered_at TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 5,
    name: 'a foreground from elsewhere as a source of its own',
    sql: `
      CREATE TABLE volumes_5 (
        role TEXT PRIMARY KEY CHECK (role IN ('raw', 'affinities', 'foreground', 'labels')),
        source TEXT NOT NULL,
        format TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        info TEXT NOT NULL CHECK (json_valid(info))
      ) STRICT, WITHOUT ROWID;
      INSERT INTO volumes_5 SELECT role, source, format, fingerprint, info FROM volumes;
      DROP TABLE volumes;
      ALTER TABLE volumes_5 RENAME TO volumes;
    `,
  },
];
