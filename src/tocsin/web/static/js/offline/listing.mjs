// The list of what is on this phone: words stay hidden until somebody taps.
import * as queue from './queue.mjs';
import {underWay} from './send.mjs';

const FIND_FROM = 6;
const byId = (id) => document.getElementById(id);
const shown = new Set();
const tongue = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(`${tongue}-u-nu-latn`, {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
let drawing = 0;

export const said = JSON.parse(byId('words').textContent);
/** A sentence with its numbers put in; they are set apart, so that they stand right in a line that runs leftwards. */
export const say = (key, facts = {}) => said[key].replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? `\u2068${facts[name]}\u2069` : whole));
export const moment = (ms) => clock.format(ms);

/** What an SMS or a file holds: the words as they are, one line each. */
export function asText(words) {
  const when = [words.day, words.hour].filter(Boolean).join(' ');
  const point = words.lat ? `${words.lat}, ${words.lon}` : '';
  return [words.text, words.place, point, when, words.who, words.count, words.contact].map((line) => line?.trim()).filter(Boolean).join('\n');
}

/** The address that opens the phone's own messages; iPhones want the second sign. */
export const smsAddress = (words) => `sms:?&body=${encodeURIComponent(asText(words))}`;

/** Give the browser a file to put away. */
export function saveFile(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type: 'text/plain;charset=utf-8'}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Hide all words again. */
export function cover() {
  shown.clear();
}

function stateOf(row) {
  if (underWay.has(row.id)) return 'sending';
  return row.state;
}

function facts(row) {
  const told = [say('written', {when: moment(row.at)})];
  if (row.state === 'sent') return [say('receipt', {ref: row.ref, when: moment(row.sentAt)}), said.words_gone];
  if (row.state === 'draft' || underWay.has(row.id)) return told;
  if (row.box && !queue.isReadable(row)) told.push(`${said.locked}.`);
  if (row.state === 'refused') told.push(row.why);
  else if (row.tries && row.why) told.push(said[`why_${row.why}`] ?? row.why);
  else if (!navigator.onLine) told.push(said.why_offline);
  if (row.state === 'waiting' && row.tries && row.next > Date.now() && navigator.onLine) told.push(say('next', {when: moment(row.next)}));
  if (row.tries) told.push(say('tries', {n: row.tries}));
  if (row.state === 'waiting' && row.tries && row.why !== 'offline') told.push(said.may_have_come);
  if (row.after) told.push(said.edited_after);
  return told;
}

function deedsOf(row, words) {
  const open = words && shown.has(row.id);
  const deeds = [];
  if (row.state === 'waiting' && (words || !row.box)) deeds.push('send');
  if (row.state === 'refused' && queue.isReadable(row)) deeds.push('again');
  if (row.state === 'draft' && queue.isReadable(row)) deeds.push('go_on');
  if (['waiting', 'refused'].includes(row.state) && queue.isReadable(row)) deeds.push('edit');
  if (open) deeds.push('file');
  deeds.push(row.state === 'sent' ? 'forget' : 'delete');
  return deeds;
}

function fill(item, row, words) {
  const state = stateOf(row);
  const part = (name) => item.querySelector(name);
  item.dataset.id = row.id;
  item.dataset.state = state;
  part('.which').textContent = row.n ? say('numbered', {n: row.n}) : said.draft;
  part('.how').textContent = said[state];
  part('.facts').textContent = facts(row).join(' · ');
  const toggle = part('.words');
  const open = shown.has(row.id) && words && queue.isReadable(row);
  toggle.hidden = !queue.isReadable(row);
  toggle.textContent = open ? Array.from(asText(words).split('\n')[0]).slice(0, 40).join('') : said.hidden;
  toggle.setAttribute('aria-expanded', String(Boolean(open)));
  part('.told').hidden = !open;
  part('.told').textContent = open ? asText(words) : '';
  const deeds = part('.deeds');
  for (const name of deedsOf(row, words)) {
    const button = deeds.appendChild(document.createElement('button'));
    Object.assign(button, {type: 'button', className: name === 'delete' ? 'small danger' : 'small', textContent: said[name], disabled: state === 'sending'});
    button.dataset.deed = name;
  }
  if (open && row.state !== 'draft') {
    const link = deeds.appendChild(document.createElement('a'));
    Object.assign(link, {href: smsAddress(words), className: 'button small', textContent: said.sms});
  }
}

/** Draw the list anew; `editing` is the draft that stands in the form. */
export async function draw(editing) {
  const turn = ++drawing;
  const rows = await queue.rows();
  const wanted = byId('find').value.trim().toLowerCase();
  const items = [];
  for (const row of rows.filter((one) => one.state !== 'draft' || one.id !== editing)) {
    if (wanted && !`${row.n} ${row.ref}`.toLowerCase().includes(wanted)) continue;
    const item = byId('line').content.firstElementChild.cloneNode(true);
    fill(item, row, await queue.wordsOf(row));
    items.push(item);
  }
  if (turn !== drawing) return rows;
  const focus = document.activeElement?.closest?.('[data-id]')?.dataset.id;
  const deed = document.activeElement?.dataset?.deed;
  byId('queue').replaceChildren(...items);
  // Drawing anew must not take the place away from somebody who works by keyboard.
  if (focus) byId('queue').querySelector(`[data-id="${focus}"] ${deed ? `[data-deed="${deed}"]` : '.words'}`)?.focus();
  byId('nothing').hidden = items.length > 0;
  byId('find-field').hidden = rows.length < FIND_FROM;
  byId('send-all').hidden = !rows.some((row) => row.state === 'waiting');
  byId('file-all').hidden = !rows.some((row) => row.state !== 'sent' && queue.isReadable(row));
  const count = (state) => rows.filter((row) => row.state === state).length;
  const figures = {waiting: count('waiting'), refused: count('refused'), sent: count('sent')};
  byId('state').textContent = `${navigator.onLine ? said.network : said.no_network} ${say('counts', figures)}`;
  byId('state').classList.toggle('off', !navigator.onLine);
  return rows;
}

byId('queue').addEventListener('click', (event) => {
  const toggle = event.target.closest('.words');
  const id = toggle?.closest('[data-id]').dataset.id;
  if (!id) return;
  if (!shown.delete(id)) shown.add(id);
  draw(byId('form').dataset.draft);
});
