import { serveJob } from '#compute/serveJob.ts';

import { quickCheckHere } from './quickCheck.ts';

/** Entry of the process that checks a large database: that keeps a thread busy for seconds, and can only be ended with its process. */
serveJob(({ path }: { readonly path: string }) => Promise.resolve(quickCheckHere(path)));
