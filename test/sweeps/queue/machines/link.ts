/**
 * A network between a worker and its server, to be cut: a network namespace with a pair of virtual devices where this
 * machine lets us make one, else a proxy that stops passing anything on. Either way nobody is told that it is cut.
 */
import { execFileSync } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import type { ServerSetup, TestServer } from './servers.ts';
import { freePort } from './servers.ts';

export interface Link {
  readonly how: 'namespace' | 'proxy';
  /** What the server must listen on. */
  readonly setup: ServerSetup;
  /** Words before the worker's command. */
  readonly before: readonly string[];
  /** Begins; returns the server's URL as the worker sees it. */
  connect(server: TestServer): Promise<string>;
  cut(): void;
  mend(): void;
  remove(): void;
}

let links = 0;

export function openLink(): Link {
  return namespaceLink() ?? proxyLink();
}

function namespaceLink(): Link | undefined {
  const number = links++;
  const name = `mann${process.pid}n${number}`;
  const [host, guest] = [
    `mh${process.pid % 100000}x${number}`,
    `mg${process.pid % 100000}x${number}`,
  ];
  // Of the block for tests of networks (RFC 2544), which nobody routes.
  const net = `198.18.${(process.pid + number) % 250}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'ignore' });
  try {
    ip('netns', 'add', name);
    ip('link', 'add', host, 'type', 'veth', 'peer', 'name', guest);
    ip('link', 'set', guest, 'netns', name);
    ip('addr', 'add', `${net}.1/24`, 'dev', host);
    ip('link', 'set', host, 'up');
    const inside = ['netns', 'exec', name, 'ip'];
    ip(...inside, 'addr', 'add', `${net}.2/24`, 'dev', guest);
    ip(...inside, 'link', 'set', guest, 'up');
    ip(...inside, 'link', 'set', 'lo', 'up');
  } catch {
    remove();
    return undefined;
  }
  function remove() {
    for (const args of [
      ['link', 'del', host],
      ['netns', 'del', name],
    ]) {
      try {
        ip(...args);
      } catch {
        // It was not made.
      }
    }
  }
  process.on('exit', remove);
  return {
    how: 'namespace',
    setup: { host: `${net}.1` },
    before: ['ip', 'netns', 'exec', name],
    connect: async ({ url }) => url,
    // The far end, so that this end keeps its address.
    cut: () => ip('netns', 'exec', name, 'ip', 'link', 'set', guest, 'down'),
    mend: () => ip('netns', 'exec', name, 'ip', 'link', 'set', guest, 'up'),
    remove,
  };
}

export function proxyLink(): Link {
  const sockets = new Set<Socket>();
  let isCut = false;
  let target = 0;
  const proxy = createServer((from) => {
    const to = connect({ port: target, host: '127.0.0.1' });
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.on('data', (bytes) => other.write(bytes));
      if (isCut) one.pause();
    }
  });
  return {
    how: 'proxy',
    setup: {},
    before: [],
    async connect(server) {
      target = server.port;
      const port = await freePort();
      await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
      return server.url.replace(String(server.port), String(port));
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    mend() {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    remove() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}
