import { hostname } from 'node:os';

import { describe, expect, it } from 'vitest';

import { hostsFor, isLoopback, nameToShow } from './guard.ts';

describe('hosts', () => {
  it('are the loopback names with the port, where nothing else was asked for', () => {
    expect([...hostsFor('127.0.0.1', 4711)].sort()).toEqual(['127.0.0.1:4711', '[::1]:4711', 'localhost:4711']);
  });

  it('may lack the port that the scheme implies', () => {
    expect(hostsFor('127.0.0.1', 80)).toContain('localhost');
    expect(hostsFor('127.0.0.1', 81)).not.toContain('localhost');
  });

  it('hold the address that a user asked for, in brackets where it has colons', () => {
    expect(hostsFor('Gpu-Box', 1)).toContain('gpu-box:1');
    expect(hostsFor('fe80::1', 1)).toContain('[fe80::1]:1');
  });

  it('hold the names of this machine where it listens on every address, and not that address itself', () => {
    expect(hostsFor('0.0.0.0', 1)).toContain(`${hostname().toLowerCase()}:1`);
    expect(hostsFor('0.0.0.0', 1)).not.toContain('0.0.0.0:1');
  });
});

it('knows what nothing but this machine reaches', () => {
  for (const name of ['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]']) expect(isLoopback(name)).toBe(true);
  for (const name of ['0.0.0.0', '::', '192.168.0.1', 'gpu-box', '127.0.0.1.example.org'])
    expect(isLoopback(name)).toBe(false);
});

it('shows a name that a browser can open', () => {
  expect(nameToShow('127.0.0.1')).toBe('127.0.0.1');
  expect(nameToShow('::1')).toBe('[::1]');
  expect(nameToShow('0.0.0.0')).toBe(hostname().toLowerCase());
});
