// The large map: layers of GeoJSON from our own API over a plain ground. Nothing is fetched from elsewhere.
const holder = document.getElementById('large');
const state = document.getElementById('large-state');
const pointed = document.getElementById('pointed');
const boxes = [...document.querySelectorAll('input[data-layer]')];
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const ink = dark ? '#e8edf2' : '#131a21';
const ground = dark ? '#1e262e' : '#f6f8fa';
const red = dark ? '#ff8f86' : '#b01f1a';
const blue = dark ? '#7cc3ea' : '#0a5a82';

const LOOKS = {
  incidents: { type: 'circle', paint: {
    'circle-radius': ['interpolate', ['linear'], ['zoom'], 4, 2, 10, 6],
    'circle-color': ink, 'circle-opacity': 0.35, 'circle-stroke-color': ink, 'circle-stroke-width': 0.6 } },
  uncovered: { type: 'circle', paint: {
    'circle-radius': 9, 'circle-opacity': 0, 'circle-stroke-color': red, 'circle-stroke-width': 2.5 } },
  bases: { type: 'circle', paint: {
    'circle-radius': 6, 'circle-color': blue, 'circle-stroke-color': ground, 'circle-stroke-width': 2 } },
  alerts: { type: 'circle', paint: {
    'circle-radius': ['match', ['get', 'level'], 'black', 10, 'red', 9, 'orange', 8, 7],
    'circle-color': ['match', ['get', 'level'], 'black', ink, 'red', red, 'orange', '#d97706', 'yellow', '#f0c52e', '#1d6b43'],
    'circle-stroke-color': ground, 'circle-stroke-width': 2 } },
};
// What a level is must not hang on its colour: the priority stands in the circle.
const LETTERS = {
  type: 'symbol',
  layout: { 'text-field': ['get', 'priority'], 'text-size': 9, 'text-allow-overlap': true, 'text-ignore-placement': true },
  paint: { 'text-color': ['match', ['get', 'level'], 'yellow', '#131a21', ground] },
};
const PAGES = { R: '/reports/', A: '/alerts/', I: '/incidents/', P: '/places/' };

function say(text) { state.textContent = text; state.hidden = !text; }

function show(features) {
  const list = document.createElement('ul');
  list.className = 'large-list';
  for (const { properties } of features.slice(0, 12)) {
    const item = list.appendChild(document.createElement('li'));
    const link = document.createElement('a');
    const page = PAGES[String(properties.ref).charAt(0)];
    if (page && String(properties.ref).charAt(1) === '-') link.href = `${page}${encodeURIComponent(properties.ref)}/`;
    link.textContent = [properties.name, properties.ref, properties.priority].filter(Boolean).join(' · ');
    item.append(link);
  }
  pointed.replaceChildren(list);
  if (features.length > 12) pointed.append(`${pointed.dataset.more}: ${features.length - 12}`);
}

async function fill(map, box) {
  const answer = await fetch(box.dataset.address, { headers: { Accept: 'application/json' } });
  if (!answer.ok) { box.disabled = true; box.checked = false; return; }
  const found = await answer.json();
  const name = box.dataset.layer;
  map.addSource(name, { type: 'geojson', data: found });
  map.addLayer({ id: name, source: name, ...LOOKS[name] });
  const parts = [name];
  if (name === 'alerts') {
    map.addLayer({ id: 'letters', source: name, ...LETTERS });
    parts.push('letters');
  }
  const match = () => parts.forEach((part) => map.setLayoutProperty(part, 'visibility', box.checked ? 'visible' : 'none'));
  match();
  if (found.truncated) say(state.dataset.truncated);
  box.addEventListener('change', match);
}

async function start() {
  const library = await import(holder.dataset.maplibre);
  library.setWorkerUrl?.(new URL(holder.dataset.worker, location.href).href);
  const [west, south, east, north] = holder.dataset.box.split(',').map(Number);
  const map = new library.Map({
    container: holder,
    style: { version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': ground } }] },
    bounds: [[west, south], [east, north]],
    attributionControl: false,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }));
  map.addControl(new library.ScaleControl({ unit: 'metric' }));
  await new Promise((done) => { map.on('load', done); });
  say('');
  for (const box of boxes) await fill(map, box);
  map.on('click', (event) => {
    const { x, y } = event.point;
    const found = map.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]]);
    if (found.length) show(found);
  });
  holder.dataset.ready = 'yes';
}

start().catch(() => say(state.dataset.failed));
