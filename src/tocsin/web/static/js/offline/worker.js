// Keeps the form so that it opens without a network. It answers only for the files it keeps, never for what is sent.
const KEPT = `form-${VERSION}`;
const PATHS = new Set(FILES.map((name) => new URL(name, location).pathname));

addEventListener('install', (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => Promise.all(FILES.map(async (name) => {
    const answer = await fetch(name, {cache: name.includes(VERSION) ? 'default' : 'no-cache'});
    // A page that signs people in to a network must not be kept in our name.
    if (!answer.ok || answer.redirected) throw new Error(`not kept: ${name}`);
    await kept.put(name, answer);
  }))));
});

// A new version waits until the page asks for it, or no window of the old one is left.
addEventListener('message', (event) => { if (event.data === 'take over') skipWaiting(); });

addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('form-') && name !== KEPT) await caches.delete(name);
    await clients.claim();
  })());
});

addEventListener('fetch', (event) => {
  const {method, url} = event.request;
  const asked = new URL(url);
  if (method !== 'GET' || asked.origin !== location.origin || !PATHS.has(asked.pathname)) return;
  event.respondWith(caches.open(KEPT).then((kept) => kept.match(asked.pathname, {ignoreVary: true})).then((found) => found ?? fetch(event.request)));
});

// The network is back: wake the page, which does the sending.
addEventListener('sync', (event) => {
  event.waitUntil(clients.matchAll().then((pages) => pages.forEach((page) => page.postMessage('send'))));
});
