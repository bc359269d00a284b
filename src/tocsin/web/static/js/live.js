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

// Clocks within the hour count on by themselves, second by second; the others move with the page.
function pad(n) {
  return String(n).padStart(2, '0');
}

function tick() {
  if (document.hidden || !sign?.dataset.in) return;
  const now = Date.now() / 1000;
  for (const clock of document.querySelectorAll('[data-due]')) {
    const left = Math.round(Number(clock.dataset.due) - now);
    if (!clock.dataset.due || Math.abs(left) >= 3600) continue;
    const time = `${Math.floor(Math.abs(left) / 60)}:${pad(Math.abs(left) % 60)}`;
    clock.textContent = (left < 0 ? sign.dataset.late : sign.dataset.in).replace('{time}', time);
    clock.classList.toggle('late', left < 0);
    clock.classList.toggle('soon', left >= 0 && left < 600);
  }
}
setInterval(tick, 1000);

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
