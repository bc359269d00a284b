// How a report goes: a small call with a time limit, longer and longer pauses, never two windows at once.
import * as queue from './queue.mjs';

const LIMIT_MS = 45_000;
const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;
const FINAL = new Set([400, 403, 409, 413, 415, 422]);

/** The reports whose call is under way in this window. */
export const underWay = new Set();

/** The body of a call: only what was said. */
export function pack(id, words, madeAt, now = Date.now()) {
  const {text, place, who, count, contact, language, lat, lon} = words;
  const when = [words.day, words.hour].filter(Boolean).join(' ');
  const asked = words.callback || (contact ? 'false' : '');
  const consent = words.consent ? (words.callback ? 'contact_ok' : 'anon_use') : '';
  const said = {text, place, when, who, count, contact, callback: asked && String(asked), consent, language, lat, lon};
  const given = Object.entries(said).map(([name, value]) => [name, value?.trim?.()]).filter(([, value]) => value);
  return JSON.stringify({id, made_at: madeAt, sent_at: now, ...Object.fromEntries(given)});
}

export const sizeOf = (body) => new TextEncoder().encode(body).length;

/** How long to wait after so many tries: twice as long each time, and never in step with other phones. */
export const pause = (tries, luck = Math.random()) => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 20)) * (0.5 + luck / 2);

/** Make one call; say what came of it. */
export async function post(address, body, language, limit = LIMIT_MS) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), limit);
  const begun = Date.now();
  try {
    // No cookie goes along: it would tie the report to a person, and makes the call longer.
    const answer = await fetch(address, {
      method: 'POST', body, headers: {'Content-Type': 'application/json', 'Accept-Language': language},
      credentials: 'omit', redirect: 'manual', cache: 'no-store', referrerPolicy: 'no-referrer', signal: stop.signal,
    });
    const text = await answer.text();
    return outcome(answer.status, read(text), answer.headers.get('Retry-After'), begun);
  } catch {
    return {state: 'waiting', why: stop.signal.aborted ? 'late' : navigator.onLine ? 'silence' : 'offline'};
  } finally {
    clearTimeout(timer);
  }
}

function read(text) {
  try { return JSON.parse(text); } catch { return null; }
}

function outcome(status, told, after, begun) {
  const now = Date.now();
  if ((status === 200 || status === 201) && typeof told?.ref === 'string') {
    return {state: 'sent', ref: told.ref, at: now, theirs: Date.parse(told.at), mine: (begun + now) / 2};
  }
  const seconds = Math.min(Number(after) || 0, 3600);
  if (status === 429 || status >= 500) return {state: 'waiting', why: 'busy', after: seconds * 1000};
  // Only an answer of our own is believed; hotels and cafés answer in everybody's name.
  if (FINAL.has(status) && told?.problem?.code) return {state: 'refused', why: String(told.message ?? ''), code: told.problem.code, next: 0};
  return {state: 'waiting', why: 'stranger'};
}

/** Send what is due, one after the other; `told` hears of each outcome. */
export async function round(address, language, told) {
  const run = () => sendDue(address, language, told);
  if (!navigator.locks) return underWay.size ? undefined : run();
  return navigator.locks.request('tocsin-form-sending', {ifAvailable: true}, (lock) => (lock ? run() : undefined));
}

async function sendDue(address, language, told) {
  const due = (await queue.rows()).filter((row) => row.state === 'waiting' && row.next <= Date.now());
  for (const waiting of due.reverse()) {
    if (!navigator.onLine) return;
    const words = await queue.wordsOf(waiting);
    if (!words) continue;
    const row = await queue.begin(waiting.id, Date.now() + pause(waiting.tries + 1));
    if (!row) continue;
    underWay.add(row.id);
    told(row, {state: 'sending'});
    const {theirs, mine, after, ...result} = await post(address, pack(row.id, words, row.at), language);
    underWay.delete(row.id);
    if (result.state === 'waiting') result.next = Date.now() + Math.max(after ?? 0, pause(row.tries));
    await queue.settle(row, result);
    told(row, {...result, theirs, mine});
    // One call without an answer: the next would wait as long for nothing.
    if (result.state === 'waiting' && result.why !== 'busy') return;
  }
}
