// Work without the mouse: move through lines, mark, open, act, grade. Letters never act while somebody types.
const MARK = 'aria-selected';
const rows = () => [...document.querySelectorAll('tr[data-row]')];
const typing = (target) => target.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]');
const overlay = document.getElementById('keys');
const said = document.getElementById('said');

let current = null;
let index = -1;
let lastMarked = null;
const marked = new Set();

const boxOf = (row) => row?.querySelector('input[type=checkbox][name=ref]');
const here = () => rows().find((one) => one.dataset.row === current);

function say(template, facts) {
  if (said && template) said.textContent = template.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

function show(row, {focus = true} = {}) {
  const all = rows();
  all.forEach((one) => one.setAttribute(MARK, String(one === row)));
  current = row?.dataset.row ?? null;
  index = all.indexOf(row);
  const main = document.getElementById('triage-main');
  if (main) main.value = current ?? '';
  if (focus) row?.querySelector('[data-open]')?.focus({preventScroll: true});
  row?.scrollIntoView({block: 'nearest'});
  say(said?.dataset.line, {n: index + 1, of: all.length});
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(here());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  show(all[next]);
  document.dispatchEvent(new CustomEvent('line', {detail: all[next]}));
}

function count() {
  const sign = document.getElementById('marked-count');
  if (sign) sign.textContent = String(marked.size);
  say(said?.dataset.marked, {n: marked.size});
}

function set(row, on) {
  on ? marked.add(row.dataset.row) : marked.delete(row.dataset.row);
  row.classList.toggle('marked', on);
  const box = boxOf(row);
  if (box) box.checked = on;
}

function mark() {
  const row = here();
  if (!row) return;
  set(row, !marked.has(current));
  lastMarked = current;
  count();
}

// All lines between the last one marked and this one.
function markRange() {
  const all = rows();
  const from = all.findIndex((one) => one.dataset.row === lastMarked);
  const to = all.indexOf(here());
  if (to < 0) return;
  all.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1).forEach((row) => set(row, true));
  lastMarked = current;
  count();
}

function markAll() {
  const all = rows().filter(boxOf);
  const on = all.some((row) => !marked.has(row.dataset.row));
  all.forEach((row) => set(row, on));
  count();
}

// The thing that a key stands for: in the record of the current row where it is open beside it, then in
// the row itself, then on the page.
function press(key) {
  const beside = document.querySelector('#pane [data-record]')?.dataset.record;
  const inPane = beside && (beside === current || current === null) ? document.querySelector(`#pane [data-key="${key}"]`) : null;
  const found = inPane ?? here()?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`main [data-key="${key}"]:not(tr *)`);
  if (!found) return false;
  const drawer = found.closest('details');
  if (drawer) drawer.open = true;
  if (found.matches('input[type=radio]')) {
    found.checked = true;
    found.focus();
    return true;
  }
  if (found.matches('select, input')) {
    found.focus();
    found.select?.();
  } else if (found.matches('summary')) {
    const first = drawer.querySelector('input:not([type=hidden]), select, textarea');
    (first ?? found).focus();
  } else found.click();
  return true;
}

function home() {
  if (location.pathname !== '/') location.assign('/');
}

function act(key) {
  switch (key) {
    case 'j': move(1); return true;
    case 'k': move(-1); return true;
    case 'o': case 'Enter': return open();
    case 'x': mark(); return true;
    case 'X': markRange(); return true;
    case '*': markAll(); return true;
    case 'r': document.body.dispatchEvent(new CustomEvent('changed')); return true;
    case 'm': return marked.size > 1 ? press('b') : press('m');
    case 'u': press('u') || home(); return true;
    case 'h': home(); return true;
    case '?': overlay?.open ? overlay.close() : overlay?.showModal(); return true;
    default: return /^[1-6A-Za-z/]$/.test(key) && press(key);
  }
}

function open() {
  const link = here()?.querySelector('[data-open]');
  link?.click();
  return Boolean(link);
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.ctrlKey) {
    (event.target.closest('form') ?? document.querySelector('form[data-sheet]'))?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (overlay?.open && event.key !== '?') return;
  // Enter on a button or a link is the browser's own.
  if (event.key === 'Enter' && event.target.closest('a, button, summary')) return;
  if (act(event.key)) event.preventDefault();
});

document.addEventListener('change', (event) => {
  const row = event.target.matches('input[type=checkbox][name=ref]') && event.target.closest('tr[data-row]');
  if (!row) return;
  set(row, event.target.checked);
  lastMarked = row.dataset.row;
  count();
});

// A refreshed fragment keeps the line somebody stands on, and the marks. A line that left hands over to its neighbour.
document.body.addEventListener('htmx:afterSwap', (event) => {
  if (event.detail.target?.id !== 'living') return;
  const all = rows();
  all.filter((row) => marked.has(row.dataset.row)).forEach((row) => set(row, true));
  if (current === null) return;
  const row = here();
  // Whoever works in the record keeps the focus there.
  const inPane = document.activeElement?.closest('#pane, form');
  if (row) show(row, {focus: !inPane});
  else if (all.length) {
    show(all[Math.min(Math.max(index, 0), all.length - 1)], {focus: !inPane});
    document.dispatchEvent(new CustomEvent('line', {detail: here()}));
  }
});

// On a narrow screen the row of rooms runs on beyond the edge: the room that is open stands in sight.
document.querySelectorAll('.rooms [aria-current]').forEach((one) => {
  const row = one.parentElement;
  const [inner, outer] = [one.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
});
