// The form and its deeds. Nothing is thrown away here without a person's yes, and nothing is called sent without a receipt.
import * as queue from './queue.mjs';
import {pack, round, sizeOf} from './send.mjs';
import {asText, cover, draw, moment, said, saveFile, say, smsAddress} from './listing.mjs';
import {keepShell, showRoom} from './shell.mjs';

const byId = (id) => document.getElementById(id);
const app = byId('app');
const form = byId('form');
const {address} = app.dataset;
const most = Number(app.dataset.most);
const tongue = document.documentElement.lang;
const LOOK_MS = 3_000;
const TYPING_MS = 300;
const CLOCK_MS = 120_000;
const PIN_SIGNS = 6;

// The draft in the form: its number, what it replaces, the point, and when it was begun.
let draft = null;
let saving = Promise.resolve();
let timer = 0;
let release = () => {};

function notice(id, text, kind = '') {
  const line = byId(id);
  line.textContent = text;
  line.hidden = !text;
  if (id !== 'saved' && kind) line.className = `notice ${kind}`;
}

/** Hold a draft for this window; another window with the same page begins one of its own. */
async function claim(id) {
  saving.then(release);
  if (!navigator.locks) return true;
  return new Promise((answer) => {
    navigator.locks.request(`tocsin-form-draft-${id}`, {ifAvailable: true}, (lock) => {
      answer(Boolean(lock));
      return lock && new Promise((done) => { release = done; });
    });
  });
}

async function begin({id = queue.newId(), replaces = '', at = Date.now()} = {}) {
  draft = {id, replaces, at, point: null};
  form.dataset.draft = id;
  return claim(id);
}

function typed() {
  const words = Object.fromEntries(queue.FIELDS.map((name) => [name, form.elements[name].value]));
  if (!form.elements.callback.checked) words.contact = '';
  return {...words, callback: form.elements.callback.checked, consent: form.elements.consent.checked, ...draft.point};
}

function show(words = {}) {
  const chosen = form.elements.language.value;
  for (const name of queue.FIELDS) form.elements[name].value = words[name] ?? (name === 'language' ? chosen : '');
  form.elements.callback.checked = Boolean(words.callback);
  form.elements.consent.checked = Boolean(words.consent);
  draft.point = words.lat ? {lat: words.lat, lon: words.lon, rough: words.rough} : null;
  showParts();
}

function showParts() {
  byId('contact-field').hidden = !form.elements.callback.checked;
  byId('point-line').hidden = !draft.point;
  if (draft.point) byId('point').textContent = say(draft.point.rough ? 'rounded' : 'exact', {point: `${draft.point.lat}, ${draft.point.lon}`});
  const words = typed();
  const size = sizeOf(pack(draft.id, words, draft.at));
  const perLetter = words.text ? Math.max(1, sizeOf(words.text) / words.text.length) : 1;
  byId('left').textContent = say('left', {n: Math.max(0, Math.floor((most - size) / perLetter))});
  byId('left').classList.toggle('over', size > most);
  const link = byId('form-sms');
  link.hidden = !queue.saysSomething(words);
  link.href = link.hidden ? 'sms:' : smsAddress(words);
  return size;
}

/** Keep what is typed; each keeping waits for the one before. */
function save() {
  clearTimeout(timer);
  const {id, replaces, at} = draft;
  const words = typed();
  saving = saving.then(() => queue.keepDraft(id, words, {replaces, at})).then(
    () => notice('saved', queue.isBlank(words) ? '' : said.drafted), failed);
  return saving;
}

function failed(fault) {
  notice('saved', '');
  notice('wrong', fault?.name === 'QuotaExceededError' ? said.no_room : said.no_store);
}

form.addEventListener('input', () => {
  notice('wrong', '');
  notice('saved', '');
  showParts();
  clearTimeout(timer);
  timer = setTimeout(save, TYPING_MS);
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const words = typed();
  if (!queue.saysSomething(words)) return notice('wrong', said.empty);
  if (showParts() > most) return notice('wrong', said.too_long);
  clearTimeout(timer);
  byId('keep').disabled = true;
  try {
    await saving;
    const row = await queue.keep(draft.id, words, {replaces: draft.replaces, at: draft.at});
    await begin();
    form.reset();
    show();
    notice('wrong', '');
    notice('editing', '');
    notice('saved', '');
    notice('told', say('kept', {n: row.n}), 'warning');
    navigator.storage?.persist?.().then(showRoom);
    navigator.serviceWorker?.ready.then((found) => found.sync?.register('send')).catch(() => {});
    go();
  } catch (fault) {
    failed(fault);
  } finally {
    byId('keep').disabled = false;
  }
});

