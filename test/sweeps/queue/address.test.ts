import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { queueAddress } from '../../../dist/sweeps/queue/address.js';
import { isRefusal, mayPass } from '../../../dist/sweeps/queue/trouble.js';
import { removeScratch, scratch } from './machines/scratch.ts';

afterAll(removeScratch);
const connection = (url: string, environment = {}) => queueAddress(url, environment).connection();

describe('the URL of a queue', () => {
  it('is one of Redis, with TLS or without', () => {
    expect(connection('redis://')).toEqual({ host: 'localhost', port: 6379 });
    expect(connection('redis://h.example:7000/3')).toEqual({
      host: 'h.example',
      port: 7000,
      db: 3,
    });
    expect(connection('rediss://ann:p%40ss@[::1]')).toEqual({
      ...{ host: '::1', port: 6379, username: 'ann', password: 'p@ss', tls: {} },
    });
  });

  it('is one of PostgreSQL, whose modes of TLS are those of libpq', () => {
    expect(connection('postgres://ann@h/runs')).toEqual({
      host: 'h',
      user: 'ann',
      database: 'runs',
    });
    expect(connection('postgresql:///runs?host=/run/postgresql')).toEqual({
      ...{ host: '/run/postgresql', database: 'runs' },
    });
    const ssl = (parameters: string) => connection(`postgres://h/d?${parameters}`).ssl;
    expect(ssl('sslmode=disable')).toBe(false);
    expect(ssl('sslmode=require')).toEqual({ rejectUnauthorized: false });
    expect(ssl('sslmode=verify-full')).toEqual({});
    const ca = join(scratch('ca'), 'ca.pem');
    writeFileSync(ca, 'CA');
    expect(ssl(`sslmode=verify-full&sslrootcert=${ca}`)).toEqual({ ca: 'CA' });
    expect(ssl(`sslmode=require&sslrootcert=${ca}`)).toMatchObject({ ca: 'CA' });
    expect(ssl(`sslmode=require&sslrootcert=${ca}`)).not.toHaveProperty('rejectUnauthorized');
  });

  it('gets its password from the environment where it has none', () => {
    const environment = { MANN_QUEUE_PASSWORD: 'from mann', PGPASSWORD: 'from pg' };
    expect(connection('redis://h', environment).password).toBe('from mann');
    expect(connection('redis://h', { PGPASSWORD: 'from pg' }).password).toBeUndefined();
    expect(connection('postgres://h', { PGPASSWORD: 'from pg' }).password).toBe('from pg');
    expect(connection('postgres://u:own@h', environment).password).toBe('own');
  });

  it.each([
    ['localhost:6379', 'this is not the URL of a queue'],
    ['redis://u:sec/ret@h', 'this is not the URL of a queue'],
    ['http://h', 'this is not the URL of a queue'],
    ['redis://sec/ret@h', 'a / ? # or @ in the user, password or database must be written as %2F'],
    ['redis://sec?ret@h', 'a / ? # or @ in the user, password or database must be written as %2F'],
    ['redis://h/runs', 'the path of a redis URL is the number of a database, not runs'],
    ['redis://h?tls=1', 'the URL has an unknown parameter tls'],
    ['postgres://h?sslmode=prefer', 'sslmode must be disable, require, verify-ca or verify-full'],
    ['postgres://h?sslrootcert=/no/ca.pem', 'cannot read /no/ca.pem'],
    ['redis://u:%zz@h', 'a % in the URL must be written as %25'],
  ])('is refused in one sentence, without a password in it: %s', (url, sentence) => {
    expect(() => queueAddress(url, {})).toThrow(sentence);
    expect(() => queueAddress(url, {})).not.toThrow(/sec|ret@/);
  });

  it('is shown without user and password, which are taken out of what others say', () => {
    const address = queueAddress('postgres://ann:p%40ssword@h:5433/runs?sslmode=require', {});
    expect(address.shown).toBe('postgres://h:5433/runs');
    expect(address.again).toBe('postgres://ann@h:5433/runs?sslmode=require');
    expect(address.conceal('p@ssword or p%40ssword is wrong')).toBe('*** or *** is wrong');
    expect(JSON.stringify(address)).not.toContain('ssword');
  });
});

describe('what servers say', () => {
  const error = (code: unknown, message = '') => Object.assign(new Error(message), { code });

  it('is a refusal, or may pass, or neither', () => {
    expect(isRefusal(error(-6))).toBe(true);
    expect(isRefusal(error('ECONNREFUSED'))).toBe(false);
    expect(mayPass(error('ECONNREFUSED'))).toBe(true);
    expect(mayPass(new AggregateError([error('ECONNREFUSED'), error('ENETUNREACH')]))).toBe(true);
    expect(mayPass(error('57P01', 'terminating connection'))).toBe(true);
    expect(mayPass(new Error('LOADING Redis is loading the dataset in memory'))).toBe(true);
    expect(mayPass(error('28P01', 'password authentication failed'))).toBe(false);
    expect(mayPass(new TypeError('x is not a function'))).toBe(false);
  });
});
