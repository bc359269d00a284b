// The reports on this phone and what becomes of each. A row is a draft, waiting, refused or sent; its words lie
// open in `words`, or sealed in `box`. Only a deed of the person removes a row; sending removes the words alone.
import * as store from './store.mjs';
import {fresh, makeDrawer, openDrawer, possible, seal, unseal} from './seal.mjs';

const keys = new Map();
// Words written in this window: they can go while their drawer is shut.
const lately = new Map();

export const FIELDS = ['text', 'place', 'day', 'hour', 'who', 'count', 'contact', 'language'];
export const onchange = store.onchange;
export const newId = fresh;
export const canSeal = possible;

/** Whether anything was said. */
export const saysSomething = (words) => Boolean(words.text?.trim() || words.place?.trim());
export const isBlank = (words) =>
  !['text', 'place', 'day', 'hour', 'who', 'count', 'contact', 'lat'].some((name) => words[name]?.trim()) && !words.callback && !words.consent;

/** Drawers, the one used last first. */
export async function drawers() {
  return (await store.all('drawers')).sort((one, other) => other.used - one.used);
}

export const isOpen = () => keys.size > 0;

/** The drawer that takes what is written now: the open one, or the one used last. */
async function current() {
  const found = await drawers();
  return found.find((one) => keys.has(one.id)) ?? found[0] ?? null;
}

async function put(id, words) {
  const drawer = possible ? await current() : null;
  return drawer
    ? {drawer: drawer.id, words: null, box: await seal(drawer, id, words)}
    : {drawer: '', words, box: null};
}

/** All rows, the newest first. */
export async function rows() {
  return (await store.all('reports')).sort((one, other) => other.at - one.at);
}

/** The words of a row, null where they are locked or gone. */
export async function wordsOf(row) {
  if (row.words) return row.words;
  if (lately.has(row.id)) return lately.get(row.id);
  return row.box && keys.has(row.drawer) ? unseal(keys.get(row.drawer), row.id, row.box) : null;
}

/** Whether the words of a row may be shown: what was written with the drawer shut is sent, not shown. */
export const isReadable = (row) => Boolean(row.words || (row.box && keys.has(row.drawer)));

/** Keep what is being typed; one that is empty again goes. */
export async function keepDraft(id, words, {replaces = '', at}) {
  const kept = isBlank(words) ? null : await put(id, words);
  return store.change(async ({get, put: write, remove}) => {
    const row = await get('reports', id);
    if (row && row.state !== 'draft') return;
    if (kept) await write('reports', {id, n: null, state: 'draft', at: row?.at ?? at, replaces, ...kept});
    else if (row) await remove('reports', id);
  });
}

/** Put a finished report in the queue. One that replaces another takes its number, and its place if it can. */
export async function keep(id, words, {replaces = '', at}) {
  const kept = await put(id, words);
  const row = await store.change(async ({get, put: write, remove}) => {
    const before = replaces ? await get('reports', replaces) : null;
    const stays = before?.state === 'sent';
    let n = stays ? null : before?.n;
    if (!n) {
      n = ((await get('notes', 'last'))?.n ?? 0) + 1;
      await write('notes', {id: 'last', n});
    }
    if (before && !stays) await remove('reports', replaces);
    const row = {id, n, state: 'waiting', at, tries: 0, next: 0, why: '', ref: '', after: stays || before?.tries > 0, ...kept};
    await write('reports', row);
    return row;
  });
  if (row.box) lately.set(id, words);
  return row;
}

/** Note a try before it is made, so that a crash in the middle counts too. Return null where it has changed. */
export const begin = (id, next) => store.change(async ({get, put: write}) => {
  const row = await get('reports', id);
  if (row?.state !== 'waiting') return null;
  const tried = {...row, tries: row.tries + 1, next};
  await write('reports', tried);
  return tried;
});

/** Note what came of a try. */
export async function settle(row, outcome) {
  await store.change(async ({get, put: write}) => {
    const now = await get('reports', row.id);
    // Deleted while its call was under way: it stays deleted.
    if (!now) return;
    if (outcome.state === 'sent') {
      const {id, n, at, tries, after} = now;
      await write('reports', {id, n, at, tries, after, state: 'sent', ref: outcome.ref, sentAt: outcome.at, drawer: now.drawer, words: null, box: null});
    } else if (now.state === 'waiting') {
      await write('reports', {...now, ...outcome});
    }
  });
  if (outcome.state === 'sent') lately.delete(row.id);
}

/** Let one row, or all that wait, go at the next chance. */
export const hurry = (id = '') => store.all('reports').then((found) => store.change(async ({get, put: write}) => {
  for (const {id: each} of found.filter((row) => row.state === 'waiting' || row.id === id)) {
    const row = await get('reports', each);
    const wanted = id ? each === id && row?.state !== 'sent' : row?.state === 'waiting';
    if (wanted && (row.next || row.state !== 'waiting')) await write('reports', {...row, state: 'waiting', next: 0});
  }
}));

/** Remove one row for good. */
export async function remove(id) {
  lately.delete(id);
  await store.change(({remove: drop}) => drop('reports', id));
}

/** Remove everything for good. */
export async function wipe() {
  keys.clear();
  lately.clear();
  await store.wipe();
}

/** Open the drawer that a PIN fits; the others close. Return whether there was one. */
export async function unlock(pin) {
  for (const drawer of await drawers()) {
    const key = await openDrawer(drawer, pin);
    if (!key) continue;
    keys.clear();
    keys.set(drawer.id, key);
    await store.change(({put: write}) => write('drawers', {...drawer, used: Date.now()}));
    return true;
  }
  return false;
}

/** Forget every opening half in this window. */
export function lock() {
  keys.clear();
  lately.clear();
}

/** Make a drawer, open it, and seal into it whatever lay open. Return false where the PIN opens one already. */
export async function setPin(pin) {
  for (const drawer of await drawers()) if (await openDrawer(drawer, pin)) return false;
  const {drawer, key} = await makeDrawer(pin);
  keys.clear();
  await store.change(({put: write}) => write('drawers', drawer));
  keys.set(drawer.id, key);
  await sealAll(drawer);
  return true;
}

async function sealAll(drawer) {
  for (;;) {
    const lying = (await store.all('reports')).filter((row) => row.words);
    if (!lying.length) return;
    for (const row of lying) {
      const box = await seal(drawer, row.id, row.words);
      const before = JSON.stringify(row.words);
      await store.change(async ({get, put: write}) => {
        const now = await get('reports', row.id);
        // Typed on in the meantime: the next round takes it.
        if (now?.words && JSON.stringify(now.words) === before) await write('reports', {...now, drawer: drawer.id, words: null, box});
      });
    }
  }
}
