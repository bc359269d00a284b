// Keep the page fresh: by the event stream where there is one, by asking every 15 s where there is none.
const POLL_MS = 15_000;
const CLOCKS_MS = 60_000;
const sign = document.getElementById('live');
const living = document.getElementById('living');

function say(state) {
  if (!sign) return;
  sign.className = `live ${state}`;
  sign.textContent = sign.dataset[state] ?? '';
}

function refresh() {
  if (document.hidden) return;
  // Somebody who is choosing a filter is not interrupted.
  if (living?.contains(document.activeElement) && document.activeElement.matches('select, input, textarea')) return;
  document.body.dispatchEvent(new CustomEvent('changed'));
}

let timer = 0;
function every(ms) {
  clearInterval(timer);
  timer = setInterval(refresh, ms);
}

function poll() {
  say('poll');
  every(POLL_MS);
}

if (living && sign) {
  const stream = new EventSource(sign.dataset.address);
  stream.addEventListener('open', () => { say('on'); every(CLOCKS_MS); });
  stream.addEventListener('changed', refresh);
  stream.addEventListener('error', () => { stream.readyState === EventSource.CLOSED ? poll() : say('off'); });
  document.addEventListener('visibilitychange', refresh);
  addEventListener('offline', () => say('off'));
  document.body.addEventListener('htmx:sendError', () => say('off'));
  document.body.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.successful && sign.classList.contains('off')) stream.readyState === EventSource.OPEN ? say('on') : poll();
  });
}
