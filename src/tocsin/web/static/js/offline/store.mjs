// What the phone keeps, in the browser's own database. Every change is on the disk before it is called done.
const STORES = ['reports', 'drawers', 'notes'];
const news = 'BroadcastChannel' in globalThis ? new BroadcastChannel('tocsin-form') : null;
const listeners = new Set();
let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open('tocsin-form', 1);
    asked.onupgradeneeded = () => {
      for (const name of STORES) asked.result.createObjectStore(name, {keyPath: 'id'});
    };
    asked.onerror = () => failed(asked.error);
    asked.onsuccess = () => {
      const base = asked.result;
      // A later version in another window may change the tables: it must not wait for this one.
      base.onversionchange = () => { base.close(); opened = null; };
      base.onclose = () => { opened = null; };
      done(base);
    };
  }).catch((fault) => { opened = null; throw fault; });
  return opened;
}

const answer = (asked) => new Promise((done, failed) => {
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

/** All rows of one table. */
export async function all(table) {
  return answer((await open()).transaction(table).objectStore(table).getAll());
}

/** Do `deed` as one: all of it is kept, or none. It may wait only for the tables it is given. */
export async function change(deed) {
  const base = await open();
  const result = await new Promise((done, failed) => {
    const act = base.transaction(STORES, 'readwrite', {durability: 'strict'});
    const table = (name) => act.objectStore(name);
    let found;
    let fault = null;
    act.oncomplete = () => done(found);
    act.onabort = () => failed(fault ?? act.error);
    deed({
      get: (name, id) => answer(table(name).get(id)),
      put: (name, row) => answer(table(name).put(row)),
      remove: (name, id) => answer(table(name).delete(id)),
      clear: (name) => answer(table(name).clear()),
    }).then((value) => { found = value; }, (error) => {
      fault = error;
      try { act.abort(); } catch { /* the browser was quicker */ }
    });
  });
  for (const listener of listeners) listener();
  news?.postMessage('changed');
  return result;
}

/** Delete every row of every table. */
export const wipe = () => change((tables) => Promise.all(STORES.map((name) => tables.clear(name))));

/** Call `listener` after every change, in this window or another. */
export function onchange(listener) {
  listeners.add(listener);
}
if (news) news.onmessage = () => { for (const listener of listeners) listener(); };
