import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type axe from 'axe-core';
import type { Page } from 'playwright-core';

import { REPOSITORY } from '../../helpers/folders.ts';

const SOURCE = readFileSync(join(REPOSITORY, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/**
 * What axe finds wrong on the screen, one line each: rule, element, why. The source goes in through the debugger, for the page's
 * policy lets no script in that is not its own.
 */
export async function axeViolations(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: SOURCE });
  await session.detach();
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  // A menu and a tooltip lie over the page and are no part of it, so no landmark holds them.
  const isAbove = (rule: string, target: string): boolean =>
    rule === 'region' && /popper-content|ui-menu-item|ui-tooltip|#tooltip/.test(target);
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter((node) => !isAbove(id, node.target.join(' ')))
      .map((node) => `${id}: ${node.target.join(' ')} (${node.failureSummary?.replaceAll(/\s+/g, ' ') ?? ''})`),
  );
}