/** Send what is due, and say what came of it. */
function go() {
  return round(address, tongue, (row, result) => {
    if (result.state === 'sent') notice('told', say('was_sent', {n: row.n, ref: result.ref}), 'success');
    if (result.state === 'refused') notice('told', say('was_refused', {n: row.n, why: result.why}), 'error');
    if (result.theirs) compare(result.theirs, result.mine);
    draw(draft.id);
  }).catch(failed);
}

function compare(theirs, mine) {
  const off = Math.abs(theirs - mine);
  const [unit, size] = off < 7_200_000 ? ['minutes', 60_000] : off < 172_800_000 ? ['hours', 3_600_000] : ['days', 86_400_000];
  notice('clock', off < CLOCK_MS ? '' : say('clock_wrong', {how_long: say(unit, {n: Math.round(off / size)}), when: moment(theirs)}));
}

function sure(words) {
  const dialog = byId('sure');
  byId('sure-words').textContent = words;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener('close', () => done(dialog.returnValue === 'yes'), {once: true}));
}

const DEEDS = {
  async send(row) { await queue.hurry(row.id); await go(); },
  async again(row) { await queue.hurry(row.id); await go(); },
  async go_on(row) { await take(row); },
  async edit(row) {
    const words = await queue.wordsOf(row);
    await save();
    await begin({replaces: row.id});
    show(words);
    notice('editing', say('editing', {n: row.n}));
    await save();
    byId('text').focus();
  },
  async file(row) {
    saveFile(`report-${row.n ?? 'draft'}.txt`, asText(await queue.wordsOf(row)));
    notice('told', said.exported, 'warning');
  },
  async delete(row) { if (await sure(say('sure_delete', {n: row.n ?? '–'}))) { await queue.remove(row.id); notice('told', said.deleted); } },
  async forget(row) { if (await sure(say('sure_forget', {ref: row.ref}))) { await queue.remove(row.id); notice('told', said.deleted); } },
};

byId('queue').addEventListener('click', async (event) => {
  const button = event.target.closest('[data-deed]');
  if (!button) return;
  const id = button.closest('[data-id]').dataset.id;
  const row = (await queue.rows()).find((one) => one.id === id);
  if (row) await DEEDS[button.dataset.deed](row).catch(failed);
});

byId('send-all').addEventListener('click', () => queue.hurry().then(go).catch(failed));
byId('file-all').addEventListener('click', async () => {
  const parts = [];
  for (const row of (await queue.rows()).reverse()) {
    if (row.state !== 'sent' && queue.isReadable(row)) parts.push(`${say('numbered', {n: row.n ?? '–'})} · ${moment(row.at)}\n${asText(await queue.wordsOf(row))}`);
  }
  saveFile('reports.txt', parts.join('\n\n'));
  notice('told', said.exported, 'warning');
});
byId('find').addEventListener('input', () => draw(draft.id));

byId('now').addEventListener('click', () => {
  const now = new Date();
  const local = new Date(now - now.getTimezoneOffset() * 60_000).toISOString();
  form.elements.day.value = local.slice(0, 10);
  form.elements.hour.value = local.slice(11, 16);
  form.dispatchEvent(new Event('input'));
});

byId('locate').addEventListener('click', () => {
  notice('saved', said.asking);
  const rough = byId('roughly').checked;
  const round = (degrees) => degrees.toFixed(rough ? 2 : 5);
  const found = ({coords}) => {
    draft.point = {lat: round(coords.latitude), lon: round(coords.longitude), rough};
    form.dispatchEvent(new Event('input'));
  };
  const lost = () => notice('saved', said.no_place);
  if (navigator.geolocation) navigator.geolocation.getCurrentPosition(found, lost, {enableHighAccuracy: !rough, timeout: 30_000, maximumAge: 60_000});
  else lost();
});
byId('unlocate').addEventListener('click', () => { draft.point = null; form.dispatchEvent(new Event('input')); });

