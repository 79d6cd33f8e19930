import { join } from 'node:path';

import type { Api } from '#contract/api.ts';
import type { BodyKind, InputOf, Route } from '#contract/route.ts';

import { REPOSITORY } from './folders.ts';

/** What a well-formed request to a route says. */
export interface ApiExample {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

type ExampleOf<R extends Route> = {
  readonly params: InputOf<R['params']>;
  readonly query: InputOf<R['query']>;
  readonly body: BodyOf<R['body']>;
};
type BodyOf<Kind extends BodyKind> = Kind extends 'nothing'
  ? null
  : Kind extends 'bytes'
    ? Uint8Array<ArrayBuffer>
    : InputOf<Kind>;

type Examples = {
  readonly [Group in keyof Api]: {
    readonly [Name in keyof Api[Group]]: Api[Group][Name] extends Route ? ExampleOf<Api[Group][Name]> : never;
  };
};

const none = { params: {}, query: {}, body: null } as const;

/** One good request for each route: what tests send, and what they spoil. A new route does not compile without one. */
export function apiExamples(known: { project: string; directory: string; raw: string; empty: string }): Examples {
  const { project, directory, raw, empty } = known;
  const ofProject = { ...none, params: { project } } as const;
  const ofJob = { ...none, params: { job: `${project}-1` } } as const;
  const ofLayer = { project, layer: 'supervoxels', level: 0 } as const;
  const newProject = {
    directory: empty,
    raw,
    method: { kind: 'network', model: join(REPOSITORY, 'test', 'fixtures', 'models', 'unet'), provider: 'cpu' },
  } as const;
  const file = raw.slice(0, raw.lastIndexOf(':'));
  const dataset = raw.slice(raw.lastIndexOf('/') + 1);
  const exportRequest = {
    ...{ region: null, labels: null, meshes: null, meshLevel: null, tables: null, overwrite: true },
    manifest: `${empty}.json`,
  };
  return {
    system: {
      info: none,
      preferences: none,
      setPreferences: { ...none, body: { theme: 'dark' } },
      files: { ...none, query: { directory } },
      upload: { ...none, query: { name: 'upload.bin' }, body: Uint8Array.of(1, 2, 3) },
      report: { ...none, body: { message: 'broke', stack: null } },
    },
    volumes: {
      describe: { ...none, query: { path: file } },
      preview: { ...none, query: { path: file, dataset, plane: 'xy' } },
      measure: { ...none, query: { path: file, dataset } },
    },
    models: { list: { ...none, query: { voxelSizeNm: '30,6,6' } } },
    projects: {
      recent: none,
      open: { ...none, body: { directory } },
      estimate: { ...none, body: newProject },
      create: { ...none, body: newProject },
      sample: none,
      get: ofProject,
      view: ofProject,
      setView: { ...ofProject, body: { position: [1.5, 20, 30.25], selected: [1], pinned: { '1': '#ff8800' } } },
      close: ofProject,
      forget: ofProject,
      discard: ofProject,
      thumbnail: ofProject,
    },
    jobs: { list: none, get: ofJob, course: ofJob, cancel: ofJob, pause: ofJob, resume: ofJob },
    voxels: {
      slice: {
        ...none,
        params: { ...ofLayer, plane: 'xy', position: 3 },
        query: { column: 0, row: 0, columns: 16, rows: 16 },
      },
      box: { ...none, params: ofLayer, query: { z: 0, y: 0, x: 0, depth: 4, rows: 8, columns: 8 } },
      oblique: {
        ...none,
        params: ofLayer,
        query: {
          ...{ originZ: 2, originY: 0, originX: 0, rightZ: 0, rightY: 0.6, rightX: 0.8, downZ: 1, downY: 0, downX: 0 },
          columns: 8,
          rows: 8,
        },
      },
      histogram: { ...none, params: { project, layer: 'raw' } },
    },
    segments: {
      assignment: ofProject,
      supervoxels: ofProject,
      traits: ofProject,
      neighbours: { ...none, params: { project, segment: 1 } },
      meshes: { ...ofProject, query: { level: 0 }, body: new Uint8Array(Uint32Array.of(1, 2).buffer) },
      meshLevels: ofProject,
    },
    edits: {
      history: ofProject,
      propose: { ...ofProject, body: { kind: 'merge', supervoxels: [1, 2] } },
      proposeVoxels: { ...ofProject, body: { kind: 'merge', supervoxels: [1, 2] } },
      commit: { ...ofProject, body: { expected: 1, edit: { kind: 'merge', supervoxels: [1, 2] } } },
      undo: { ...ofProject, body: { expected: 1 } },
      redo: { ...ofProject, body: { expected: 1 } },
      goTo: { ...ofProject, body: { expected: 1, to: 1 } },
      revert: { ...ofProject, body: { expected: 1, edit: 1 } },
      assignmentAt: { ...none, params: { project, edit: 1 } },
      assignmentAtCut: { ...ofProject, query: { threshold: 0.3 } },
      curve: ofProject,
      checkpoint: { ...ofProject, body: { name: 'before lunch' } },
      facts: ofProject,
    },
    exports: {
      estimate: { ...ofProject, body: exportRequest },
      start: { ...ofProject, body: exportRequest },
      report: ofProject,
    },
    review: {
      queue: ofProject,
      answer: { ...ofProject, body: { key: 'orphan 1 2', answer: 'skip', milliseconds: 900, expected: 1 } },
      agreement: ofProject,
      attach: { ...ofProject, body: { source: raw.replace(/raw$/, 'labels') } },
      detach: ofProject,
      agreementAfter: { ...ofProject, body: { kind: 'merge', supervoxels: [1, 2] } },
    },
  };
}

/** The example of a route by its name, 'projects.open'. */
export function exampleOf(examples: Examples, name: string): ApiExample {
  const [group, route] = name.split('.');
  return (examples as unknown as Record<string, Record<string, ApiExample>>)[group][route];
}
