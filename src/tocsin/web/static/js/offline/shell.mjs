// How the page itself stays on the phone: its worker, a new version that waits, and what room there is.
import {underWay} from './send.mjs';
import {said, say} from './listing.mjs';

const byId = (id) => document.getElementById(id);
const HOUR_MS = 3_600_000;

function offer(found, save) {
  byId('news').hidden = false;
  byId('renew').onclick = async () => {
    byId('renew').disabled = true;
    await save();
    // A call that is under way ends first; the next page takes up what waits.
    while (underWay.size) await new Promise((done) => setTimeout(done, 200));
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {once: true});
    found.waiting?.postMessage('take over');
  };
}

/** Have the worker keep the page; tell of a new version, which waits for a yes. */
export async function keepShell({worker, scope}, save) {
  if (!navigator.serviceWorker) {
    byId('shell').textContent = said.not_kept_offline;
    return;
  }
  byId('shell').textContent = said.not_kept_yet;
  const found = await navigator.serviceWorker.register(worker, {scope, updateViaCache: 'none'}).catch(() => null);
  if (!found) return;
  const look = () => {
    if (found.waiting && navigator.serviceWorker.controller) offer(found, save);
    if (found.active) byId('shell').textContent = said.kept_offline;
  };
  const follow = () => found.installing?.addEventListener('statechange', look);
  found.addEventListener('updatefound', follow);
  follow();
  look();
  navigator.serviceWorker.ready.then(look);
  const renew = () => navigator.onLine && found.update().catch(() => {});
  setInterval(renew, HOUR_MS);
  addEventListener('online', renew);
}

function size(count) {
  return count < 1e6 ? `${Math.ceil(count / 1e3)}\u00a0kB` : count < 1e9 ? `${Math.round(count / 1e6)}\u00a0MB` : `${Math.round(count / 1e9)}\u00a0GB`;
}

/** Say how much room there is, and whether the browser may clear it by itself. */
export async function showRoom() {
  const kept = await navigator.storage?.persisted?.();
  const {usage, quota} = (await navigator.storage?.estimate?.()) ?? {};
  const room = quota ? say('used', {used: size(usage), quota: size(quota)}) : '';
  byId('room').textContent = `${kept ? said.persisted : said.evictable} ${room}`;
  byId('room').classList.toggle('warn', !kept);
}