async function showPin() {
  const some = (await queue.drawers()).length > 0;
  const open = queue.isOpen();
  byId('pin-state').textContent = !queue.canSeal ? said.pin_unsafe_page : !some ? said.pin_none : open ? said.pin_open : said.pin_shut;
  byId('open-pin').hidden = !some || open;
  byId('lock').hidden = !open;
  byId('new-pin-part').hidden = !queue.canSeal;
}

async function opened(told) {
  byId('open-pin').reset();
  byId('new-pin').reset();
  byId('new-pin-part').open = false;
  notice('pin-told', told);
  await showPin();
  await back();
  await draw(draft.id);
  go();
}

byId('open-pin').addEventListener('submit', async (event) => {
  event.preventDefault();
  notice('pin-told', said.pin_working);
  await saving;
  if (await queue.unlock(byId('pin').value)) await opened('');
  else notice('pin-told', said.pin_wrong, 'error');
});

byId('new-pin').addEventListener('submit', async (event) => {
  event.preventDefault();
  const [pin, again] = [byId('pin-1').value, byId('pin-2').value];
  if (Array.from(pin).length < PIN_SIGNS) return notice('pin-told', said.pin_short, 'error');
  if (pin !== again) return notice('pin-told', said.pin_unequal, 'error');
  notice('pin-told', said.pin_working);
  await saving;
  if (await queue.setPin(pin).catch((fault) => { failed(fault); return false; })) await opened('');
  else notice('pin-told', said.pin_taken, 'error');
});

byId('lock').addEventListener('click', async () => {
  // The form is empty at once, so that nothing typed from now on is taken away; what is kept now waits for the drawer to shut.
  saving = save().then(queue.lock);
  const begun = begin();
  form.reset();
  show();
  cover();
  for (const id of ['editing', 'saved', 'told']) notice(id, '');
  await Promise.all([saving, begun]);
  notice('saved', '');
  await showPin();
  await draw(draft.id);
});

byId('wipe').addEventListener('click', async () => {
  const waiting = (await queue.rows()).filter((row) => row.state !== 'sent').length;
  if (!(await sure(say('sure_all', {n: waiting})))) return;
  clearTimeout(timer);
  await saving;
  await queue.wipe();
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  for (const found of (await navigator.serviceWorker?.getRegistrations()) ?? []) await found.unregister();
  await begin();
  form.reset();
  show();
  for (const id of ['editing', 'saved', 'pin-told', 'clock']) notice(id, '');
  notice('told', said.deleted);
  await showPin();
  await showRoom();
});

/** Put a draft back into the form. */
async function take(row) {
  const words = await queue.wordsOf(row);
  if (!words || !(await begin({id: row.id, replaces: row.replaces, at: row.at}))) return false;
  show(words);
  const before = row.replaces && (await queue.rows()).find((one) => one.id === row.replaces);
  notice('editing', before?.n ? say('editing', {n: before.n}) : '');
  notice('saved', said.draft_back);
  await draw(draft.id);
  return true;
}

/** Put the newest draft that can be read back, where nothing is typed yet. */
async function back() {
  if (!queue.isBlank(typed())) return;
  for (const row of await queue.rows()) {
    if (row.state !== 'draft' || row.id === draft.id || !queue.isReadable(row)) continue;
    if (await take(row)) return;
    await begin();
  }
}

app.hidden = false;
await begin();
show();
queue.onchange(() => draw(draft.id));
for (const event of ['online', 'offline']) addEventListener(event, () => draw(draft.id));
addEventListener('online', () => setTimeout(() => queue.hurry().then(go), Math.random() * 1_000));
addEventListener('pagehide', save);
document.addEventListener('visibilitychange', () => (document.hidden ? save() : go()));
navigator.serviceWorker?.addEventListener('message', (event) => { if (event.data === 'send') go(); });
setInterval(go, LOOK_MS);
await back().catch(failed);
await showPin().catch(failed);
await draw(draft.id).catch(failed);
await keepShell(app.dataset, () => save());
await showRoom();
go();
