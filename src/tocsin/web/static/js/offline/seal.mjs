// A drawer is what one person seals under a PIN. Its public half seals without the PIN; only the PIN gives the
// other half, which opens. So a report can be written at once, and what waits cannot be read back.
const ROUNDS = 600_000;
const CURVE = {name: 'ECDH', namedCurve: 'P-256'};
const STEP = 512;
const subtle = globalThis.crypto?.subtle;
const bytes = (text) => new TextEncoder().encode(text);

export const possible = Boolean(subtle);

const random = (count) => crypto.getRandomValues(new Uint8Array(count));

/** A number nobody can guess, 22 letters and digits. */
export function fresh() {
  return btoa(String.fromCharCode(...random(16))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function keyOf(pin, salt, rounds) {
  const secret = await subtle.importKey('raw', bytes(pin.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']);
  return subtle.deriveKey({name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds}, secret,
    {name: 'AES-GCM', length: 256}, false, ['wrapKey', 'unwrapKey']);
}

/** Make a drawer; return it with its opening half. */
export async function makeDrawer(pin) {
  const salt = random(16);
  const iv = random(12);
  const pair = await subtle.generateKey(CURVE, true, ['deriveBits']);
  const wrapped = await subtle.wrapKey('pkcs8', pair.privateKey, await keyOf(pin, salt, ROUNDS), {name: 'AES-GCM', iv});
  const open = await subtle.exportKey('raw', pair.publicKey);
  const drawer = {id: fresh(), salt, rounds: ROUNDS, iv, wrapped, open, used: Date.now()};
  return {drawer, key: await openDrawer(drawer, pin)};
}

/** Return the opening half of a drawer, null where the PIN is not its own. */
export async function openDrawer(drawer, pin) {
  try {
    const key = await keyOf(pin, drawer.salt, drawer.rounds);
    return await subtle.unwrapKey('pkcs8', drawer.wrapped, key, {name: 'AES-GCM', iv: drawer.iv}, CURVE, false, ['deriveBits']);
  } catch {
    return null;
  }
}

async function shared(mine, theirs, salt, usage) {
  const bits = await subtle.deriveBits({name: 'ECDH', public: theirs}, mine, 256);
  const secret = await subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey']);
  return subtle.deriveKey({name: 'HKDF', hash: 'SHA-256', salt, info: bytes('tocsin form 1')}, secret,
    {name: 'AES-GCM', length: 256}, false, [usage]);
}

const publicKey = (raw) => subtle.importKey('raw', raw, CURVE, true, []);

/** Seal words into a drawer; `id` ties them to their report. Their length shows only in steps. */
export async function seal(drawer, id, words) {
  const text = JSON.stringify(words);
  const length = bytes(text).length;
  const padded = bytes(text + ' '.repeat(Math.ceil(length / STEP) * STEP - length));
  const once = await subtle.generateKey(CURVE, true, ['deriveBits']);
  const open = await subtle.exportKey('raw', once.publicKey);
  const iv = random(12);
  const key = await shared(once.privateKey, await publicKey(drawer.open), new Uint8Array(open), 'encrypt');
  const box = await subtle.encrypt({name: 'AES-GCM', iv, additionalData: bytes(id)}, key, padded);
  return {open, iv, box};
}

/** Return the words of a sealed report. */
export async function unseal(key, id, {open, iv, box}) {
  const mine = await shared(key, await publicKey(open), new Uint8Array(open), 'decrypt');
  const found = await subtle.decrypt({name: 'AES-GCM', iv, additionalData: bytes(id)}, mine, box);
  return JSON.parse(new TextDecoder().decode(found));
}
