// The record beside the queue, on screens wide enough for both; on others a line opens as a page of its own.
const pane = document.getElementById('pane');
const wide = matchMedia('(min-width: 80rem)');
const WAIT_MS = 120;
const IN_PANE = /^\/(reports|alerts|incidents|desk\/deeds)\//;
let shown = '';
let timer = 0;

function load(address) {
  shown = address;
  pane.setAttribute('aria-busy', 'true');
  htmx.ajax('GET', address, {source: pane, target: pane, swap: 'innerHTML', select: 'main > *'});
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('tr[data-row] [data-open], #pane a[href]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !wide.matches) return;
  const address = new URL(link.href, location.href);
  if (address.origin !== location.origin || !IN_PANE.test(address.pathname)) return;
  event.preventDefault();
  event.stopPropagation();
  load(address.pathname + address.search);
}, true);

// Once a record is open, the line somebody moves to opens by itself.
document.addEventListener('line', (event) => {
  if (!shown || !wide.matches) return;
  clearTimeout(timer);
  const link = event.detail?.querySelector('[data-open]');
  if (link) timer = setTimeout(() => load(new URL(link.href).pathname), WAIT_MS);
});

document.body.addEventListener('htmx:beforeRequest', (event) => {
  // A link to another room leaves the desk; only records stay in the pane.
  const {elt, requestConfig} = event.detail;
  if (elt.matches?.('#pane a') && !IN_PANE.test(requestConfig.path)) {
    event.preventDefault();
    location.assign(elt.href);
  }
});

document.body.addEventListener('htmx:beforeSwap', (event) => {
  // A refusal is a page too: it comes back beside the form.
  if (event.detail.target === pane && event.detail.xhr.status === 422) event.detail.shouldSwap = true;
});

document.body.addEventListener('htmx:afterSwap', (event) => {
  if (event.detail.target !== pane) return;
  pane.removeAttribute('aria-busy');
  pane.scrollTop = 0;
  // The keys act on the new record at once: the field that was written in before is not the new one's.
  const refused = pane.querySelector('[role=alert]')?.closest('form');
  if (refused) (refused.querySelector('input:not([type=hidden]):not([type=radio])') ?? pane).focus();
  else pane.focus({preventScroll: true});
  const record = pane.querySelector('[data-record]')?.dataset.record;
  document.querySelectorAll('tr[data-row]').forEach((row) => row.classList.toggle('here', row.dataset.row === record));
  if (event.detail.requestConfig.verb === 'post') document.body.dispatchEvent(new CustomEvent('changed'));
});

// A form of a line, and the undoing of the last deed, answer in the pane too.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!wide.matches || !form.matches('#living form[method=post]')) return;
  event.preventDefault();
  const values = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== 'next'));
  shown = form.getAttribute('action');
  htmx.ajax('POST', shown, {source: pane, target: pane, swap: 'innerHTML', select: 'main > *', values});
});

// The form for many reports answers in the pane as well, so that the queue keeps its place.
const bulk = document.getElementById('triage');
bulk?.addEventListener('submit', (event) => {
  if (!wide.matches) return;
  event.preventDefault();
  const values = {};
  for (const [name, value] of new FormData(bulk)) (values[name] ??= []).push(value);
  shown = '';
  htmx.ajax('POST', event.submitter?.getAttribute('formaction') ?? bulk.getAttribute('action'), {
    source: pane, target: pane, swap: 'innerHTML', select: 'main > *', values,
  });
});
