import { expect, it } from 'vitest';

import { externalAddress, mayNavigate, mayUsePermission } from './navigationPolicy.ts';

const engine = 'http://127.0.0.1:4711/#token=x';

it('keeps a window on the page of the engine', () => {
  expect(mayNavigate('http://127.0.0.1:4711/index.html', engine)).toBe(true);
  for (const target of [
    'http://127.0.0.1:4712/',
    'http://127.0.0.1.example.org:4711/',
    'https://127.0.0.1:4711/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'not an address',
  ])
    expect(mayNavigate(target, engine), target).toBe(false);
});

it('opens links of the web outside, and nothing else', () => {
  expect(externalAddress('https://example.org/guide')).toBe('https://example.org/guide');
  for (const target of ['http://example.org', 'file:///etc/passwd', 'smb://host/share', 'javascript:1', ''])
    expect(externalAddress(target), target).toBe(null);
});

it('grants the clipboard and full screen to its own page alone', () => {
  expect(mayUsePermission('fullscreen', 'http://127.0.0.1:4711', engine)).toBe(true);
  expect(mayUsePermission('fullscreen', 'https://example.org', engine)).toBe(false);
  for (const permission of ['media', 'geolocation', 'notifications', 'usb', 'openExternal', 'clipboard-read'])
    expect(mayUsePermission(permission, 'http://127.0.0.1:4711', engine), permission).toBe(false);
});
