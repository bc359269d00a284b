// Work without the mouse: move through rows, open, act, grade. Letters never act while somebody types.
const MARK = 'aria-selected';
const rows = () => [...document.querySelectorAll('tr[data-row]')];
const typing = (target) => target.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]');
const overlay = document.getElementById('keys');

let current = null;
const marked = new Set();

function show(row) {
  rows().forEach((one) => one.setAttribute(MARK, String(one === row)));
  current = row?.dataset.row ?? null;
  const link = row?.querySelector('[data-open]');
  link?.focus({preventScroll: true});
  row?.scrollIntoView({block: 'nearest'});
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.dataset.row === current);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  show(all[next]);
}

function mark() {
  const row = rows().find((one) => one.dataset.row === current);
  if (!row) return;
  const on = !marked.delete(current);
  if (on) marked.add(current);
  row.classList.toggle('marked', on);
}

// The thing that a key stands for: first in the current row, then on the page.
function press(key) {
  const row = rows().find((one) => one.dataset.row === current);
  const found = row?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`main [data-key="${key}"]:not(tr *)`);
  if (!found) return false;
  const drawer = found.closest('details');
  if (found.matches('summary')) drawer.open = true;
  if (found.matches('input[type=radio]')) {
    found.checked = true;
    found.focus();
    return true;
  }
  if (found.matches('select, input')) found.focus();
  else if (found.matches('summary')) {
    const first = drawer.querySelector('input:not([type=hidden]), select, textarea');
    (first ?? found).focus();
  } else found.click();
  return true;
}

function act(key) {
  switch (key) {
    case 'j': move(1); return true;
    case 'k': move(-1); return true;
    case 'o': case 'Enter': return open();
    case 'x': mark(); return true;
    case 'r': document.body.dispatchEvent(new CustomEvent('changed')); return true;
    case 'u': if (location.pathname !== '/') location.assign('/'); return true;
    case '?': overlay?.open ? overlay.close() : overlay?.showModal(); return true;
    default: return /^[1-6A-Fa-z]$/.test(key) && press(key);
  }
}

function open() {
  const link = rows().find((one) => one.dataset.row === current)?.querySelector('[data-open]');
  link?.click();
  return Boolean(link);
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.ctrlKey) {
    document.querySelector('form[data-sheet]')?.requestSubmit();
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

// A refreshed fragment keeps the line somebody stands on, and the marks.
document.body.addEventListener('htmx:afterSwap', () => {
  const row = rows().find((one) => one.dataset.row === current);
  if (row) show(row);
  rows().forEach((one) => one.classList.toggle('marked', marked.has(one.dataset.row)));
});
