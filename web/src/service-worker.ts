/**
 * Keeps the page for when there is no network. All files of a build are fetched at installation under
 * the build's name; a new build fetches its own and drops the old ones. `FILES` and `BUILD` are filled
 * in by the build.
 */
declare const self: ServiceWorkerGlobalScope;
declare const FILES: readonly string[];
declare const BUILD: string;

const NAME = `mann ${BUILD}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(NAME);
      await cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith('mann ') && name !== NAME);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

/** The page at an address, which may leave `.html` out and carry settings: the page is the same with all of them. */
function pageAt({ pathname }: URL): string {
  const name = pathname.split('/').at(-1);
  return FILES.find((file) => file === `./${name}` || file === `./${name}.html`) ?? './';
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== location.origin) return;
  const key = request.mode === 'navigate' ? pageAt(address) : address.pathname;
  event.respondWith(
    (async () => {
      const cache = await caches.open(NAME);
      return (await cache.match(key)) ?? fetch(request);
    })(),
  );
});

export {};
