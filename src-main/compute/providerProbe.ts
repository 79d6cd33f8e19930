import { listProviders } from './listProviders.ts';
import { reasonOf, tryProvider } from './network.ts';
import { serveJob } from './serveJob.ts';

/** Entry of the process that finds out which execution providers can be had; a driver that crashes ends it alone. */
serveJob(() => listProviders(process.platform, tryProvider, reasonOf));
